/**
 * SearchVectors with the AWS SDK for JavaScript. The SDK has a host of its own for this operation (`search-dynamodb.<region>` or
 * `<account>.search-ddb.<region>`), which an endpoint that is set replaces like the other host: in the client's options, or by
 * AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL. Region `local` without an endpoint goes to localhost:8000 for every operation.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  SearchVectorsCommand,
  type SearchVectorsCommandInput,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const TableName = 'Vectors'
const vector = (...numbers: readonly number[]): { N: string }[] => numbers.map((number) => ({ N: String(number) }))
const search: SearchVectorsCommandInput = {
  TableName,
  IndexName: 'nearest',
  SearchVector: vector(1, 0, 0),
  TopK: 2,
  SearchConditionExpression: 'tenant = :t',
  ExpressionAttributeValues: { ':t': { S: 'a' } },
  ReturnConsumedCapacity: 'TOTAL',
}
const expected = [
  { Item: { id: { S: 'x' }, tenant: { S: 'a' } }, Score: 0 },
  { Item: { id: { S: 'y' }, tenant: { S: 'a' } }, Score: 1 },
]

describe('AWS SDK for JavaScript, SearchVectors', () => {
  let server: RunningServer
  let client: DynamoDBClient

  before(async () => {
    server = await startServer()
    client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
  })

  after(async () => {
    client.destroy()
    await server.close()
  })

  test('an explicit endpoint is used for searches, too', async () => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['id', 'tenant'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        VectorIndexes: [
          {
            IndexName: 'nearest',
            VectorAttribute: { AttributeName: 'embedding' },
            Dimensions: 3,
            DistanceFunction: 'COSINE',
            Projection: { ProjectionType: 'KEYS_ONLY' },
            SearchSchema: [{ AttributeName: 'tenant', SearchSchemaElementType: 'HASH' }],
          },
        ],
      }),
    )
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }, { TableName })
    const items = [
      { id: { S: 'x' }, tenant: { S: 'a' }, embedding: { L: vector(3, 0, 0) } },
      { id: { S: 'y' }, tenant: { S: 'a' }, embedding: { L: vector(0, 1, 0) } },
      { id: { S: 'z' }, tenant: { S: 'b' }, embedding: { L: vector(1, 0, 0) } },
    ]
    for (const Item of items) await client.send(new PutItemCommand({ TableName, Item }))
    const { SearchResults, ConsumedCapacity } = await client.send(new SearchVectorsCommand(search))
    assert.deepEqual(SearchResults, expected)
    assert.deepEqual(ConsumedCapacity, { VectorSearchRequestBytes: 1024 })
  })

  for (const name of ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL']) {
    test(`so is the endpoint in ${name}`, async () => {
      const program = `
        import { DynamoDBClient, SearchVectorsCommand } from '@aws-sdk/client-dynamodb'
        const answer = await new DynamoDBClient({}).send(new SearchVectorsCommand(${JSON.stringify(search)}))
        console.log(JSON.stringify(answer.SearchResults))`
      const environment = {
        PATH: process.env.PATH,
        [name]: server.endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }
      const options = { cwd: join(import.meta.dirname, '../..'), env: environment, timeout: 60_000 }
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options)
      assert.deepEqual(JSON.parse(stdout), expected)
    })
  }
})
