/** The clock as users move it: over HTTP and in process, with everything that is due done when the answer comes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { dayMs, ManualClock } from '../../src/base/clock.ts'
import { createStator, start } from '../../src/index.ts'
import { startServer } from '../../src/server/start.ts'
import { frontDoorStorage, testStorage } from '../harness/test-storage.ts'

const startText = '2026-11-22T10:00:00.000Z'
const startMs = Date.parse(startText)

interface Ask {
  control(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly body: unknown }>
  call(operation: string, input: object): Promise<{ readonly [member: string]: unknown }>
}

/** A server on a clock that stands still unless it is moved, with the default interval between sweeps. */
async function openServer(t: TestContext, base: ManualClock = new ManualClock(startMs)): Promise<Ask> {
  const options = { storage: testStorage('steady'), isTestCluster: true, host: '127.0.0.1', port: 0, crossOrigin: false, log: assert.fail }
  const server = await startServer({ ...options, clock: base, jobs: 'manual' })
  t.after(() => server.close())
  return asking(server.endpoint)
}

function asking(endpoint: string): Ask {
  const send = async (method: string, path: string, headers: Record<string, string>, body: string) => {
    const asked = request(`${endpoint}${path}`, { method, headers })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 0, body: JSON.parse(await text(answer)) }
  }
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0'
  return {
    control: (method, path, body = {}) =>
      send(
        method,
        `/_stator/${path}`,
        { 'content-type': 'application/json' },
        method === 'GET' || method === 'DELETE' ? '' : JSON.stringify(body),
      ),
    call: async (operation, input) => {
      const target = `DynamoDB_20120810.${operation}`
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-date': '20261122T100000Z',
        authorization,
      }
      return (await send('POST', '/', headers, JSON.stringify(input))).body
    },
  }
}

const table = {
  TableName: 'Sessions',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
}

