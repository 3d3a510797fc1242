import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadStatistics, type ThrottleReason } from './load-statistics.ts'
import { progressLines } from './progress.ts'
import type { LoadRequest } from './request-maker.ts'
import { keyText, type LoadSummary, summarize } from './summary.ts'
import { summaryText } from './summary-text.ts'

const facts = { table: 'Shop', endpoint: 'http://127.0.0.1:8000', seed: 7, elapsedMs: 10_000, unsent: 0 }
const shop = 'arn:aws:dynamodb:us-east-1:000000000000:table/Shop'
const keyRange: ThrottleReason = { reason: 'TableWriteKeyRangeThroughputExceeded', resource: shop }
const provisioned: ThrottleReason = { reason: 'TableWriteProvisionedThroughputExceeded', resource: shop }

function put(key: string): LoadRequest {
  return { operation: 'put', body: '', partitionKey: JSON.stringify({ S: key }) }
}

function succeed(statistics: LoadStatistics, key: string, times: number): void {
  for (let each = 0; each < times; each += 1) statistics.addRequest(put(key), { kind: 'succeeded', units: 1 }, 2)
}

function throttle(statistics: LoadStatistics, key: string, times: number, reasons: readonly ThrottleReason[]): void {
  const outcome = { kind: 'throttled', exception: 'ProvisionedThroughputExceededException', reasons } as const
  for (let each = 0; each < times; each += 1) statistics.addRequest(put(key), outcome, 1)
}

function finding(fill: (statistics: LoadStatistics) => void): string {
  const statistics = new LoadStatistics()
  fill(statistics)
  return summarize(statistics, facts).finding
}

test('the finding names the key on which throttles concentrate, and says that its partition was at its limit', () => {
  const text = finding((statistics) => {
    succeed(statistics, 'CUST#1', 30)
    succeed(statistics, 'other', 60)
    throttle(statistics, 'CUST#1', 62, [keyRange])
    for (let each = 0; each < 38; each += 1) throttle(statistics, `key ${each}`, 1, [keyRange])
  })
  assert.equal(
    text,
    '1 key got 62 % of the throttles and 48 % of the requests: CUST#1. ' +
      'Its partition was at the limit, which more capacity for the table does not raise: spread this key.',
  )
})

test('the finding tells the throughput of a table from that of a partition', () => {
  const reasons = [provisioned]
  assert.equal(
    finding((statistics) => {
      for (const key of ['a', 'b', 'c', 'd']) throttle(statistics, key, 10, reasons)
      for (let each = 0; each < 20; each += 1) throttle(statistics, `key ${each}`, 2, reasons)
    }),
    '4 keys got 50 % of the throttles and 50 % of the requests: a, b, c, …. ' +
      "What was used up is the table's throughput (TableWriteProvisionedThroughputExceeded), not that of a partition.",
  )
  const many = (statistics: LoadStatistics): void => {
    for (let each = 0; each < 100; each += 1) throttle(statistics, `key ${each}`, 1, reasons)
  }
  assert.equal(finding(many), "The throttles are spread over many keys: the table's throughput was used up, not that of one key.")
})

test('the finding says what AWS would have throttled, and which key was hot', () => {
  const statistics = new LoadStatistics()
  succeed(statistics, 'CUST#1', 3)
  succeed(statistics, 'other', 1)
  const stator = { partitions: [], letThrough: [{ of: 'Shop', reason: 'R', count: 1234 }] }
  assert.equal(
    summarize(statistics, { ...facts, stator }).finding,
    'Nothing was throttled here, but AWS would have: 1,234 times for R of Shop. The hottest key, CUST#1, got 75 % of the requests.',
  )
})

test('the finding says when there is nothing to find', () => {
  assert.equal(
    finding(() => {}),
    'Nothing was sent.',
  )
  assert.equal(
    finding((statistics) => succeed(statistics, 'a', 1)),
    'Nothing was throttled.',
  )
  const failed = { kind: 'failed', name: 'E', message: 'm', answered: true, mayPass: false } as const
  assert.equal(
    finding((statistics) => statistics.addRequest(put('a'), failed, 1)),
    'Nothing succeeded.',
  )
})

test('the summary as data has exact counts', () => {
  const statistics = new LoadStatistics()
  succeed(statistics, 'a', 3)
  statistics.addRequest({ ...put('b'), operation: 'get' }, { kind: 'succeeded', units: 0.5 }, 4)
  throttle(statistics, 'a', 1, [keyRange, provisioned])
  const { operations, ...rest } = summarize(statistics, { ...facts, ratePerSecond: 2, unsent: 15 })
  const exception = 'ProvisionedThroughputExceededException'
  assert.deepEqual(rest satisfies Omit<LoadSummary, 'operations'>, {
    table: 'Shop',
    endpoint: 'http://127.0.0.1:8000',
    seed: 7,
    elapsedSeconds: 10,
    requests: 5,
    succeeded: 4,
    throttled: 1,
    failed: 0,
    retries: 0,
    requestsPerSecond: 0.5,
    askedPerSecond: 2,
    unsent: 15,
    consumed: { readUnits: 0.5, writeUnits: 3 },
    throttles: {
      total: 1,
      byReason: [
        { exception, ...keyRange, count: 1 },
        { exception, ...provisioned, count: 1 },
      ],
    },
    errors: [],
    hottestKeys: [
      { key: 'a', requests: 4, share: 0.8, throttles: 1 },
      { key: 'b', requests: 1, share: 0.2, throttles: 0 },
    ],
    finding: rest.finding,
  })
  assert.deepEqual(
    operations.map(({ operation, requests, succeeded, maxMs }) => [operation, requests, succeeded, maxMs]),
    [
      ['get', 1, 1, 4],
      ['put', 4, 3, 2],
    ],
  )
})

