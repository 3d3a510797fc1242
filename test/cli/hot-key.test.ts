/**
 * The lesson of a hot key as a person learns it at a terminal, each command in a process of its own: the same load with a bad and
 * with a good partition key, then without refusals, then what it would cost. The server's clock stands still while a load runs, so
 * each partition serves exactly what it has saved up, however fast the machine is.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { advanceClock, askControl, stopClock } from '../harness/control-endpoint.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { StatorProcess } from './stator-process.ts'

const unitsPerSecond = 200
/** A partition saves up two seconds. */
const savedUnits = 2 * unitsPerSecond
const requests = 1200

interface Summary {
  readonly requests: number
  readonly succeeded: number
  readonly throttled: number
  readonly failed: number
  readonly throttles: { readonly byReason: readonly { readonly count: number; readonly exception: string; readonly reason: string }[] }
  readonly hottestKeys: readonly { readonly key: string; readonly requests: number; readonly throttles: number }[]
  readonly stator: {
    readonly partitions: readonly { readonly partitions: readonly number[]; readonly refused: number }[]
    readonly letThrough: readonly { readonly of: string; readonly reason: string; readonly count: number }[]
  }
  readonly finding: string
}

interface ServedKey {
  readonly key: { readonly PK: { readonly S: string } }
  readonly refused: number
}

async function startServer(
  t: TestContext,
  words: readonly string[],
): Promise<{ readonly server: StatorProcess; readonly endpoint: string }> {
  const server = new StatorProcess(['--in-memory', '--port', '0', ...words])
  t.after(() => server.child.kill('SIGKILL'))
  const endpoint = await server.endpoint()
  await stopClock(endpoint, '2026-11-22T10:00:00Z')
  await askControl(endpoint, 'PUT', 'settings', { partitionWriteUnitsPerSecondMax: unitsPerSecond })
  await createTable(endpoint)
  return { server, endpoint }
}

async function createTable(endpoint: string): Promise<void> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.CreateTable',
      'X-Amz-Date': '20261122T100000Z',
      Authorization: 'AWS4-HMAC-SHA256 Credential=t/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
    body: JSON.stringify(onDemandTable('Shop', { PK: 'S' })),
  })
  assert.equal(response.status, 200, await response.text())
}

async function run(t: TestContext, words: readonly string[]): Promise<string> {
  const command = new StatorProcess(words)
  t.after(() => command.child.kill('SIGKILL'))
  const { code, out, err } = await command.ended
  assert.equal(code, 0, err + out)
  return out
}

/** Puts alone, in an order that the seed decides. */
function load(t: TestContext, endpoint: string, keys: readonly string[]): Promise<string> {
  const bounds = ['--requests', String(requests), '--concurrency', '1', '--seed', '1', '--reads', '0']
  return run(t, ['load', '--table', 'Shop', '--endpoint', endpoint, ...bounds, ...keys])
}

const badKey = ['--keys', 'zipf', '--key-count', '5']
const goodKey = ['--keys', 'uniform', '--key-count', '100000', '--rate', '700']

