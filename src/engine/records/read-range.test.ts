import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeWithDamagedRows } from '../../../test/harness/damaged-rows.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import type { Entry, KeyRange, Store } from '../../storage/store.ts'
import { prefixRange, rangeBeyond } from '../keyspace/keys.ts'
import { sweepKey, sweptTableId } from '../keyspace/sweep-keys.ts'
import { chunkwise, nextKeys, readRange } from './read-range.ts'

const all = prefixRange(Uint8Array.of(sweepKey(1)[0] ?? 0))
const budget = { entries: 3, bytes: 1000 }

async function storeOf(count: number): Promise<Store> {
  const store = await openTestStore()
  await store.write([], (turn) => {
    for (let tableId = 1; tableId <= count; tableId += 1) turn.put(sweepKey(tableId), 'value')
  })
  return store
}

function idsOf(entries: readonly Entry[]): readonly number[] {
  return entries.map(({ key }) => sweptTableId(key))
}

async function chunksOf(store: Store, range: KeyRange): Promise<readonly (readonly number[])[]> {
  return store.view(async (view) => {
    const chunks: (readonly number[])[] = []
    for await (const entries of readRange(view, range, budget)) chunks.push(idsOf(entries))
    return chunks
  })
}

test('a range is read to its end in either direction, in chunks of which none is empty', async () => {
  for (const count of [0, 1, 3, 4, 7]) {
    const store = await storeOf(count)
    const ids = Array.from({ length: count }, (_, at) => at + 1)
    for (const [range, wanted] of [[all, ids] as const, [{ ...all, reverse: true }, ids.toReversed()] as const]) {
      const chunks = await chunksOf(store, range)
      assert.deepEqual(chunks.flat(), wanted)
      assert.deepEqual(chunks.map(({ length }) => length).slice(0, -1), Array(Math.max(0, chunks.length - 1)).fill(3))
      assert.ok(chunks.every(({ length }) => length > 0))
    }
    await store.close()
  }
})

test('others have their turn between two chunks', async () => {
  const store = await storeOf(7)
  let turns = 0
  const seen: number[] = []
  await store.view(async (view) => {
    for await (const _ of readRange(view, all, budget)) {
      seen.push(turns)
      setImmediate(() => {
        turns += 1
      })
    }
  })
  assert.deepEqual(seen, [0, 1, 2])
  await store.close()
})

test('a reader that writes in between reads what there is at each moment', async () => {
  const store = await storeOf(4)
  const found: number[] = []
  for await (const entries of readRange(chunkwise(store), all, budget)) {
    found.push(...idsOf(entries))
    if (found.length === 3) {
      await store.write([], (turn) => {
        turn.delete(sweepKey(4))
        turn.put(sweepKey(5), 'value')
      })
    }
  }
  assert.deepEqual(found, [1, 2, 3, 5])
  await store.close()
})

test('the next keys are all keys in their order, whichever rows are damaged, and no more than asked for', async () => {
  for (const damaged of [[], [1], [7], [3, 4], [1, 2, 3, 4, 5, 6, 7]]) {
    const store = storeWithDamagedRows((key) => damaged.includes(sweptTableId(key)), await storeOf(7))
    const ids: number[] = []
    for (let rest = all; ; ) {
      const { keys, exhausted } = await store.view((view) => nextKeys(view, rest, budget))
      assert.ok(keys.length <= 3 && (keys.length > 0 || exhausted || ids.length === 7))
      ids.push(...keys.map(sweptTableId))
      const last = keys.at(-1)
      if (exhausted || last === undefined) break
      rest = rangeBeyond(rest, last)
    }
    assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7])
    await store.close()
  }
})
