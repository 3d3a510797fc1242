import { defineConfig } from 'stator/config'

export default defineConfig({
  tables: [
    {
      TableName: 'Wallets',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'owner', AttributeType: 'S' },
        { AttributeName: 'entry', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'entry', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    },
  ],
  seeds: {
    Wallets: [
      { owner: 'ada', entry: 'BALANCE', amount: 100 },
      { owner: 'bo', entry: 'BALANCE', amount: 0 },
    ],
  },
})
