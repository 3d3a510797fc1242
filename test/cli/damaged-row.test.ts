/** A row that is not what was written, seen by who asks for it and by who reads the log. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchClient, DescribeAlarmsCommand, ListMetricsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  InternalServerError,
  ListTablesCommand,
  PutItemCommand,
  type StreamSpecification,
} from '@aws-sdk/client-dynamodb'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { StatorProcess } from './stator-process.ts'

const TableName = 'Orders'

async function serve(t: TestContext, folder: string): Promise<{ readonly stator: StatorProcess; readonly client: DynamoDBClient }> {
  const stator = new StatorProcess(['--port', '0', '--data-dir', folder])
  t.after(() => stator.child.kill('SIGKILL'))
  const client = new DynamoDBClient({ endpoint: await stator.endpoint(), region, credentials, maxAttempts: 1 })
  return { stator, client }
}

async function stop(stator: StatorProcess): Promise<string> {
  stator.child.kill('SIGTERM')
  return (await stator.ended).err
}

/** Changes the value of the first row whose key begins with these digits, and returns its whole key. */
function damage(folder: string, keyHexStart: string): string {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  const first = database.prepare('SELECT min(key) AS key FROM entries WHERE hex(key) LIKE ?').get(`${keyHexStart}%`)
  const key = first?.['key'] as Uint8Array
  database.prepare("UPDATE entries SET value = value || 'x' WHERE key = ?").run(key)
  database.close()
  return Buffer.from(key).toString('hex')
}

function createCommand(name: string, StreamSpecification?: StreamSpecification): CreateTableCommand {
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ...(StreamSpecification !== undefined && { StreamSpecification }),
  })
}

/** Another table, with a stream. */
async function createOther(t: TestContext, folder: string): Promise<void> {
  const { stator, client } = await serve(t, folder)
  await client.send(createCommand('Other', { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }))
  await stop(stator)
}

function hexOf(...parts: readonly string[]): string {
  return Buffer.from(parts.join('')).toString('hex').toUpperCase()
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-damaged-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { stator, client } = await serve(t, folder)
  await client.send(createCommand(TableName))
  for (const pk of ['a', 'b']) await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }))
  assert.equal(await stop(stator), '')
  return folder
}

test('a damaged item is an InternalServerError and one line of the log, which names its row, and the others are there', async (t) => {
  const folder = await makeFolder(t)
  const keyHex = damage(folder, '10')
  const { stator, client } = await serve(t, folder)
  const answers = await Promise.allSettled(['a', 'b'].map((pk) => client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))))
  const failed = answers.filter((answer) => answer.status === 'rejected')
  assert.equal(failed.length, 1)
  assert.ok(failed[0]?.reason instanceof InternalServerError)
  const log = await stop(stator)
  assert.match(log, /^GetItem failed, request id [0-9A-Z]{52}: a row of the store is damaged, its key is [0-9a-f]+\n$/)
  assert.ok(log.endsWith(` ${keyHex}\n`))
})

test('a damaged record of a table is told of in the log and to who asks for that table, which is there, and the others are served', async (t) => {
  const folder = await makeFolder(t)
  await createOther(t, folder)
  const keyHex = damage(folder, hexOf('\x02', '\0', TableName))
  const { stator, client } = await serve(t, folder)
  assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, [TableName, 'Other'].sort())
  await assert.rejects(client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })), InternalServerError)
  await assert.rejects(client.send(createCommand(TableName)), InternalServerError)
  await client.send(new PutItemCommand({ TableName: 'Other', Item: { pk: { S: 'a' } } }))
  await client.send(createCommand('Third'))
  const log = await stop(stator)
  assert.ok(
    log.startsWith(
      `A record of tables or streams is damaged, and who asks for what it says is told so: a row of the store is damaged, its key is ${keyHex}\n`,
    ),
  )
})

test('a damaged version, format, or map of partitions keeps nobody from anything', async (t) => {
  const folder = await makeFolder(t)
  for (const start of ['12', '13', '1F', '0C']) damage(folder, start)
  const { stator, client } = await serve(t, folder)
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'c' } } }))
  await client.send(createCommand('Third'))
  assert.doesNotMatch(await stop(stator), /failed/)
})

