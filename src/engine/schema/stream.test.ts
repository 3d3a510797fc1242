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

function times(): ShardTimes {
  let number = 0
  return {
    nowMs: 5,
    nextNumber: () => {
      number += 1
      return number
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
    assert.ok(parent.fromHash <= shard.fromHash && shard.toHash <= parent.toHash)
  }
}

test('the open shards of a stream share the hash space over all splits and rotations', () => {
  const steps = fc.array(fc.tuple(fc.nat(), fc.option(fc.double({ min: 0, max: 1, noNaN: true }))), { maxLength: 40 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 54 }), steps, (count, history) => {
      const at = times()
      let stream = newStream(base, evenStarts(count), at)
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
  const at = times()
  const disabled = disabledStream(newStream(base, evenStarts(4), at), at)
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
