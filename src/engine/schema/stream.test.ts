import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashSpace } from '../keyspace/keys.ts'
import {
  disabledStream,
  newStream,
  openShards,
  replacedShard,
  type ShardTimes,
  type Stream,
  shardIdOf,
  shardNumberIn,
  shardWithId,
} from './stream.ts'

const base = {
  tableId: 1,
  labelMs: 5,
  region: '',
  tableName: 'Music',
  label: '1970-01-01T00:00:00.005',
  viewType: 'KEYS_ONLY',
  key: { hash: [], range: [] },
  creationMs: 5,
} as const

const nowMs = 5

/** Shards close after as many records as these numbers say, one after the other. */
function timesWith(recordCounts: readonly number[]): ShardTimes {
  let at = 0
  return {
    nowMs,
    close: ({ firstNumber }) => {
      const count = recordCounts[at % recordCounts.length] ?? 0
      at += 1
      return firstNumber - 1 + count
    },
  }
}

function evenStarts(count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor((hashSpace * at) / count))
}

/** Open shards share the hash space, whatever became of the others; children come after their parents in every sense. */
function assertWhole(stream: Stream): void {
  let from = 0
  for (const { fromHash, toHash } of openShards(stream)) {
    assert.equal(fromHash, from)
    assert.ok(toHash > fromHash)
    from = toHash
  }
  assert.equal(from, hashSpace)
  const numbers = stream.shards.map(({ number }) => number)
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
  )
  for (const shard of stream.shards) {
    const parent = shard.parentId === undefined ? undefined : shardWithId(stream, shard.parentId)
    if (parent === undefined) continue
    assert.ok(parent.number < shard.number)
    assert.ok((parent.closed?.lastNumber ?? Number.POSITIVE_INFINITY) < shard.firstNumber)
    assert.equal(shard.firstNumber % 2 ** 32, 0)
    assert.ok(parent.fromHash <= shard.fromHash && shard.toHash <= parent.toHash)
  }
}

test('the open shards of a stream share the hash space over all splits and rotations', () => {
  const steps = fc.array(fc.tuple(fc.nat(), fc.option(fc.double({ min: 0, max: 1, noNaN: true }))), { maxLength: 40 })
  const recordCounts = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.integer({ min: 0, max: 2 ** 33 })), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 54 }), recordCounts, steps, (count, counts, history) => {
      const at = timesWith(counts)
      let stream = newStream(base, evenStarts(count), nowMs)
      assert.equal(openShards(stream).length, count)
      assertWhole(stream)
      for (const [pick, part] of history) {
        const open = openShards(stream)
        const shard = open[pick % open.length]
        assert.ok(shard !== undefined)
        const cut = part === null ? shard.fromHash : Math.floor(shard.fromHash + (shard.toHash - shard.fromHash) * part)
        stream = replacedShard(stream, shard, cut > shard.fromHash && cut < shard.toHash ? [cut] : [], at)
        assertWhole(stream)
      }
    }),
  )
})

test('a disabled stream has no open shard', () => {
  const disabled = disabledStream(newStream(base, evenStarts(4), nowMs), timesWith([7]))
  assert.deepEqual(openShards(disabled), [])
  assert.equal(disabled.shards.length, 4)
  assert.equal(disabled.disabledMs, 5)
})

test('a shard id is as long as that of AWS and says the number', () => {
  const id = shardIdOf({ creationMs: 1_795_341_600_000, number: 4_294_967_295 })
  assert.equal(id, 'shardId-00000001795341600000-ffffffff')
  assert.ok(id.length >= 28 && id.length <= 65)
  assert.equal(shardNumberIn(id), 4_294_967_295)
  assert.equal(shardNumberIn(`${id}0`), undefined)
})

test('first shards begin with number 1, a child with the next multiple of 2^32 above all that its parent can have', () => {
  const first = newStream(base, evenStarts(1), nowMs)
  assert.equal(first.shards[0]?.firstNumber, 1)
  const childOf = (stream: Stream, recordCount: number): Stream => {
    const [open] = openShards(stream)
    assert.ok(open !== undefined)
    return replacedShard(stream, open, [], timesWith([recordCount]))
  }
  const starts = (stream: Stream): readonly number[] => stream.shards.map(({ firstNumber }) => firstNumber / 2 ** 32)
  assert.deepEqual(starts(childOf(childOf(first, 0), 5)).slice(1), [1, 2])
  // A shard that took more than 2^32 records closes with a number that is its own all the same.
  assert.deepEqual(starts(childOf(first, 2 ** 32 - 2)).slice(1), [1])
  assert.deepEqual(starts(childOf(first, 2 ** 32 - 1)).slice(1), [2])
})