async function createSessions({ call }: Ask): Promise<void> {
  await call('CreateTable', table)
  await call('UpdateTimeToLive', { TableName: 'Sessions', TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
}

async function count({ call }: Ask): Promise<unknown> {
  return (await call('Scan', { TableName: 'Sessions' }))['Count']
}

test('A day later is one call, and what has expired is gone when it answers', async (t) => {
  const server = await openServer(t)
  await createSessions(server)
  // More than one round of jobs does.
  for (let n = 0; n < 10; n += 1) {
    const writes = Array.from({ length: 25 }, (_, at) => ({
      PutRequest: { Item: { id: { S: `${n}-${at}` }, exp: { N: String(startMs / 1000 + 3600 + n) } } },
    }))
    await server.call('BatchWriteItem', { RequestItems: { Sessions: writes } })
  }
  assert.equal(await count(server), 250)
  const later = { nowMs: startMs + dayMs, now: '2026-11-23T10:00:00.000Z', frozen: false }
  assert.deepEqual(await server.control('POST', 'clock/advance', { byMs: dayMs }), { status: 200, body: later })
  assert.equal(await count(server), 0)
  assert.deepEqual((await server.control('GET', 'clock')).body, later)
})

test('The smallest step sweeps, however long the interval is', async (t) => {
  const server = await openServer(t)
  await createSessions(server)
  await server.control('PUT', 'settings', { ttlSweepIntervalMs: 60_000 })
  await server.control('POST', 'jobs/run')
  await server.call('PutItem', { TableName: 'Sessions', Item: { id: { S: 'a' }, exp: { N: String(startMs / 1000) } } })
  await server.control('POST', 'clock/advance', { byMs: 999 })
  assert.equal(await count(server), 1)
  await server.control('POST', 'clock/advance', { byMs: 1 })
  assert.equal(await count(server), 0)
})

test('Table states and lagging indexes go by the clock that is moved', async (t) => {
  const server = await openServer(t)
  await server.control('PUT', 'settings', { tableStateDelayMs: 60_000 })
  await server.call('CreateTable', table)
  const status = async (): Promise<unknown> =>
    ((await server.call('DescribeTable', { TableName: 'Sessions' }))['Table'] as { TableStatus: string }).TableStatus
  await server.control('POST', 'clock/advance', { byMs: 59_999 })
  assert.equal(await status(), 'CREATING')
  await server.control('PUT', 'clock', { now: startMs + 60_000 })
  assert.equal(await status(), 'ACTIVE')
})

test('The clock is set, stopped, let go and given back', async (t) => {
  const base = new ManualClock(startMs)
  const { control } = await openServer(t, base)
  const reading = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { now, frozen } = (await control(method, path, body)).body as { now: string; frozen: boolean }
    return [now, frozen]
  }
  assert.deepEqual(await reading('PUT', 'clock', { now: '2030-01-01T01:00:00+01:00' }), ['2030-01-01T00:00:00.000Z', false])
  base.advance(1000)
  assert.deepEqual(await reading('GET', 'clock'), ['2030-01-01T00:00:01.000Z', false])
  assert.deepEqual(await reading('PUT', 'clock', { frozen: true }), ['2030-01-01T00:00:01.000Z', true])
  base.advance(1000)
  assert.deepEqual(await reading('POST', 'clock/advance', { byMs: 500 }), ['2030-01-01T00:00:01.500Z', true])
  assert.deepEqual(await reading('PUT', 'clock', {}), ['2030-01-01T00:00:01.500Z', true])
  assert.deepEqual(await reading('PUT', 'clock', { now: '2031-01-01', frozen: false }), ['2031-01-01T00:00:00.000Z', false])
  base.advance(1000)
  assert.deepEqual(await reading('GET', 'clock'), ['2031-01-01T00:00:01.000Z', false])
  assert.deepEqual(await reading('DELETE', 'clock'), ['2026-11-22T10:00:03.000Z', false])
})

test('Where the clock cannot go is said in one sentence, and it stays where it was', async (t) => {
  const { control } = await openServer(t)
  const time = '"now" must be a time from 1970 to 9999 such as "2026-11-22T10:00:00Z", or a whole number of milliseconds since 1970.'
  const span = '"byMs" must be a whole number of milliseconds, not below 0.'
  const cases: [string, string, object, string][] = [
    ['PUT', 'clock', { now: 'noon' }, time],
    ['PUT', 'clock', { now: '2026-11-22T10:00:00' }, time],
    ['PUT', 'clock', { now: -1 }, time],
    ['PUT', 'clock', { now: 1.5 }, time],
    ['PUT', 'clock', { now: Date.UTC(10_000, 0) }, time],
    ['PUT', 'clock', { now: null, frozen: true }, time],
    ['PUT', 'clock', { frozen: 1 }, '"frozen" must be true or false.'],
    ['PUT', 'clock', { nowMs: 1 }, '"nowMs" is not a member of this request: it may have now, frozen.'],
    ['POST', 'clock/advance', {}, '"byMs" is missing.'],
    ['POST', 'clock/advance', { byMs: -1 }, span],
    ['POST', 'clock/advance', { byMs: '24h' }, span],
    ['POST', 'clock/advance', { byMs: Date.UTC(9999, 0) }, 'The clock goes to the end of the year 9999 and no further.'],
    ['POST', 'clock/advance', { byMs: 1e15 }, 'The clock goes to the end of the year 9999 and no further.'],
  ]
  for (const [method, path, body, error] of cases) {
    assert.deepEqual(await control(method, path, body), { status: 400, body: { error } }, JSON.stringify(body))
  }
  assert.deepEqual((await control('GET', 'clock')).body, { nowMs: startMs, now: startText, frozen: false })
})

test('A program starts the clock elsewhere and moves it by method', async (t) => {
  const stator = await createStator({ ...(await frontDoorStorage()), jobs: 'manual', clock: '2026-11-22T10:00:00Z' })
  t.after(() => stator.close())
  const { control } = stator
  const { nowMs, now } = await control.setClock({ frozen: true })
  assert.match(now, /^2026-11-22T10:00:/)
  assert.deepEqual(await control.advanceClock({ byMs: dayMs }), {
    nowMs: nowMs + dayMs,
    now: new Date(nowMs + dayMs).toISOString(),
    frozen: true,
  })
  assert.equal((await control.setClock({ now: 0 })).now, '1970-01-01T00:00:00.000Z')
  assert.equal((await control.resetClock()).frozen, false)
  await assert.rejects(createStator({ inMemory: true, clock: 'noon' }), {
    name: 'TypeError',
    message: "clock must be a time such as 2026-11-22T10:00:00Z, or a clock whose now() tells milliseconds, not 'noon'.",
  })
})

test('A started server ticks on in real time while its clock is frozen in another', async (t) => {
  const server = await start({ ...(await frontDoorStorage()), port: 0, clock: '2050-01-01', ttlSweepIntervalMs: 0 })
  t.after(() => server.close())
  const { nowMs } = await server.control.setClock({ frozen: true })
  const ask = asking(server.endpoint)
  await createSessions(ask)
  await ask.call('PutItem', { TableName: 'Sessions', Item: { id: { S: 'a' }, exp: { N: String(Math.floor(nowMs / 1000) - 1) } } })
  while ((await count(ask)) !== 0) await new Promise(setImmediate)
  assert.equal((await server.control.clock()).nowMs, nowMs)
})

test('A recreating reset keeps time to live, and forgets that it was changed lately', async (t) => {
  const server = await openServer(t)
  const { call, control } = server
  await createSessions(server)
  await control('POST', 'reset', { recreate: true })
  const { TimeToLiveDescription: described } = await call('DescribeTimeToLive', { TableName: 'Sessions' })
  assert.deepEqual(described, { TimeToLiveStatus: 'ENABLED', AttributeName: 'exp' })
  await call('PutItem', { TableName: 'Sessions', Item: { id: { S: 'a' }, exp: { N: '1795341000' } } })
  await control('POST', 'jobs/run')
  assert.equal(await count(server), 0)
  const off = { TableName: 'Sessions', TimeToLiveSpecification: { Enabled: false, AttributeName: 'exp' } }
  assert.deepEqual(await call('UpdateTimeToLive', off), { TimeToLiveSpecification: off.TimeToLiveSpecification })
  await control('POST', 'reset', { recreate: true })
  const { TimeToLiveDescription: reset } = await call('DescribeTimeToLive', { TableName: 'Sessions' })
  assert.deepEqual(reset, { TimeToLiveStatus: 'DISABLED' })
})