test('writes of a table whose stream is not known whole are refused, and nobody else', async (t) => {
  const folder = await makeFolder(t)
  await createOther(t, folder)
  const keyHex = damage(folder, '09')
  const { stator, client } = await serve(t, folder)
  await assert.rejects(client.send(new PutItemCommand({ TableName: 'Other', Item: { pk: { S: 'c' } } })), InternalServerError)
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'c' } } }))
  assert.match(await stop(stator), new RegExp(`^PutItem failed, request id \\S+: .*its key is ${keyHex}$`, 'm'))
})

test('a damaged alarm or target takes nothing else of its service down', async (t) => {
  const folder = await makeFolder(t)
  const first = await serve(t, folder)
  const cloudWatchOf = async (stator: StatorProcess): Promise<CloudWatchClient> =>
    new CloudWatchClient({ endpoint: await stator.endpoint(), region, credentials, maxAttempts: 1 })
  const alarm = (AlarmName: string): PutMetricAlarmCommand =>
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/DynamoDB',
      MetricName: 'ConsumedReadCapacityUnits',
      Dimensions: [{ Name: 'TableName', Value: TableName }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    })
  for (const name of ['one', 'two']) await (await cloudWatchOf(first.stator)).send(alarm(name))
  await stop(first.stator)
  const keyHex = damage(folder, hexOf('\x0f', '\0', 'one'))
  const { stator } = await serve(t, folder)
  const cloudWatch = await cloudWatchOf(stator)
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}))
  assert.deepEqual(
    MetricAlarms.map(({ AlarmName }) => AlarmName),
    ['two'],
  )
  await assert.rejects(cloudWatch.send(alarm('one')), { name: 'InternalServiceFault' })
  await cloudWatch.send(alarm('two'))
  assert.match(await stop(stator), new RegExp(`its key is ${keyHex}$`, 'm'))
})

test('a damaged record of a service beside DynamoDB leaves DynamoDB as it is', async (t) => {
  const folder = await makeFolder(t)
  const target = {
    ServiceNamespace: 'dynamodb',
    ResourceId: `table/${TableName}`,
    ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
  } as const
  const scalingOf = async (stator: StatorProcess): Promise<ApplicationAutoScalingClient> =>
    new ApplicationAutoScalingClient({ endpoint: await stator.endpoint(), region, credentials, maxAttempts: 1 })
  const first = await serve(t, folder)
  const registering = new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 })
  await (await scalingOf(first.stator)).send(registering)
  await stop(first.stator)
  const keyHex = damage(folder, '11')
  const { stator, client } = await serve(t, folder)
  assert.deepEqual((await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }))).Item, { pk: { S: 'a' } })
  const scaling = await scalingOf(stator)
  const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' }))
  assert.deepEqual(ScalableTargets, [])
  await assert.rejects(scaling.send(registering), { name: 'InternalServiceException' })
  assert.match(await stop(stator), new RegExp(`^A request to .* failed, request id \\S+: .*its key is ${keyHex}$`, 'm'))
})

test('a damaged series of metrics leaves DynamoDB and the other metrics as they are', async (t) => {
  const folder = await makeFolder(t)
  const keyHex = damage(folder, '16')
  const { stator, client } = await serve(t, folder)
  assert.deepEqual((await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }))).Item, { pk: { S: 'a' } })
  const cloudWatch = new CloudWatchClient({ endpoint: await stator.endpoint(), region, credentials, maxAttempts: 1 })
  assert.ok(((await cloudWatch.send(new ListMetricsCommand({}))).Metrics ?? []).length > 0)
  // Whether a minute of it is over before the server ends depends on the time of day.
  const job = `A background job failed; it is tried again: The job metrics( of settings)? failed: a row of the store is damaged, its key is ${keyHex}`
  assert.match(await stop(stator), new RegExp(`^(${job}\n)*$`))
})
