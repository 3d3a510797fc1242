/** The command on a PostgreSQL: what clients do to tables is there when it was killed and is started again. */
import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { describe, type TestContext, test } from 'node:test'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams'
import type { NodeList } from '../../src/server/control/node-routes.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { until } from '../harness/server-process.ts'

const TableName = 'Orders'

interface Session {
  readonly process: StatorProcess
  readonly endpoint: string
  readonly dynamodb: DynamoDBClient
  readonly streams: DynamoDBStreamsClient
}

async function start(t: TestContext, url: string, words: readonly string[] = []): Promise<Session> {
  const process = new StatorProcess(['--port', '0', '--storage', url, ...words])
  t.after(() => process.child.kill('SIGKILL'))
  const endpoint = await process.endpoint()
  const options = { endpoint, region, credentials, maxAttempts: 1 }
  return { process, endpoint, dynamodb: new DynamoDBClient(options), streams: new DynamoDBStreamsClient(options) }
}

async function createTable(dynamodb: DynamoDBClient): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'state'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'ByState', KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  )
}

async function recordCount({ dynamodb, streams }: Session): Promise<number> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
  const StreamArn = Table?.LatestStreamArn
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  let count = 0
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
    const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }))
    count += Records.length
  }
  return count
}

function item(at: number): {
  readonly pk: { readonly S: string }
  readonly sk: { readonly S: string }
  readonly state: { readonly S: string }
} {
  return {
    pk: { S: `customer ${at % 4}` },
    sk: { S: `order ${String(at).padStart(3, '0')}` },
    state: { S: at % 2 === 0 ? 'open' : 'closed' },
  }
}

async function checkAll(session: Session): Promise<void> {
  const { dynamodb } = session
  const { Count, Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk > :sk',
      ExpressionAttributeValues: { ':pk': { S: 'customer 1' }, ':sk': { S: 'order 050' } },
      ScanIndexForward: false,
    }),
  )
  assert.equal(Count, 12)
  assert.equal(Items[0]?.['sk']?.S, 'order 097')
  assert.equal((await dynamodb.send(new ScanCommand({ TableName }))).Count, 101)
  const byState = new QueryCommand({
    TableName,
    IndexName: 'ByState',
    KeyConditionExpression: '#state = :open',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':open': { S: 'open' } },
  })
  assert.equal((await dynamodb.send(byState)).Count, 50)
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
  assert.equal(Table?.ItemCount, 101)
  assert.equal(await recordCount(session), 102)
}

describe('the command on a PostgreSQL', { skip: skipWithoutPostgres }, () => {
  test('keeps tables, indexes, streams and counts over a kill', async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const session = await start(t, url.replace('postgres@', 'postgres:hunter2@'))
    const { dynamodb } = session
    assert.match(session.process.out, /^Data: postgres:\/\/postgres@\/postgres\?host=\/[^&]+$/m)
    const info = (await (await fetch(`${session.endpoint}/_stator/info`)).json()) as { storage: string }
    assert.equal(info.storage, 'postgres')
    await createTable(dynamodb)
    await Promise.all(Array.from({ length: 100 }, (_, at) => dynamodb.send(new PutItemCommand({ TableName, Item: item(at) }))))
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: { pk: { S: 'counter' }, sk: { S: 'a' }, n: { N: '1' } },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          { ConditionCheck: { TableName, Key: { pk: { S: 'none' }, sk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
      }),
    )
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'counter' }, sk: { S: 'a' } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    )
    const refused = new PutItemCommand({ TableName, Item: item(3), ConditionExpression: 'attribute_not_exists(pk)' })
    await assert.rejects(dynamodb.send(refused), ConditionalCheckFailedException)
    await checkAll(session)
    session.process.child.kill('SIGKILL')
    await session.process.ended
    const again = await start(t, url)
    await checkAll(again)
    const found = new GetItemCommand({ TableName, Key: { pk: { S: 'counter' }, sk: { S: 'a' } }, ConsistentRead: true })
    assert.equal((await again.dynamodb.send(found)).Item?.['n']?.N, '2')
    again.process.child.kill('SIGTERM')
    const { code, err } = await again.process.ended
    assert.deepEqual({ code, err }, { code: 0, err: '' })
  })

  test('says at its start what is in effect, whatever its flags, and to others where it is', async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const words = ['--throughput', 'enforce', '--table-state-delay', '1s']
    const first = await start(t, url, words)
    assert.match(first.process.out, /^Limits: enforced;.*\n\n/m)
    const settings = JSON.stringify({ throughput: 'observe', indexLagMs: 0, tableStateDelayMs: 1000 })
    const changed = await fetch(`${first.endpoint}/_stator/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: settings,
    })
    assert.equal(changed.status, 200)
    const second = await start(t, url, words)
    assert.match(
      second.process.out,
      /^Limits: observed;.*\nSet for all servers, whatever their flags: throughput observe \(PUT \/_stator\/settings sets it\)\n\n/m,
    )
    const nodes = await until(async () => {
      const list = (await (await fetch(`${first.endpoint}/_stator/nodes`)).json()) as NodeList
      return list.nodes.filter((node) => node.url !== undefined).length === 2 ? list.nodes : undefined
    })
    assert.deepEqual(nodes.map((node) => node.url).sort(), [first.endpoint, second.endpoint].sort())
    assert.deepEqual(
      nodes.map(({ host }) => host),
      [hostname(), hostname()],
    )
  })

  test('says in one sentence why it does not start, and prints no password', async () => {
    const { folder } = await sharedPostgres()
    const process = new StatorProcess(['--port', '0', '--storage', `postgres://postgres:hunter2@/none?host=${folder}`])
    const { code, out, err } = await process.ended
    assert.deepEqual({ code, out }, { code: 1, out: '' })
    assert.match(err, /^[^\n]* has no database none[^\n]*\n$/)
    assert.doesNotMatch(err, /hunter2/)
  })
})
