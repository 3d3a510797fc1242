/** Stator in the process of a program: clients of the SDK without a port, copies, and going back. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  ResourceNotFoundException,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams'
import { CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { createStator, type InProcessStator, type StatorOptions } from '../../src/index.ts'

const shop: CreateTableCommandInput = {
  TableName: 'Shop',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

async function opened(t: TestContext, options: StatorOptions = {}): Promise<InProcessStator> {
  const stator = await createStator({ inMemory: true, ...options })
  t.after(() => stator.close())
  return stator
}

async function withShop(t: TestContext, options?: StatorOptions): Promise<InProcessStator> {
  const stator = await opened(t, options)
  await stator.client().send(new CreateTableCommand(shop))
  return stator
}

async function put(stator: InProcessStator, pk: string): Promise<void> {
  await stator.client().send(new PutItemCommand({ TableName: 'Shop', Item: { pk: { S: pk } } }))
}

async function has(stator: InProcessStator, pk: string): Promise<boolean> {
  const { Item } = await stator.client().send(new GetItemCommand({ TableName: 'Shop', Key: { pk: { S: pk } } }))
  return Item !== undefined
}

test('Clients of the SDK that the program has are answered without a port, with the errors that they know', async (t) => {
  const stator = await withShop(t)
  const documents = stator.documentClient({}, { marshallOptions: { removeUndefinedValues: true } })
  await documents.send(new PutCommand({ TableName: 'Shop', Item: { pk: 'a', tags: new Set(['x']), count: 3, nothing: undefined } }))
  const asked = { TableName: 'Shop', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'a' } }
  assert.deepEqual((await documents.send(new QueryCommand(asked))).Items, [{ pk: 'a', tags: new Set(['x']), count: 3 }])
  await assert.rejects(
    stator.client({ maxAttempts: 1 }).send(new GetItemCommand({ TableName: 'None', Key: { pk: { S: 'a' } } })),
    (error) => error instanceof ResourceNotFoundException && error.message === 'Requested resource not found',
  )
})

test('Any client of the SDK takes the request handler, for every service of the port', async (t) => {
  const stator = await withShop(t, { region: 'eu-west-1' })
  await put(stator, 'a')
  const { region, credentials } = stator
  assert.equal(region, 'eu-west-1')
  const config = { region, credentials, requestHandler: stator.requestHandler() }
  const { TableNames } = await new DynamoDBClient(config).send(new ListTablesCommand())
  assert.deepEqual(TableNames, ['Shop'])

  const streams = new DynamoDBStreamsClient(config)
  const { Table } = await stator.client().send(new DescribeTableCommand({ TableName: 'Shop' }))
  const StreamArn = Table?.LatestStreamArn
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  const records = await Promise.all(
    (StreamDescription?.Shards ?? []).map(async ({ ShardId }) => {
      const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
      return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
    }),
  )
  assert.deepEqual(
    records.flat().map(({ eventName }) => eventName),
    ['INSERT'],
  )

  assert.deepEqual((await new CloudWatchClient(config).send(new ListMetricsCommand({ Namespace: 'None' }))).Metrics, [])
  const scaling = new ApplicationAutoScalingClient(config)
  assert.deepEqual((await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' }))).ScalableTargets, [])
  assert.equal((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account, '123456789012')
  const iam = new IAMClient(config)
  await iam.send(new CreateUserCommand({ UserName: 'ada' }))
  assert.equal((await iam.send(new GetUserCommand({ UserName: 'ada' }))).User?.UserName, 'ada')
})

test('A client may sign, and is told what AWS says of a signature that is none', async (t) => {
  const stator = await opened(t)
  const signing = stator.client({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } })
  assert.deepEqual((await signing.send(new ListTablesCommand())).TableNames, [])
  const { response } = await stator.requestHandler().handle({
    method: 'POST',
    path: '/',
    headers: { Authorization: 'nothing', 'X-Amz-Target': 'DynamoDB_20120810.ListTables' },
    body: '{}',
  })
  assert.equal(response.statusCode, 400)
  assert.match(Buffer.from(response.body).toString(), /MissingAuthenticationTokenException/)
})

test('Who aborts is told so, and what was asked is done', async (t) => {
  const stator = await withShop(t)
  const client = stator.client()
  const abort = new AbortController()
  const asked = client.send(new PutItemCommand({ TableName: 'Shop', Item: { pk: { S: 'a' } } }), { abortSignal: abort.signal })
  abort.abort()
  await assert.rejects(asked, { name: 'AbortError' })
  await stator.control.runJobs()
  await assert.rejects(client.send(new ListTablesCommand(), { abortSignal: AbortSignal.abort() }), { name: 'AbortError' })
})

test('What a client compresses is read', async (t) => {
  const handler = (await opened(t)).requestHandler()
  const headers = { 'X-Amz-Target': 'DynamoDB_20120810.ListTables', 'Content-Encoding': 'gzip' }
  const { response } = await handler.handle({ method: 'POST', path: '/', headers, body: gzipSync('{}') })
  assert.deepEqual(JSON.parse(Buffer.from(response.body).toString()), { TableNames: [] })
  await assert.rejects(handler.handle({ method: 'POST', path: '/', headers, body: '{}' }), {
    name: 'TypeError',
    message: 'A body with Content-Encoding gzip is broken.',
  })
})

test('A large body of a client is taken as the bytes that it is', async (t) => {
  const handler = (await opened(t)).requestHandler()
  // What clients make of their JSON warns whoever takes it for text, and is to throw one day.
  class ClientBytes extends Uint8Array {
    override valueOf(): never {
      throw new Error('taken for text')
    }
  }
  const text = JSON.stringify({ TableName: 'Nothing', Item: { id: { S: 'a' }, text: { S: 'x'.repeat(300_000) } } })
  const headers = { 'X-Amz-Target': 'DynamoDB_20120810.PutItem' }
  const { response } = await handler.handle({ method: 'POST', path: '/', headers, body: ClientBytes.from(Buffer.from(text)) })
  assert.match(Buffer.from(response.body).toString(), /ResourceNotFoundException|MissingAuthenticationToken/)
})

test('It closes although a transaction is held, and whoever asked for it is answered', async (t) => {
  const stator = await withShop(t)
  await stator.control.holdNextTransaction({ forMs: 3_600_000 })
  const put = { Put: { TableName: 'Shop', Item: { pk: { S: 'a' } } } }
  const asked = stator.client().send(new TransactWriteItemsCommand({ TransactItems: [put] }))
  while ((await stator.control.transactions()).held.length === 0) await new Promise(setImmediate)
  await stator.close()
  assert.equal((await asked).$metadata.httpStatusCode, 200)
})

test('A fork begins as the original is, and neither sees what the other does', async (t) => {
  const original = await withShop(t, { clock: '2026-01-01T00:00:00Z' })
  await put(original, 'before')
  await original.control.setClock({ now: '2030-01-01T00:00:00Z', frozen: true })
  await original.control.changeSettings({ throughput: 'enforce', indexLagMs: 5 })
  await original.control.setTableThroughput({ table: 'Shop', throughput: 'off' })
  const fork = original.fork()
  t.after(() => fork.close())
  const second = fork.fork()
  await put(original, 'in the original')
  await put(fork, 'in the fork')
  assert.deepEqual(
    await Promise.all([original, fork, second].map(async (each) => [await has(each, 'in the original'), await has(each, 'in the fork')])),
    [
      [true, false],
      [false, true],
      [false, false],
    ],
  )
  assert(await has(second, 'before'))
  assert.deepEqual(await fork.control.clock(), await original.control.clock())
  assert.deepEqual(await fork.control.settings(), await original.control.settings())
  assert.equal((await fork.control.tableThroughput({ table: 'Shop' })).throughput, 'off')
  await fork.control.advanceClock({ byMs: 1000 })
  assert.notDeepEqual(await fork.control.clock(), await original.control.clock())
  await original.close()
  assert(await has(fork, 'before'), 'it does not need the original')
  await second.close()
})

test('What IAM keeps of secrets a fork can open', async (t) => {
  const original = await opened(t)
  const iam = new IAMClient({ region: 'us-east-1', credentials: original.credentials, requestHandler: original.requestHandler() })
  await iam.send(new CreateUserCommand({ UserName: 'ada' }))
  const fork = original.fork()
  t.after(() => fork.close())
  const forked = new IAMClient({ region: 'us-east-1', credentials: fork.credentials, requestHandler: fork.requestHandler() })
  assert.equal((await forked.send(new GetUserCommand({ UserName: 'ada' }))).User?.UserName, 'ada')
})

test('A snapshot is gone back to as often as one likes, by the same clients', async (t) => {
  const stator = await withShop(t)
  await put(stator, 'seed')
  await stator.control.setClock({ now: '2026-06-01T00:00:00Z', frozen: true })
  const snapshot = stator.snapshot()
  const client = stator.client()
  for (const pk of ['one', 'two']) {
    await client.send(new PutItemCommand({ TableName: 'Shop', Item: { pk: { S: pk } } }))
    await stator.control.advanceClock({ byMs: 3_600_000 })
    stator.restore(snapshot)
    assert.equal(await has(stator, pk), false)
    assert.equal(await has(stator, 'seed'), true)
    assert.equal((await stator.control.clock()).now, '2026-06-01T00:00:00.000Z')
  }
  const other = await opened(t)
  other.restore(snapshot)
  assert(await has(other, 'seed'), 'it may be another one that goes there')
})

test('Writes that are under way when it goes back are answered, and not seen', async (t) => {
  const stator = await withShop(t)
  const snapshot = stator.snapshot()
  const handler = stator.requestHandler()
  const written = ['a', 'b', 'c'].map((pk) => {
    const body = JSON.stringify({ TableName: 'Shop', Item: { pk: { S: pk } } })
    return handler.handle({ method: 'POST', path: '/', headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, body })
  })
  stator.restore(snapshot)
  for (const { response } of await Promise.all(written)) assert.equal(response.statusCode, 200)
  for (const pk of ['a', 'b', 'c']) assert.equal(await has(stator, pk), false)
})

test('Only what is in memory is copied, and only while it is open', async (t) => {
  const stator = await createStator({ inMemory: true })
  const snapshot = stator.snapshot()
  const unused = stator.fork()
  await stator.close()
  await unused.close()
  for (const act of [() => stator.fork(), () => stator.snapshot(), () => stator.restore(snapshot), () => unused.fork()]) {
    assert.throws(act, { message: 'This Stator has been closed.' })
  }
  await assert.rejects(unused.control.tables(), { message: 'This Stator has been closed.' })
  const open = await opened(t)
  assert.throws(() => open.restore({ takenFrom: 'stator' }), { name: 'TypeError', message: 'restore takes what snapshot() returned.' })
})

test('It closes at the end of its block', async () => {
  let kept: InProcessStator
  {
    await using stator = await createStator({ inMemory: true })
    kept = stator
  }
  assert.throws(() => kept.fork(), { message: 'This Stator has been closed.' })
})

test('Faults are of one Stator, not of its copies, and a snapshot brings none back', async (t) => {
  const stator = await withShop(t, { faults: [{ match: { operation: 'GetItem' }, do: { lose: 'request' } }] })
  const seeded = stator.snapshot()
  const copy = stator.fork()
  t.after(() => copy.close())
  const broken = { name: 'TimeoutError', code: 'ECONNRESET' }
  const impatient = stator.client({ maxAttempts: 1 })
  await assert.rejects(impatient.send(new GetItemCommand({ TableName: 'Shop', Key: { pk: { S: 'a' } } })), broken)
  assert.equal(await has(copy, 'a'), false)
  stator.restore(seeded)
  assert.equal(await has(stator, 'a'), false)
  assert.deepEqual((await stator.control.faults()).faults, [])
})

test('Who has no SDK is told of a broken connection, too', async (t) => {
  const stator = await withShop(t)
  await stator.control.addFault({ times: 1, do: { lose: 'answer' } })
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-date': '20261122T100000Z',
  }
  const request = { target: 'DynamoDB_20120810.ListTables', headers, body: '{}' }
  await assert.rejects(stator.handle(request), { code: 'ECONNRESET', message: 'socket hang up' })
  assert.equal((await stator.handle(request)).status, 200)
})

test('A seed makes ids repeat, and copies go on with it', async (t) => {
  const idOf = async (stator: InProcessStator) =>
    (await stator.client().send(new DescribeTableCommand({ TableName: 'Shop' }))).Table?.TableId
  const first = await withShop(t, { seed: 5 })
  assert.equal(await idOf(await withShop(t, { seed: 5 })), await idOf(first))
  assert.notEqual(await idOf(await withShop(t, { seed: 6 })), await idOf(first))
  const copy = first.fork()
  t.after(() => copy.close())
  const { TableDescription: other } = await copy.client().send(new CreateTableCommand({ ...shop, TableName: 'Other' }))
  assert.notEqual(other?.TableId, await idOf(first))
  await assert.rejects(createStator({ inMemory: true, seed: -1 }), { name: 'TypeError', message: /^seed must be a whole number/ })
})

test('A test of what an application repeats is five lines', async () => {
  await using stator = await createStator({ inMemory: true, tableStateDelayMs: 0 })
  const client = stator.client()
  await client.send(new CreateTableCommand(shop))
  await stator.control.addFault({ match: { operation: 'PutItem' }, times: 1, do: { throttle: 'TableWriteKeyRangeThroughputExceeded' } })
  const { $metadata } = await client.send(new PutItemCommand({ TableName: 'Shop', Item: { pk: { S: 'a' } } }))
  assert.equal($metadata.attempts, 2)
})

test('At a port programs are answered by what it is then, and after it was restored, too', async (t) => {
  const stator = await withShop(t)
  const before = stator.snapshot()
  const port = await stator.listen({ port: 0 })
  const { region, credentials } = stator
  const client = new DynamoDBClient({ region, credentials, endpoint: port.endpoint })
  t.after(() => client.destroy())
  const items = async (): Promise<number | undefined> => (await client.send(new ScanCommand({ TableName: 'Shop' }))).Count
  await client.send(new PutItemCommand({ TableName: 'Shop', Item: { pk: { S: 'a' } } }))
  assert.equal(await has(stator, 'a'), true)
  stator.restore(before)
  assert.equal(await items(), 0)
  await put(stator, 'b')
  assert.equal(await items(), 1)
  const metrics = new CloudWatchClient({ region, credentials, endpoint: port.endpoint })
  t.after(() => metrics.destroy())
  assert.deepEqual((await metrics.send(new ListMetricsCommand({ MetricName: 'None' }))).Metrics, [])
  const settings = await fetch(`${port.endpoint}/_stator/settings`)
  assert.equal(settings.status, 200)
  assert.equal(port.env.AWS_ENDPOINT_URL_DYNAMODB, port.endpoint)
})

test('A port ends before the others do, or with them', async (t) => {
  const stator = await withShop(t)
  const asked = async (endpoint: string): Promise<string> => (await fetch(endpoint).catch(() => undefined))?.statusText ?? 'nobody'
  const first = await stator.listen({ port: 0 })
  const second = await stator.listen({ port: 0 })
  assert.equal(await asked(first.endpoint), 'OK')
  await first.close()
  assert.deepEqual([await asked(first.endpoint), await asked(second.endpoint)], ['nobody', 'OK'])
  await put(stator, 'a')
  await assert.rejects(stator.listen({ port: second.port }), /^Error: Port \d+ on 127\.0\.0\.1 is in use/)
  await stator.close()
  assert.equal(await asked(second.endpoint), 'nobody')
  await assert.rejects(stator.listen({ port: 0 }), /This Stator has been closed/)
})

test('Whoever waits at a port for a fault or a held transaction is answered before it ends', async (t) => {
  const stator = await withShop(t)
  const { endpoint } = await stator.listen({ port: 0 })
  const { region, credentials, control } = stator
  const client = new DynamoDBClient({ region, credentials, endpoint, maxAttempts: 1 })
  t.after(() => client.destroy())
  const Put = { TableName: 'Shop', Item: { pk: { S: 'a' } } }
  await control.addFault({ match: { operation: 'PutItem' }, do: { delayMs: 3_600_000 } })
  await control.holdNextTransaction({ forMs: 3_600_000 })
  const sent = [client.send(new PutItemCommand(Put)), client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))]
  while ((await control.faults()).faults[0]?.waiting === 0 || (await control.transactions()).held.length === 0) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  await stator.close()
  await Promise.all(sent)
})
