/**
 * The AWS SDK for JavaScript v3 reading a stream from a running server: the usual consumer, which reads parents before their
 * children and goes on behind the last sequence number, over a shard split.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as Record,
  ResourceNotFoundException,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const TableName = 'Orders'
const orders = 200

describe('AWS SDK for JavaScript, DynamoDBStreamsClient', () => {
  let server: RunningServer
  let client: DynamoDBClient
  let streams: DynamoDBStreamsClient
  let StreamArn = ''

  before(async () => {
    server = await startServer()
    const options = { endpoint: server.endpoint, region, credentials, maxAttempts: 1 }
    client = new DynamoDBClient(options)
    streams = new DynamoDBStreamsClient(options)
    const { TableDescription: table } = await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    )
    StreamArn = table?.LatestStreamArn ?? ''
  })

  after(async () => {
    client.destroy()
    streams.destroy()
    assert.equal(await server.close(), 0)
  })

  async function writeOrders(from: number): Promise<void> {
    const ids = Array.from({ length: orders }, (_, at) => `order-${from + at}`)
    await Promise.all(ids.map((id) => client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, paid: { BOOL: false } } }))))
    await Promise.all(ids.map((id) => client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, paid: { BOOL: true } } }))))
    await Promise.all(ids.map((id) => client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }))))
  }

  /** Everything in the shard behind a sequence number, or from its oldest record on. */
  async function readShard(ShardId: string | undefined, after: string | undefined): Promise<{ records: Record[]; isDone: boolean }> {
    const place =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after }
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...place }))
    const records: Record[] = []
    while (ShardIterator !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 100 }))
      records.push(...(page.Records ?? []))
      if (page.NextShardIterator !== undefined && page.Records?.length === 0) return { records, isDone: false }
      ShardIterator = page.NextShardIterator
    }
    return { records, isDone: true }
  }

  test('ListStreams finds the stream of the table', async () => {
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName }))
    assert.deepEqual(
      Streams?.map((stream) => stream.StreamArn),
      [StreamArn],
    )
  })

  test('a consumer has every change once and in the order of each key, over a shard split', async () => {
    const seen: Record[] = []
    const done = new Set<string | undefined>()
    const last = new Map<string | undefined, string | undefined>()
    const poll = async (): Promise<readonly Shard[]> => {
      const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
      const shards = StreamDescription?.Shards ?? []
      for (const { ShardId, ParentShardId } of shards) {
        if (done.has(ShardId) || (ParentShardId !== undefined && !done.has(ParentShardId))) continue
        const { records, isDone } = await readShard(ShardId, last.get(ShardId))
        seen.push(...records)
        last.set(ShardId, records.at(-1)?.dynamodb?.SequenceNumber ?? last.get(ShardId))
        if (isDone) done.add(ShardId)
      }
      return shards
    }

    await writeOrders(0)
    assert.equal((await poll()).length, 4)
    const split = await fetch(`${server.endpoint}/_stator/tables/${TableName}/stream/split`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(split.status, 200)
    await writeOrders(orders)
    assert.equal((await poll()).length, 12)
    assert.equal(done.size, 4)

    assert.equal(seen.length, 2 * orders * 3)
    assert.equal(new Set(seen.map(({ eventID }) => eventID)).size, seen.length)
    const states = new Map<string | undefined, string[]>()
    for (const { eventName, dynamodb } of seen) {
      const id = dynamodb?.Keys?.id?.S
      const story = states.get(id) ?? []
      story.push(`${eventName} ${dynamodb?.OldImage?.paid?.BOOL} ${dynamodb?.NewImage?.paid?.BOOL}`)
      states.set(id, story)
      assert.ok(dynamodb?.ApproximateCreationDateTime instanceof Date)
    }
    assert.equal(states.size, 2 * orders)
    for (const story of states.values()) {
      assert.deepEqual(story, ['INSERT undefined false', 'MODIFY false true', 'REMOVE true undefined'])
    }
  })

  test('exceptions are those of the SDK', async () => {
    await assert.rejects(streams.send(new DescribeStreamCommand({ StreamArn: `${StreamArn}1` })), ResourceNotFoundException)
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.at(-1)?.ShardId
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'LATEST' }))
    const later = await fetch(`${server.endpoint}/_stator/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ byMs: 16 * 60 * 1000 }),
    })
    assert.equal(later.status, 200)
    await assert.rejects(streams.send(new GetRecordsCommand({ ShardIterator })), ExpiredIteratorException)
  })
})
