import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf, spreadOf } from '../../bench/load/rounds.ts'
import { benchmarksPage } from '../../bench/report/benchmarks-page.ts'
import { cpuChart } from '../../bench/report/chart.ts'
import { grouped, latencyOf, shortBytes, shortCount } from '../../bench/report/figures.ts'
import {
  authVerdicts,
  loadVerdicts,
  meteringVerdicts,
  rowVerdicts,
  startVerdicts,
  storageVerdicts,
  verdictText,
} from '../../bench/report/goals.ts'
import type { BenchRecord, LoadRecord, RowRecord } from '../../bench/report/records.ts'
import { sizingOf } from '../../bench/report/sizing.ts'

const measured = (cpuMicros: number, requestsPerSecond = 1000) => ({ requestsPerSecond, cpuMicros, p50Ms: 1, p99Ms: 2, rssBytes: 2 ** 27 })
const figures = (cpuMicros: number, more: object = {}) => ({
  ...measured(cpuMicros),
  cpuMicrosMin: cpuMicros - 1,
  cpuMicrosMax: cpuMicros + 1,
  ...more,
})

function row(operation: string, micros: { readonly [name: string]: number }, more: Partial<RowRecord> = {}): RowRecord {
  const servers = Object.fromEntries(Object.entries(micros).map(([name, each]) => [name, figures(each)]))
  return { kind: 'row', operation, connections: 64, items: 10_000, itemBytes: 430, servers, ...more }
}

const peer = (name: string, keeps: 'durable' | 'memory') =>
  ({ kind: 'peer', name, keeps, checksSignatures: false, version: '1.0.0' }) as const

const run: BenchRecord = {
  kind: 'run',
  date: '2026-11-29',
  version: '0.1.0',
  commit: '0123456789',
  node: 'v26.0.0',
  system: 'Linux',
  processor: 'A processor',
  processors: 2,
  remarks: [],
  words: ['--peers'],
  rounds: 3,
  seconds: 2,
}
const quiet = (warnings: readonly string[]): BenchRecord => ({ kind: 'quiet', loadBefore: 0, cases: 1, wideCases: 0, warnings })

test('figures of a case are medians over its rounds, with the least and the most', () => {
  const of = figuresOf([measured(30, 900), measured(10, 1100), measured(20, 1000)])
  assert.deepEqual([of.cpuMicros, of.cpuMicrosMin, of.cpuMicrosMax, of.requestsPerSecond], [20, 10, 30, 1000])
  assert.equal(spreadOf(of), 1)
  assert.equal('databaseCpuMicros' in of, false)
  assert.equal(figuresOf([{ ...measured(1), databaseCpuMicros: 7 }]).databaseCpuMicros, 7)
})

test('latencies are told by their order', () => {
  const latencies = Array.from({ length: 1000 }, (_, at) => (at * 7) % 1000)
  assert.deepEqual(latencyOf(latencies), { p50Ms: 500, p99Ms: 990, maxMs: 999 })
})

test('numbers are printed for people', () => {
  assert.deepEqual([grouped(12.34), grouped(432.1), grouped(11_300)], ['12.3', '432', '11,300'])
  assert.deepEqual([shortCount(10_000), shortCount(1_000_000), shortCount(20)], ['10 k', '1 M', '20'])
  assert.deepEqual([shortBytes(430), shortBytes(4096)], ['430 B', '4 KB'])
})

const verdicts = (each: RowRecord, all: readonly BenchRecord[] = [each]) => rowVerdicts(each, all).map(verdictText)

test('a goal against bare servers is met up to its number, and missed beyond', () => {
  assert.deepEqual(verdicts(row('GetItem', { stator: 11, bare: 10, spinning: 22 })), [
    '≤ 1.1 × bare met (1.10)',
    '≤ 0.6 × spinning met (0.50)',
  ])
  assert.deepEqual(verdicts(row('PutItem', { stator: 38, bare: 15 })), ['≤ 1.7 × bare missed (2.53)'])
  assert.deepEqual(verdicts(row('PutItem', { stator: 38, bare: 15 }, { connections: 1 })), ['≤ 3 × bare met (2.53)'])
  assert.deepEqual(verdicts(row('PutItem', { stator: 38, bare: 15 }, { connections: 256 })), [])
  assert.deepEqual(verdicts(row('PutItem', { stator: 38, bare: 15 }, { itemBytes: 4096 })), [])
})

