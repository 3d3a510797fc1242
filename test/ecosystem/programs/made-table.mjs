/** Tables for libraries that make none themselves: a partition key `pk`, a sort key `sk`, and an index `gsi1` with keys of its own. */
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'

export const client = new DynamoDBClient({})

const text = (AttributeName) => ({ AttributeName, AttributeType: 'S' })
const keys = (pk, sk) => [{ AttributeName: pk, KeyType: 'HASH' }, ...(sk === undefined ? [] : [{ AttributeName: sk, KeyType: 'RANGE' }])]

/** `names`: the attributes that are keys. */
export async function makeTable(TableName, { pk = 'pk', sk, gsi, ttl } = {}) {
  const indexes = gsi === undefined ? [] : [{ IndexName: gsi.name, KeySchema: keys(gsi.pk, gsi.sk), Projection: { ProjectionType: 'ALL' } }]
  const names = new Set([pk, sk, gsi?.pk, gsi?.sk].filter((name) => name !== undefined))
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map(text),
      KeySchema: keys(pk, sk),
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    }),
  )
  if (ttl === undefined) return
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: ttl, Enabled: true } }))
}
