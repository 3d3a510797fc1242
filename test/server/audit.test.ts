/** What the audit trail tells of requests, whoever sends them, and what becomes of requests that it can't tell of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloudWatchClient, DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { startServer } from '../../src/server/start.ts'
import { IamServer, rootKey } from '../harness/iam-server.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService } from '../harness/service.ts'
import { testStorage } from '../harness/test-storage.ts'

interface Told {
  readonly [name: string]: unknown
}

/** Keeps what it is given, unless it is told to fail. */
function keeping(includesData: boolean) {
  const events: Told[] = []
  const state = { failure: undefined as string | undefined }
  const append = async (lines: string): Promise<void> => {
    if (state.failure !== undefined) throw new Error(state.failure)
    for (const line of lines.split('\n')) if (line !== '') events.push(JSON.parse(line))
  }
  return { events, state, audit: { sink: { append }, includesData } }
}

const table = onDemandTable('Music', { pk: 'S' })
const put = { TableName: 'Music', Item: { pk: { S: 'a secret' } } }

test('Management calls are told in the form of CloudTrail, with their errors, and calls for items when that is asked for', async (t) => {
  const { events, audit } = keeping(false)
  const service = await openTestService('steady', { audit })
  t.after(() => service.close())
  const created = await call(service, 'CreateTable', table)
  await call(service, 'PutItem', put)
  await call(service, 'DescribeTable', { TableName: 'Nothing' })
  await call(service, 'DescribeTable', {})
  assert.deepEqual(
    events.map(({ eventName, readOnly, errorCode }) => [eventName, readOnly, errorCode]),
    [
      ['CreateTable', false, undefined],
      ['DescribeTable', true, 'ResourceNotFoundException'],
      ['DescribeTable', true, 'ValidationException'],
    ],
  )
  const { responseElements, eventID, ...event } = events[0] ?? {}
  assert.match(String(eventID), /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
  assert.equal((responseElements as { tableDescription: { tableName: string } }).tableDescription.tableName, 'Music')
  assert.deepEqual(event, {
    eventVersion: '1.11',
    userIdentity: { type: 'Root', principalId: '123456789012', arn: 'arn:aws:iam::123456789012:root', accountId: '123456789012' },
    eventTime: '2026-11-22T10:00:00Z',
    eventSource: 'dynamodb.amazonaws.com',
    eventName: 'CreateTable',
    awsRegion: 'us-east-1',
    sourceIPAddress: 'localhost',
    userAgent: null,
    requestParameters: {
      tableName: 'Music',
      attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
      keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
    },
    requestID: created.headers['x-amzn-requestid'],
    readOnly: false,
    resources: [{ accountId: '123456789012', type: 'AWS::DynamoDB::Table', ARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/Music' }],
    eventType: 'AwsApiCall',
    apiVersion: '2012-08-10',
    managementEvent: true,
    recipientAccountId: '123456789012',
    eventCategory: 'Management',
  })
})

test('Calls for items are told without values', async (t) => {
  const { events, audit } = keeping(true)
  const service = await openTestService('steady', { audit })
  t.after(() => service.close())
  await call(service, 'CreateTable', table)
  await call(service, 'PutItem', put)
  await call(service, 'ExecuteStatement', { Statement: "INSERT INTO \"Music\" VALUE {'pk': 'a secret'}" })
  await call(service, 'ExecuteStatement', { Statement: 'nonsense' })
  const [, item, statement] = events
  assert.deepEqual(
    [item?.requestParameters, item?.responseElements, item?.eventCategory, item?.managementEvent],
    [{ tableName: 'Music', item: { pk: 'HIDDEN_DUE_TO_SECURITY_REASONS' } }, null, 'Data', false],
  )
  assert.equal(statement?.errorCode, 'DuplicateItemException')
  assert.deepEqual(statement?.resources, item?.resources)
  assert.equal(events.length, 4)
  assert.ok(!JSON.stringify(events).includes('a secret'))
})

test('While it cannot be told nothing is done that must be told, and the rest goes on', async (t) => {
  const { events, state, audit } = keeping(false)
  const service = await openTestService('steady', { audit })
  t.after(() => service.close())
  state.failure = 'no space left on device'
  const done = await call(service, 'CreateTable', table)
  assert.deepEqual([done.status, done.exception], [503, 'ServiceUnavailable'])
  assert.equal(done.body.message, 'What was asked for is done, but the audit trail cannot be written: no space left on device')
  const refused = await call(service, 'CreateTable', { ...table, TableName: 'Other' })
  assert.equal(
    refused.body.message,
    'The audit trail cannot be written, and nothing is done meanwhile that must be in it: no space left on device',
  )
  assert.equal((await call(service, 'PutItem', put)).status, 200)
  state.failure = undefined
  const { body } = await call(service, 'ListTables', {})
  assert.deepEqual(body.TableNames, ['Music'])
  assert.deepEqual(
    events.map(({ eventName, errorCode }) => [eventName, errorCode]),
    [
      ['CreateTable', undefined],
      ['ListTables', undefined],
    ],
  )
})

test('Other services and the control endpoint are told of, with who asked from where', async (t) => {
  const { events, audit } = keeping(false)
  const server = await startServer({
    storage: testStorage('steady'),
    clock: new ManualClock(1_795_341_600_000),
    random: seededRandom(1),
    isTestCluster: true,
    jobs: 'manual',
    port: 0,
    crossOrigin: false,
    audit,
    log: () => {},
  })
  t.after(() => server.close())
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint: server.endpoint, credentials, maxAttempts: 1 })
  const alarm = {
    AlarmName: 'a',
    MetricName: 'm',
    Namespace: 'n',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  } as const
  await client.send(new PutMetricAlarmCommand(alarm))
  await assert.rejects(client.send(new PutMetricAlarmCommand({ ...alarm, Period: 7 })), { name: 'ValidationException' })
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ['a'] }))
  client.destroy()
  const headers = { 'Content-Type': 'application/json' }
  await fetch(`${server.endpoint}/_stator/clock/advance`, { method: 'POST', headers, body: '{"byMs":1000}' })
  await fetch(`${server.endpoint}/_stator/clock/advance`, { method: 'POST', headers, body: '{}' })
  await fetch(`${server.endpoint}/_stator/clock`)
  assert.deepEqual(
    events.map(({ eventSource, eventName, errorCode }) => [eventSource, eventName, errorCode]),
    [
      ['monitoring.amazonaws.com', 'PutMetricAlarm', undefined],
      ['monitoring.amazonaws.com', 'PutMetricAlarm', 'ValidationError'],
      ['monitoring.amazonaws.com', 'DeleteAlarms', undefined],
      ['stator', 'POST /_stator/clock/advance', undefined],
      ['stator', 'POST /_stator/clock/advance', '400'],
    ],
  )
  assert.deepEqual(events[3]?.requestParameters, { byMs: 1000 })
  for (const { sourceIPAddress, userAgent } of events) {
    assert.match(String(sourceIPAddress), /^(127\.0\.0\.1|::1)$/)
    assert.equal(typeof userAgent, 'string')
  }
})

