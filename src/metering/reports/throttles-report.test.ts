import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { dataKey } from '../../engine/keyspace/keys.ts'
import { encodeScalar } from '../../values/key-bytes.ts'
import { reportedThrottlesLengthMax } from '../limits.ts'
import { ThrottleCounts } from '../throughput/throttle-counts.ts'
import { decodeThrottles, encodeThrottles, joinedThrottles } from './throttles-report.ts'

const thing = {
  region: '',
  table: 'T',
  index: undefined,
  space: { tableId: 1, indexId: 0 },
  reason: 'TableWriteKeyRangeThroughputExceeded',
  keyAttributes: [{ name: 'pk', type: 'S' }],
} as const

test('throttles of several nodes add up, and their keys are never counted too low, nor too high by more than an eighth of all', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const random = seededRandom(seed)
    const below = (end: number): number => (random.bytes(2).reduce((sum, byte) => sum * 256 + byte, 0) * end) >>> 16
    const nodes = Array.from({ length: 1 + below(5) }, () => new ThrottleCounts())
    const truth = new Map<string, number>()
    let total = 0
    for (let count = 0; count < 3000; count += 1) {
      const name = `key ${Math.min(below(60), below(60), below(60))}`
      const node = nodes[below(nodes.length)]
      const reason = below(4) === 0 ? 'TableWriteProvisionedThroughputExceeded' : thing.reason
      node
        ?.tally({ ...thing, reason })
        .note('observe', count, dataKey({ tableId: 1, indexId: 0 }, encodeScalar({ S: name }), new Uint8Array(0)))
      if (reason !== thing.reason) continue
      truth.set(name, (truth.get(name) ?? 0) + 1)
      total += 1
    }
    const told = nodes.map((node) => decodeThrottles(encodeThrottles({ counts: node.list(), minute: 1, latest: [] })).counts)
    const joined = joinedThrottles(told)
    assert.equal(
      joined.reduce((sum, { observed }) => sum + observed, 0),
      3000,
    )
    const found = joined.find(({ reason }) => reason === thing.reason)
    assert.equal(found?.observed, total)
    const counts = new Map(found?.keys.map(({ key, count }) => [(key.pk as { readonly S: string }).S, count]))
    for (const [name, times] of truth) {
      const count = counts.get(name)
      if (count === undefined) assert.ok(times <= total / 8, `${name} with ${times} of ${total} is not named`)
      else assert.ok(times <= count && count <= times + total / 8, `${times} ≤ ${count} ≤ ${times + total / 8}`)
    }
  }
})

test('of too many throttles those are told that are most frequent', () => {
  const counts = new ThrottleCounts()
  for (let at = 0; at < 5000; at += 1) {
    const tally = counts.tally({ ...thing, table: `table ${at}`, space: { tableId: at, indexId: 0 } })
    for (let times = 0; times <= at % 7; times += 1) tally.note('enforce', times)
  }
  const value = encodeThrottles({ counts: counts.list(), minute: 1, latest: [] })
  assert.ok(value.length <= reportedThrottlesLengthMax + 100)
  const told = decodeThrottles(value).counts
  assert.ok(told.length > 500)
  assert.ok(told.slice(0, 500).every(({ refused }) => refused === 7))
})
