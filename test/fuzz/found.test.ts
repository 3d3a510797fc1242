/** What fuzzing found, each by itself: faults of a kind, so that every place where they may be is tried. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import aws4 from 'aws4'
import { startServer } from '../../src/server/start.ts'
import { call, openTestService } from '../harness/service.ts'
import { TestIdentities } from '../harness/test-identities.ts'

test('what is to be allowed is found out of requests whose names are no text', async (t) => {
  const faults: unknown[][] = []
  const server = await startServer({
    storage: { kind: 'memory' },
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
    jobs: 'manual',
    identities: () => new TestIdentities(),
    log: (...entry) => faults.push(entry),
  })
  t.after(() => server.close())
  for (const [service, body] of [
    ['monitoring', 'Action=DeleteAlarms&Version=2010-08-01&AlarmNames.member.1.x.member.1=a'],
    ['monitoring', 'Action=SetAlarmState&Version=2010-08-01&AlarmName.x=a'],
    ['monitoring', 'Action=PutMetricAlarm&Version=2010-08-01&AlarmName.toString=a'],
    ['iam', 'Action=CreateUser&Version=2010-05-08&UserName.x=a&Tags.member.1.Key.x=a'],
    ['sts', 'Action=GetFederationToken&Version=2011-06-15&Name.member.1=a'],
    ['sts', 'Action=GetFederationToken&Version=2011-06-15&Name.x=a'],
  ] as const) {
    const { host } = new URL(server.endpoint)
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const request = { service, region: 'us-east-1', method: 'POST', host, path: '/', headers, body }
    const signed = aws4.sign(request, { accessKeyId: 'root', secretAccessKey: 'secret' }).headers as unknown as { [name: string]: string }
    const { Host: _host, 'Content-Length': _length, ...sent } = signed
    const response = await fetch(server.endpoint, { method: 'POST', headers: sent, body })
    assert.ok(response.status >= 400 && response.status < 500, `${body}: ${response.status} ${await response.text()}`)
  }
  assert.deepEqual(faults, [])
})

test('an import takes of its table what imports know, and whatever else is said of it is nothing', async (t) => {
  const faults: unknown[] = []
  const service = await openTestService('any', { log: (...entry) => void faults.push(entry) })
  t.after(() => service.close())
  for (const [at, foreign] of [
    { Tags: [{ Key: { B: '' }, Value: 'fuzz' }] },
    { Tags: 1, TableClass: 7, StreamSpecification: 'a', DeletionProtectionEnabled: 'no', WarmThroughput: [], ResourcePolicy: 0 },
    { LocalSecondaryIndexes: [null], GlobalTableSourceArn: { a: 1 } },
  ].entries()) {
    const { status, body } = await call(service, 'ImportTable', {
      S3BucketSource: { S3Bucket: 'lake' },
      InputFormat: 'CSV',
      TableCreationParameters: {
        TableName: `Imported${at}`,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        ...foreign,
      },
    })
    assert.equal(status, 200, JSON.stringify(body))
  }
  assert.deepEqual(faults, [])
})

test('members that an operation does not have may be anything', async () => {
  const faults: unknown[] = []
  const service = await openTestService('any', { log: (...entry) => void faults.push(entry) })
  for (const foreign of [
    { TransactItems: [null] },
    { TransactItems: [1, 'a', { Get: null }] },
    { RequestItems: null },
    { RequestItems: 1 },
  ]) {
    const { status } = await call(service, 'ListTables', foreign)
    assert.equal(status, 200, JSON.stringify(foreign))
  }
  assert.deepEqual(faults, [])
  await service.close()
})