test('Whoever is not let in is told of, by whichever door', async (t) => {
  const { events, audit } = keeping(false)
  const server = await IamServer.open({ audit })
  t.after(() => server.close())
  const wrong = { ...rootKey, secretAccessKey: 'guessed' }
  await server.json(wrong, 'ListTables', {})
  await server.form({ ...wrong, accessKeyId: 'AKIAUNKNOWNUNKNOWN12' }, 'iam', 'CreateUser', { UserName: 'eve' })
  await server.control(wrong, 'GET', '/metrics')
  await server.control(wrong, 'POST', '/_stator/reset', {})
  await fetch(`${server.server.endpoint}/_stator/tables`)
  // Somebody who is known, too, so that all lines are there.
  await server.asked(rootKey, 'ListTables', {})
  const { accessKeyId } = rootKey
  assert.deepEqual(
    events.map(({ eventSource, eventName, errorCode, userIdentity }) => {
      const { type, accessKeyId: by } = userIdentity as { readonly type: string; readonly accessKeyId?: string }
      return [eventSource, eventName, errorCode, type, by]
    }),
    [
      ['dynamodb.amazonaws.com', 'ListTables', 'InvalidSignatureException', 'Unknown', accessKeyId],
      ['iam.amazonaws.com', 'POST /', 'UnrecognizedClientException', 'Unknown', 'AKIAUNKNOWNUNKNOWN12'],
      ['stator', 'GET /metrics', 'InvalidSignatureException', 'Unknown', accessKeyId],
      ['stator', 'POST /_stator/reset', 'InvalidSignatureException', 'Unknown', accessKeyId],
      ['stator', 'GET /_stator/tables', 'MissingAuthenticationTokenException', 'Unknown', undefined],
      ['dynamodb.amazonaws.com', 'ListTables', undefined, 'Root', accessKeyId],
    ],
  )
  for (const { sourceIPAddress } of events) assert.equal(sourceIPAddress, '127.0.0.1')
})

test('Control that tells what items hold is told of with the calls for items', async (t) => {
  for (const includesData of [true, false]) {
    const { events, audit } = keeping(includesData)
    const server = await IamServer.open({ audit })
    t.after(() => server.close())
    await server.asked(rootKey, 'CreateTable', table)
    await server.asked(rootKey, 'UpdateContinuousBackups', {
      TableName: 'Music',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    })
    events.length = 0
    await server.control(rootKey, 'GET', '/_stator/tables')
    await server.control(rootKey, 'GET', '/_stator/tables/Music/diff?from=2026-11-22T10:00:00Z&after=c2VjcmV0')
    assert.deepEqual(
      events.map(({ eventName, eventCategory, readOnly, requestParameters }) => [eventName, eventCategory, readOnly, requestParameters]),
      includesData ? [['GET /_stator/tables/:table/diff', 'Data', true, { table: 'Music', from: '2026-11-22T10:00:00Z' }]] : [],
    )
  }
})

test('What policies deny of control is told, whether it reads or changes', async (t) => {
  const { events, audit } = keeping(false)
  const server = await IamServer.open({ audit })
  t.after(() => server.close())
  const ann = await server.userNamed('ann')
  events.length = 0
  assert.equal((await server.control(ann, 'POST', '/_stator/reset', { nonsense: 1 })).status, 403)
  assert.equal((await server.control(ann, 'GET', '/_stator/tables')).status, 403)
  assert.deepEqual(
    events.map(({ eventName, errorCode, errorMessage, userIdentity }) => [
      eventName,
      errorCode,
      String(errorMessage).split(' because')[0],
      (userIdentity as { readonly userName?: string }).userName,
    ]),
    [
      ['POST /_stator/reset', 'WriteReset'],
      ['GET /_stator/tables', 'ReadTables'],
    ].map(([route, action]) => [
      route,
      '403',
      `AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: stator:${action} on resource: *`,
      'ann',
    ]),
  )
})
