const { defineConfig } = require('stator/config')

module.exports = defineConfig({
  tables: [
    {
      TableName: 'Music',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'artist', AttributeType: 'S' },
        { AttributeName: 'song', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'song', KeyType: 'RANGE' },
      ],
    },
  ],
  seeds: { Music: './music.jsonl' },
  setup: async (stator) => {
    const { PutCommand } = require('@aws-sdk/lib-dynamodb')
    await stator.documentClient().send(new PutCommand({ TableName: 'Music', Item: { artist: 'Miles', song: 'So What', plays: 1 } }))
  },
})
