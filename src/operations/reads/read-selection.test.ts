import assert from 'node:assert/strict'
import test from 'node:test'
import { Pace } from '../../base/pace.ts'
import type { Page } from '../../engine/items/read-page.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { Condition } from '../../expressions/condition.ts'
import { select } from './read-selection.ts'

function pageOf(count: number): Page {
  const items = Array.from({ length: count }, (_, at) => StoredItem.of({ id: { N: String(at) } }))
  return { items, fetchedSizesBytes: [], sizeBytes: 0, ends: [], stopped: 'exhausted' }
}

test('a page whose filter takes long is weighed in slices, in its order', async () => {
  let nowMs = 0
  let weighed = 0
  const filter = {
    matches: ({ id }) => {
      weighed += 1
      nowMs += 0.5
      return id !== undefined && 'N' in id && Number(id.N) % 2 === 0
    },
  } as Condition
  const turns: number[] = []
  const other = (): void => {
    turns.push(weighed)
    if (weighed < 1000) setImmediate(other)
  }
  setImmediate(other)
  const selected = await select(pageOf(1000), { filter, projection: undefined, countOnly: false }, new Pace(() => nowMs))
  assert.deepEqual([selected.Count, selected.ScannedCount], [500, 1000])
  assert.deepEqual(
    JSON.parse(selected.Items?.text ?? ''),
    Array.from({ length: 500 }, (_, at) => ({ id: { N: String(2 * at) } })),
  )
  // The time is looked at every 64 items, and a slice is 5 ms.
  assert.ok(turns.length >= 1000 / 64 - 1)
  assert.ok(turns.every((at, index) => at - (turns[index - 1] ?? 0) <= 64))
})