test('a goal on a large table is about the same on ten thousand items', () => {
  const small = row('Mixed 80/20', { stator: 40 })
  const large = row('Mixed 80/20', { stator: 50 }, { items: 1_000_000 })
  assert.deepEqual(verdicts(large, [small, large]), ['≤ 1.2 × 10 k items missed (1.25)', '≤ 8 ms p99 met (2.00)'])
  assert.deepEqual(verdicts(large, [large]), ['≤ 8 ms p99 met (2.00)'])
})

test('a goal against others is about the best of them, and the best that is durable', () => {
  const put = row('PutItem', { stator: 20, dynamic: 50, fast: 30, slow: 200 })
  const peers = [peer('dynamic', 'memory'), peer('fast', 'memory'), peer('slow', 'durable')]
  assert.deepEqual(verdicts(put, [...peers, put]), ['best peer ≥ 2 × missed (1.50)', 'best durable peer ≥ 8 × met (10)'])
  const refused = { ...put, servers: { ...put.servers, slow: { refused: 'no' } } }
  assert.deepEqual(verdicts(refused, [...peers, refused]), ['best peer ≥ 2 × missed (1.50)'])
})

const load: LoadRecord = {
  ...{ kind: 'load', server: 'stator', items: 1_000_000, itemBytes: 430, clients: 8 },
  ...{ itemsPerSecond: 50_000, lastTenthItemsPerSecond: 30_000, cpuMicros: 20 },
}

test('other goals: start, load, PostgreSQL, metering, signatures and policies', () => {
  const start = {
    kind: 'start',
    name: 'package',
    firstAnswerMs: 81,
    firstAnswerMsMin: 80,
    firstAnswerMsMax: 90,
    idleRssBytes: 69 * 2 ** 20,
  } as const
  assert.deepEqual(startVerdicts(start).map(verdictText), ['≤ 80 ms missed (81)', '≤ 70 MB met (69)'])
  assert.deepEqual(startVerdicts({ ...start, name: 'clone' }), [])
  assert.deepEqual(loadVerdicts(load).map(verdictText), ['≥ 40 k items/s to the last missed (30,000)'])
  assert.deepEqual(loadVerdicts({ ...load, server: 'other' }), [])
  const { operation, connections, items, itemBytes } = row('GetItem', {})
  const about = { operation, connections, items, itemBytes }
  const storage = { kind: 'storage', ...about, folder: figures(20), postgres: { ...figures(21), requestsPerSecond: 850 } } as const
  assert.deepEqual(storageVerdicts(storage).map(verdictText), ['≥ 0.8 × folder met (0.85)', '≤ 22 µs of the node met (21)'])
  const metering = { kind: 'metering', ...about, offMicros: 10, observeMicros: 11, wholeMicros: 26 } as const
  assert.deepEqual(meteringVerdicts(metering).map(verdictText), ['≤ 3 % missed (4.00)'])
  const auth = { kind: 'auth', statements: 20, unverifiedMicros: 10, verifiedMicros: 15, allowedMicros: 21 } as const
  assert.deepEqual(authVerdicts(auth).map(verdictText), ['≤ 6 µs met (5.00)', '≤ 5 µs missed (6.00)'])
})

test('what nodes over one database come to on a larger machine follows from CPU time on both sides', () => {
  const { operation, connections, items, itemBytes } = row('GetItem', {})
  const about = { operation, connections, items, itemBytes }
  const sizing = sizingOf({ kind: 'nodes', ...about, nodes: 2, figures: figures(20, { databaseCpuMicros: 50 }) })
  assert.deepEqual(sizing, { nodeAtMost: 50_000, perDatabaseCore: 20_000, databaseCoresPerNode: 2.5 })
})

