/** Kinesis destinations by the SDK's own client, of a server as a user starts it: the stream is a file that the server was told of. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { credentials, region } from './dummy-credentials.ts'
import { startServer } from './running-server.ts'

const {
  CreateTableCommand,
  DescribeKinesisStreamingDestinationCommand,
  DisableKinesisStreamingDestinationCommand,
  DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
  UpdateKinesisStreamingDestinationCommand,
} = createRequire(import.meta.url)('@aws-sdk/client-dynamodb')

const TableName = 'Orders'
const StreamArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/changes'
const waitsMax = 200

test('The client of the SDK enables a stream, changes its precision, and disables it; the file has what was put', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-kinesis-'))
  const file = join(folder, 'changes.jsonl')
  writeFileSync(join(folder, 'sinks.json'), JSON.stringify({ streams: { changes: { file } } }))
  const server = await startServer(['--in-memory', '--sinks', join(folder, 'sinks.json')])
  const client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
  const until = async (status: string): Promise<void> => {
    for (let waits = 0; waits < waitsMax; waits += 1) {
      const { KinesisDataStreamDestinations: found = [] } = await client.send(new DescribeKinesisStreamingDestinationCommand({ TableName }))
      if (found[0]?.DestinationStatus === status) return
      await wait(20)
    }
    assert.fail(`it did not become ${status}`)
  }
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  )
  const { DestinationStatus } = await client.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn }))
  assert.equal(DestinationStatus, 'ENABLING')
  await until('ACTIVE')
  const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision: 'MICROSECOND' } as const
  await client.send(new UpdateKinesisStreamingDestinationCommand({ TableName, StreamArn, UpdateKinesisStreamingConfiguration }))
  await until('ACTIVE')
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }))
  await client.send(new DisableKinesisStreamingDestinationCommand({ TableName, StreamArn }))
  await until('DISABLED')
  const [record] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(record.dynamodb.NewImage, { pk: { S: 'a' } })
  assert.equal(record.dynamodb.ApproximateCreationDateTimePrecision, 'MICROSECOND')
  client.destroy()
  assert.equal(await server.close(), 0)
  rmSync(folder, { recursive: true })
})
