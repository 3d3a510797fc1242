const { mkdtempSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

// It downloads the jar where there is none.
const installPath = mkdtempSync(join(tmpdir(), 'stator-jest-dynamodb-'))
writeFileSync(join(installPath, 'DynamoDBLocal.jar'), '')

module.exports = {
  tables: [
    {
      TableName: 'Music',
      AttributeDefinitions: [
        { AttributeName: 'artist', AttributeType: 'S' },
        { AttributeName: 'song', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'song', KeyType: 'RANGE' },
      ],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    },
  ],
  port: Number(process.env.BASE_PORT),
  installerConfig: { installPath },
}