const compared = [run, peer('a <b>', 'memory'), row('GetItem', { stator: 20, bare: 10, 'a <b>': 4000 })]

test('the chart has a bar for each server, as long as it takes, cut where it would hide the others', () => {
  const chart = cpuChart(compared) ?? assert.fail()
  const bars = [...chart.matchAll(/<rect class="(\w+)" x="92" y="\d+" width="([\d.]+)"/g)].map(([, kind, width]) => [kind, Number(width)])
  const whole = bars.find(([kind]) => kind === 'memory')?.[1] as number
  assert.deepEqual(
    bars.map(([kind, width]) => [kind, Math.round((Number(width) / whole) * 160)]),
    [
      ['stator', 20],
      ['baseline', 10],
      ['memory', 160],
    ],
  )
  assert.equal(chart.match(/class="cut"/g)?.length, 1)
  assert.match(chart, />4,000</)
  assert.match(chart, /a &lt;b>/)
  const opened = chart.match(/<(svg|g|text|style)\b/g)?.length
  assert.equal(chart.match(/<\/(svg|g|text|style)>/g)?.length, opened)
})

test('the chart shows an operation once: of several runs as the one with most servers has it', () => {
  const alone = row('GetItem', { stator: 30, bare: 11 })
  for (const records of [
    [alone, ...compared],
    [...compared, alone],
  ]) {
    assert.equal(cpuChart(records), cpuChart(compared))
  }
})

test('the chart says where an operation was refused, and is not made of nothing', () => {
  const refused = row('GetItem', { stator: 20 })
  assert.match(cpuChart([{ ...refused, servers: { ...refused.servers, other: { refused: 'no' } } }]) ?? '', />error</)
  assert.equal(cpuChart([run]), undefined)
  assert.match(cpuChart([...compared, quiet(['something'])]) ?? '', />not to be compared: the machine was not quiet</)
  assert.doesNotMatch(cpuChart([...compared, quiet([])]) ?? '', /not quiet/)
  assert.equal(cpuChart([row('GetItem', { stator: 20 }, { connections: 1 })]), undefined)
})

test('the page warns of a machine that was not quiet, or of a run that was cut off, and of nothing else', () => {
  const calm = benchmarksPage([...compared, quiet([])])
  assert.doesNotMatch(calm, /not quiet/)
  assert.match(calm, /`npm run bench -- --peers` \| 2026-11-29 \| 0\.1\.0 \(0123456789\)/)
  const busy = benchmarksPage([...compared, quiet(['other processes took 50.0 % of all processors'])])
  assert.match(busy, /> \*\*The machine was not quiet\.\*\*/)
  assert.match(busy, /\| other processes took 50\.0 % of all processors \|/)
  assert.match(benchmarksPage(compared), /\| it was cut off \|/)
})

test('the page has a table of each kind of record that there is, and names every error', () => {
  const refused = row('PutItem', { stator: 20, bare: 10 })
  const page = benchmarksPage([
    ...compared,
    { ...refused, servers: { ...refused.servers, 'a <b>': { refused: 'PutItem was answered with `no` | never' } } },
    load,
    quiet([]),
  ])
  assert.match(
    page,
    /^\| GetItem \| 64 \| 10 k × 430 B \| 20\.0 \| 19\.0–21\.0 \| 2\.00 \| 10\.0 \| 4,000 \| ≤ 1\.1 × bare missed \(2\.00\)/m,
  )
  assert.match(page, /^\| PutItem .*\| error \|/m)
  assert.match(page, /^\| a <b> \| `'no' never` \| PutItem \|$/m)
  assert.match(page, /^\| stator \| 1 M × 430 B \| 50,000 \| 30,000 \| 20\.0 \| {2}\|/m)
  assert.doesNotMatch(page, /## On a PostgreSQL|NaN|undefined/)
})
