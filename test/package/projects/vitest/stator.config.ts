import { defineConfig } from 'stator/config'

export default defineConfig({
  region: 'eu-west-1',
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
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  ],
  seeds: {
    Music: [
      { artist: 'Nina', song: 'Sinnerman', plays: 3, tags: new Set(['jazz']), cover: new Uint8Array([1, 2]), big: 12345678901234567890n },
      { artist: { S: 'Nina' }, song: { S: 'Feeling Good' }, plays: { N: '5' } },
    ],
  },
})