test('the summary as text', () => {
  const statistics = new LoadStatistics()
  succeed(statistics, 'CUST#1', 1990)
  succeed(statistics, 'CUST#2', 9)
  succeed(statistics, 'CUST#3', 1)
  throttle(statistics, 'CUST#1', 12, [keyRange])
  statistics.addRequest(put('b'), { kind: 'failed', name: 'ECONNRESET', message: 'gone', answered: false, mayPass: true }, 1)
  const text = summaryText(summarize(statistics, { ...facts, index: 'ByTag', ratePerSecond: 300, unsent: 5 }))
  assert.equal(
    text,
    `Shop, index ByTag, at http://127.0.0.1:8000 for 10.0 s, seed 7

  requests     2,013  201 a second of the 300 asked for, 5 that were due are not among them
  succeeded    2,000
  throttled       12
  failed           1
  read units       0  0 a second
  write units  2,000  200 a second

  operation  requests  p50 ms  p90 ms  p99 ms  max ms
  put           2,013    2.00    2.00    2.00    2.00

Throttles
  12  ProvisionedThroughputExceededException  TableWriteKeyRangeThroughputExceeded  Shop

Errors
  1  ECONNRESET  gone

Hottest keys
  key      share  requests  throttles
  CUST#1  99.5 %     2,002         12
  CUST#2   0.4 %         9

1 key got 100 % of the throttles and 99 % of the requests: CUST#1. Its partition was at the limit, which more capacity for the table does not raise: spread this key.
`,
  )
})

test('a summary of even load names no key, and shows what Stator says of itself', () => {
  const statistics = new LoadStatistics()
  for (let each = 0; each < 2000; each += 1) succeed(statistics, `key ${each}`, 1)
  const partitions = [
    { partitions: [3], readUnits: 0, writeUnits: 1500, share: 0.75, refused: 20 },
    { partitions: [4, 5], readUnits: 100, writeUnits: 400, share: 0.25, refused: 0 },
  ]
  const letThrough = [{ of: 'Shop', reason: 'TableWriteKeyRangeThroughputExceeded', count: 20 }]
  const text = summaryText(summarize(statistics, { ...facts, stator: { partitions, letThrough } }))
  assert.equal(
    text.slice(text.indexOf('No key')),
    `No key got a thousandth of the requests.

Hottest partitions, by what Stator says
  partition   share  read units  write units  throttles
  3          75.0 %           0        1,500         20
  4, 5       25.0 %         100          400

What Stator let through and AWS would have throttled (start it with --throughput enforce)
  20  TableWriteKeyRangeThroughputExceeded  Shop

Nothing was throttled here, but AWS would have: 20 times for TableWriteKeyRangeThroughputExceeded of Shop.
`,
  )
})

test('what a key or a server says does not move the terminal', () => {
  const statistics = new LoadStatistics()
  throttle(statistics, '\u001b[2J', 1, [{ reason: 'a\nb', resource: '\u009b' }])
  const message = 'line one\n\u001b]0;title\u0007'
  statistics.addRequest(put('k'), { kind: 'failed', name: 'Error', message, answered: true, mayPass: false }, 1)
  const text = summaryText(summarize(statistics, facts))
  assert(/^[^\p{C}]*$/u.test(text.replaceAll('\n', '')), text)
  assert(text.includes('line one??]0;title?') && text.includes('a?b'), text)
})

test('a progress line is about what came since the last one', () => {
  const statistics = new LoadStatistics()
  const line = progressLines(statistics, 0)
  succeed(statistics, 'a', 2400)
  throttle(statistics, 'a', 20, [])
  assert.equal(line(2000), '2 s  1,210 requests/s  1,200 units/s  10 throttles/s  p50 2.00 ms  p99 2.00 ms')
  const failed = { kind: 'failed', name: 'E', message: 'm', answered: true, mayPass: false } as const
  statistics.addRequest(put('a'), failed, 1)
  assert.equal(line(3000), '3 s  1 requests/s  0 units/s  0 throttles/s  p50 0.00 ms  p99 0.00 ms  1 failed/s')
})

test('kinds of throttles and errors are bounded, whatever a server answers', () => {
  const statistics = new LoadStatistics()
  for (let each = 0; each < 1000; each += 1) {
    statistics.addRequest(put('a'), { kind: 'failed', name: `E${each}`, message: '', answered: true, mayPass: false }, 1)
  }
  assert.equal(statistics.errorCounts().length, 200)
  assert.equal(statistics.failed, 1000)
})

test('keys are shown by their values', () => {
  assert.equal(keyText('{"S":"a\\"b"}'), 'a"b')
  assert.equal(keyText('{"S":"a"},{"N":"1"}'), 'a / 1')
})
