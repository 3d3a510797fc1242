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
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, DynamoDBClient, GetItemCommand, InternalServerError, PutItemCommand } from '@aws-sdk/client-dynamodb'
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

async function makeFolder(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-damaged-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { stator, client } = await serve(t, folder)
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  )
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

test('a folder that cannot be opened for a damaged row says which', async (t) => {
  const folder = await makeFolder(t)
  const keyHex = damage(folder, '02')
  const stator = new StatorProcess(['--port', '0', '--data-dir', folder])
  const { code, err } = await stator.ended
  assert.equal(code, 1)
  assert.equal(err, `${folder} cannot be opened: a row of the store is damaged, its key is ${keyHex}\n`)
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
  await assert.rejects(scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' })), {
    name: 'InternalServiceException',
  })
  assert.match(await stop(stator), new RegExp(`^A request to .* failed, request id \\S+: .*its key is ${keyHex}$`, 'm'))
})

test('a damaged series of metrics leaves DynamoDB as it is, and is told of to whoever asks for metrics', async (t) => {
  const folder = await makeFolder(t)
  const keyHex = damage(folder, '16')
  const { stator, client } = await serve(t, folder)
  assert.deepEqual((await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }))).Item, { pk: { S: 'a' } })
  const cloudWatch = new CloudWatchClient({ endpoint: await stator.endpoint(), region, credentials, maxAttempts: 1 })
  await assert.rejects(cloudWatch.send(new ListMetricsCommand({})), { name: 'InternalServiceFault' })
  assert.match(await stop(stator), new RegExp(`^A request to CloudWatch failed, request id \\S+: .*its key is ${keyHex}$`, 'm'))
})