test('stator load names the one hot key of a bad partition key, and its one hot partition', async (t) => {
  const { endpoint } = await startServer(t, ['--throughput', 'enforce'])
  const summary = JSON.parse(await load(t, endpoint, [...badKey, '--json'])) as Summary
  assert.deepEqual([summary.requests, summary.failed], [requests, 0])
  assert.deepEqual(
    summary.throttles.byReason.map(({ count, exception, reason }) => [count, exception, reason]),
    [[summary.throttled, 'ThrottlingException', 'TableWriteKeyRangeThroughputExceeded']],
  )

  // All but what the one partition had saved up is refused to the keys that lie in it, and nothing to the others.
  const throttled = summary.hottestKeys.filter(({ throttles }) => throttles > 0)
  assert.equal(sum(throttled.map((key) => key.requests)) - savedUnits, summary.throttled)
  const hot = summary.stator.partitions.filter(({ refused }) => refused > 0)
  assert.deepEqual(
    hot.map(({ partitions, refused }) => [partitions.length, refused]),
    [[1, summary.throttled]],
  )

  const [hottest] = summary.hottestKeys
  const shares = `1 key got \\d\\d % of the throttles and 4\\d % of the requests: ${hottest?.key}\\.`
  const advice = 'Its partition was at the limit, which more capacity for the table does not raise: spread this key\\.'
  assert.match(summary.finding, new RegExp(`^${shares} ${advice}$`))

  // The server itself says the same to those who did not send the load.
  const { writes } = (await askControl(endpoint, 'GET', 'tables/Shop/hot-keys')) as { writes: { keys: readonly ServedKey[] } }
  const refused = new Map(writes.keys.map((key) => [key.key.PK.S, key.refused]))
  assert.deepEqual(refused, new Map(summary.hottestKeys.map(({ key, throttles }) => [key, throttles])))
  const metrics = await (await fetch(`${endpoint}/metrics`)).text()
  const counted = /^dynamodb_throttled_requests_total\{([^}]*)\} (\d+)$/m.exec(metrics)
  assert.deepEqual([counted?.[1]?.split(',').sort(), Number(counted?.[2])], [['operation="PutItem"', 'table="Shop"'], summary.throttled])

  await advanceClock(endpoint, 60_000)
  const text = await load(t, endpoint, badKey)
  assert.match(text, /^Throttles\n +\d+ {2}ThrottlingException {2}TableWriteKeyRangeThroughputExceeded {2}Shop\n\nHottest keys\n/m)
  assert(text.endsWith(`\n\n${summary.finding}\n`), text)
})

test('The same load with a good partition key is not throttled', async (t) => {
  const { endpoint } = await startServer(t, ['--throughput', 'enforce'])
  const text = await load(t, endpoint, goodKey)
  assert.match(text, new RegExp(`^ {2}succeeded +${requests.toLocaleString('en-US')}$`, 'm'))
  assert(text.endsWith('\n\nNothing was throttled.\n'), text)
  assert.deepEqual(await askControl(endpoint, 'GET', 'throttles'), { throttles: [] })
})

test('Without --throughput what would be refused is served and counted, told by the load, in the log, and priced', {
  timeout: 120_000,
}, async (t) => {
  const { server, endpoint } = await startServer(t, [])
  const summary = JSON.parse(await load(t, endpoint, [...badKey, '--json'])) as Summary
  assert.deepEqual([summary.succeeded, summary.throttled], [requests, 0])
  const observed = summary.stator.partitions.map(({ refused }) => refused).filter((refused) => refused > 0)
  assert.equal(observed.length, 1)
  const [count] = observed
  assert.deepEqual(summary.stator.letThrough, [{ of: 'Shop', reason: 'TableWriteKeyRangeThroughputExceeded', count }])
  assert.match(
    summary.finding,
    new RegExp(`^Nothing was throttled here, but AWS would have: ${count} times for TableWriteKeyRangeThroughputExceeded of Shop\\.`),
  )

  await advanceClock(endpoint, 60_000)
  const { stderr } = server.child
  assert(stderr)
  while (!server.err.endsWith('\n')) await once(stderr, 'data')
  assert.match(server.err, new RegExp(`AWS would have throttled ${count} times in the last minute; nothing was refused`))

  const cost = await run(t, ['cost', '--endpoint', endpoint])
  // 1,200 write units in one minute are 52,560,000 a month.
  assert.match(cost, /^ {2}Shop \(on-demand, Standard\) +0 +52,560,000 +<0\.001 +<\$0\.0001 +\$32\.85 /m)
  assert.match(cost, /^ {2}Ways to pay +as it is +on-demand +auto scaling +fixed /m)
})

function sum(counts: readonly number[]): number {
  return counts.reduce((before, count) => before + count, 0)
}
