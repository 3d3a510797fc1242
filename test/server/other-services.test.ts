/** The door for other services: what it lets in, what stays refused as before, and how it speaks in each protocol. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import { createStator, type RunningStator, start } from '../../src/index.ts'
import { cloudWatchOperations } from '../../src/services/cloudwatch/contract/operations.ts'
import { frontDoorStorage, propertyRuns } from '../harness/test-storage.ts'

const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0'
const signed = { authorization, 'x-amz-date': '20261122T100000Z' }
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const target = 'GraniteServiceVersion20100801'

describe('The door for other services', () => {
  let stator: RunningStator

  before(async () => {
    stator = await start({ port: 0, ...(await frontDoorStorage()), jobs: 'manual', clock: new ManualClock(0) })
  })
  after(() => stator.close())

  async function post(
    path: string,
    headers: { [name: string]: string },
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<{ status: number; headers: Headers; text: string }> {
    const response = await fetch(`${stator.endpoint}${path}`, { method: 'POST', headers, body })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  test('answers a form in XML, errors too', async () => {
    const { status, headers, text } = await post('/', { ...signed, ...form }, 'Action=ListMetrics&Version=2010-08-01')
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'text/xml')
    const requestId = headers.get('x-amzn-requestid')
    assert.equal(
      text,
      `<ListMetricsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><ListMetricsResult><Metrics></Metrics></ListMetricsResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></ListMetricsResponse>`,
    )
    const error = await post('/', { ...signed, ...form }, 'Action=List%3CAll%3E&Version=2010-08-01')
    assert.equal(error.status, 400)
    assert.equal(
      error.text.replace(/<RequestId>.*<\/RequestId>/, ''),
      '<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation List&lt;All&gt; for version 2010-08-01</Message></Error></ErrorResponse>',
    )
    const nothing = await post('/', { ...signed, ...form }, 'Action=EnableAlarmActions&Version=2010-08-01&AlarmNames.member.1=x')
    assert.match(nothing.text, /^<EnableAlarmActionsResponse xmlns="[^"]+"><ResponseMetadata>/)
  })

  test('answers a target in JSON, and names old codes of errors beside the new', async () => {
    const json = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${target}.DeleteAlarms` }
    const { status, headers, text } = await post('/', { ...signed, ...json }, '{"AlarmNames":["x"]}')
    assert.equal(status, 404)
    assert.equal(headers.get('x-amzn-query-error'), 'ResourceNotFound;Sender')
    assert.deepEqual(JSON.parse(text), {
      __type: 'com.amazonaws.cloudwatch#ResourceNotFound',
      message: 'Resource not found: Alarm with name x does not exist.',
    })
    const unsigned = await post('/', json, '{"AlarmNames":["x"]}')
    assert.equal(unsigned.status, 403)
    const broken = await post('/', { ...signed, ...json }, '{')
    assert.deepEqual([broken.status, JSON.parse(broken.text).__type], [400, 'com.amazonaws.cloudwatch#SerializationException'])
  })

  test('answers a path in CBOR, and says so when the body is none', async () => {
    const path = `/service/${target}/operation/ListMetrics`
    const cbor = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
    const { status, headers } = await post(path, { ...signed, ...cbor }, '')
    assert.deepEqual([status, headers.get('smithy-protocol'), headers.get('content-type')], [200, 'rpc-v2-cbor', 'application/cbor'])
    const broken = await post(path, { ...signed, ...cbor }, '\u{1}\u{2}')
    assert.deepEqual([broken.status, broken.headers.get('x-amzn-query-error')], [400, 'MalformedInput;Sender'])
    // Arrays within arrays.
    const deep = await post(path, { ...signed, ...cbor }, Buffer.alloc(200_000, 0x81))
    assert.equal(deep.status, 400)
  })

  test('stays shut to what a web page could send, and to what nobody offers', async () => {
    const body = 'Action=DeleteAlarms&Version=2010-08-01&AlarmNames.member.1=x'
    const refused = { status: 404, text: '<UnknownOperationException/>\n' }
    const strays: readonly (readonly [string, { [name: string]: string }])[] = [
      ['/', { ...signed, 'content-type': 'text/plain' }],
      [`/service/${target}/operation/ListMetrics`, { ...signed, 'content-type': 'text/plain' }],
      ['/service/Other/operation/ListMetrics', { ...signed, 'smithy-protocol': 'rpc-v2-cbor' }],
      ['/elsewhere', { ...signed, ...form }],
    ]
    for (const [path, headers] of strays) {
      const { status, text } = await post(path, headers, body)
      assert.deepEqual({ status, text }, refused, `${path} ${JSON.stringify(headers)}`)
    }
    // Without a signature it can only be meant for STS, which answers one operation that way.
    const unsigned = await post('/', form, body)
    assert.equal(unsigned.status, 400)
    assert.match(unsigned.text, /<Code>InvalidAction<\/Code><Message>Could not find operation DeleteAlarms /)
    const unknown = await post('/', { ...signed, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'Other.GetItem' }, '{}')
    assert.equal(JSON.parse(unknown.text).__type, 'com.amazon.coral.service#UnknownOperationException')
  })
})

describe('A web page', () => {
  const headers = { origin: 'http://page.example', 'sec-fetch-site': 'cross-site' }
  const json = { 'content-type': 'application/json', 'x-amz-target': `${target}.DeleteAlarms` }
  let stator: RunningStator

  before(async () => {
    stator = await start({ port: 0, ...(await frontDoorStorage()), jobs: 'manual', clock: new ManualClock(1_795_341_600_000) })
    const alarm = { AlarmName: 'x', Namespace: 'AWS/DynamoDB', MetricName: 'M', Period: 60, Statistic: 'Sum', EvaluationPeriods: 1 }
    const put = await fetch(stator.endpoint, {
      method: 'POST',
      headers: { ...signed, ...json, 'x-amz-target': `${target}.PutMetricAlarm` },
      body: JSON.stringify({ ...alarm, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' }),
    })
    assert.equal(put.status, 200)
  })
  after(() => stator.close())

  async function alarms(): Promise<number> {
    const described = await fetch(stator.endpoint, {
      method: 'POST',
      headers: { ...signed, ...json, 'x-amz-target': `${target}.DescribeAlarms` },
      body: '{}',
    })
    return ((await described.json()) as { MetricAlarms: unknown[] }).MetricAlarms.length
  }

  test('is let to send nothing that a browser asks for beforehand', async () => {
    for (const wanted of ['authorization', 'x-amz-target,content-type', 'smithy-protocol', 'content-type']) {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': wanted }
      const answer = await fetch(stator.endpoint, { method: 'OPTIONS', headers: { ...headers, ...asked } })
      assert.deepEqual(
        [answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-headers')],
        [null, null],
      )
    }
  })

  test('changes no alarm by what it may send without being asked', async () => {
    const deletion = 'Action=DeleteAlarms&Version=2010-08-01&AlarmNames.member.1=x'
    // The user and password of an address become an Authorization header, which is none of AWS's.
    const basic = { authorization: `Basic ${Buffer.from('AWS4-HMAC-SHA256:x').toString('base64')}` }
    const simple: readonly (readonly [path: string, headers: { [name: string]: string }, body: string])[] = [
      ['/', form, deletion],
      ['/', { ...form, ...basic }, deletion],
      [`/?${deletion}`, { 'content-type': 'text/plain' }, ''],
      [`/?${deletion}&X-Amz-Algorithm=AWS4-HMAC-SHA256`, form, deletion],
      ['/', { 'content-type': 'text/plain' }, '{"AlarmNames":["x"]}'],
      ['/', { 'content-type': 'multipart/form-data; boundary=a' }, deletion],
      [`/service/${target}/operation/DeleteAlarms`, { 'content-type': 'text/plain' }, '{"AlarmNames":["x"]}'],
      // It may not send these without being asked, either.
      ['/', json, '{"AlarmNames":["x"]}'],
      ['/', { 'content-type': 'application/json' }, '{"AlarmNames":["x"]}'],
    ]
    for (const [path, more, body] of simple) {
      const answer = await fetch(`${stator.endpoint}${path}`, { method: 'POST', headers: { ...headers, ...more }, body })
      assert.ok(answer.status >= 400, `${path} ${JSON.stringify(more)}`)
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    }
    assert.equal(await alarms(), 1)
  })
})

test('CloudWatch refuses a body that is larger than any request that makes sense', async () => {
  const stator = await createStator({ ...(await frontDoorStorage()), jobs: 'manual' })
  try {
    const headers = { ...signed, 'content-type': 'application/x-amz-json-1.0' }
    const answer = await stator.handle({
      target: `${target}.ListMetrics`,
      headers,
      body: JSON.stringify({ MetricName: 'x'.repeat(1 << 20) }),
    })
    assert.deepEqual([answer.status, JSON.parse(answer.body).message], [400, 'The body is larger than 1048576 bytes.'])
  } finally {
    await stator.close()
  }
})

test('The door is there in process, too', async () => {
  const stator = await createStator({ ...(await frontDoorStorage()), jobs: 'manual' })
  try {
    const headers = { ...signed, 'content-type': 'application/x-amz-json-1.0' }
    const answer = await stator.handle({ target: `${target}.DescribeAlarms`, headers, body: '{}' })
    assert.deepEqual([answer.status, answer.body], [200, '{"CompositeAlarms":[],"MetricAlarms":[]}'])
  } finally {
    await stator.close()
  }
})

test('No input to an operation of CloudWatch is a fault of ours', async () => {
  const stator = await createStator({ ...(await frontDoorStorage()), jobs: 'manual', clock: new ManualClock(1_795_341_600_000) })
  const name = fc.constantFrom('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', 'Orders', 'a', '__proto__', '', 'p99', 'Sum', 'ALARM', '{}')
  const number = fc.oneof(fc.constantFrom(0, -1, 1, 60, 3600, 1.5, 1e300, 2 ** 31, 1_795_341_600, 8.64e12, -8.64e12), fc.double())
  const scalar = fc.oneof(name, number, fc.boolean(), fc.constant(null))
  const dimensions = fc.array(fc.record({ Name: fc.constantFrom('TableName', 'Operation', '__proto__'), Value: name }), { maxLength: 3 })
  const stat = fc.record({
    Metric: fc.record({ Namespace: name, MetricName: name, Dimensions: dimensions }),
    Period: number,
    Stat: name,
  })
  const expression = fc.constantFrom(
    'a',
    'a + 1',
    'FILL(a, 0)',
    'METRICS()',
    'b',
    'SUM(METRICS())',
    'FILL(FILL(a,0),1)',
    'RATE(FILL(a, 1))',
  )
  const query = fc.oneof(
    fc.record({ Id: fc.constantFrom('a', 'c'), MetricStat: stat }),
    fc.record({ Id: fc.constant('b'), Expression: expression }),
  )
  const member = fc.oneof(
    fc.tuple(fc.constantFrom('MetricDataQueries', 'Metrics'), fc.array(query, { minLength: 1, maxLength: 4 })),
    fc.tuple(fc.constant('Dimensions'), dimensions),
    fc.tuple(
      fc.constantFrom('Statistics', 'ExtendedStatistics', 'AlarmNames', 'AlarmTypes', 'OKActions'),
      fc.array(scalar, { maxLength: 3 }),
    ),
    fc.tuple(
      fc.constantFrom('StartTime', 'EndTime', 'StartDate', 'Period', 'EvaluationPeriods', 'Threshold', 'MaxDatapoints', 'MaxRecords'),
      number,
    ),
    fc.tuple(
      fc.constantFrom('Namespace', 'MetricName', 'AlarmName', 'Statistic', 'StateValue', 'StateReason', 'NextToken', 'StateReasonData'),
      name,
    ),
    fc.tuple(fc.constant('ComparisonOperator'), fc.constantFrom('GreaterThanThreshold', 'LessThanThreshold', 'x')),
    fc.tuple(name, fc.jsonValue()),
  )
  const input = fc.array(member, { maxLength: 12 }).map((members) => Object.fromEntries(members))
  const headers = { ...signed, 'content-type': 'application/x-amz-json-1.0' }
  try {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(cloudWatchOperations)), input, async (operation, body) => {
        const answer = await stator.handle({ target: `${target}.${operation}`, headers, body: JSON.stringify(body) })
        assert.ok(answer.status < 500, answer.body)
      }),
      { numRuns: propertyRuns(2000) },
    )
  } finally {
    await stator.close()
  }
})
