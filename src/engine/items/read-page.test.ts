import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { Catalog } from '../catalog/catalog.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { type Page, type PageLimits, readPage } from './read-page.ts'

const range = spaceRange({ tableId: 1, indexId: 0 })
const entries = [1, 7, 3, 3, 9, 5].map((units, at) => ({
  key: Buffer.concat([range.start, Uint8Array.of(at)]) as Uint8Array as KeyBytes,
  item: StoredItem.of({ n: { S: String(at) }, x: { S: 'x'.repeat(10 * units) } }),
}))
const sizes = entries.map(({ item }) => item.sizeBytes)
const wholeBytes = sizes.reduce((sum, size) => sum + size, 0)

/** What the page has to be, said once more: items one by one until one of them reaches a limit or is the last. */
function expected({ items, sizeBytes }: PageLimits, reverse: boolean): Omit<Page, 'items' | 'fetchedSizesBytes'> & { names: unknown } {
  const all = reverse ? entries.toReversed() : entries
  let count = 0
  let sum = 0
  do {
    sum += all[count]?.item.sizeBytes ?? 0
    count += 1
  } while (count < all.length && count < items && sum < sizeBytes)
  const taken = all.slice(0, count)
  const keys = taken.map(({ key }) => key)
  const [first, last] = reverse ? [keys.at(-1), keys[0]] : [keys[0], keys.at(-1)]
  return {
    names: taken.map(({ item }) => item.attributes.n),
    sizeBytes: sum,
    ends: [first ?? assert.fail(), last ?? assert.fail()],
    stopped: count === items ? 'limit' : count === all.length ? 'exhausted' : 'bytes',
  }
}

const catalog = new Catalog()

test('a page ends with the item that reaches a limit, to the item and to the byte, and says which it was', async () => {
  const store = await openTestStore()
  await store.write([], (turn) => {
    for (const { key, item } of entries) turn.put(key, item.encode())
  })
  const sums = sizes.map((_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size, 0))
  const byte = fc.constantFrom(...sums, ...sums.map((sum) => wholeBytes - sum)).chain((sum) => fc.constantFrom(sum - 1, sum, sum + 1))
  const limits = fc.record({ items: fc.integer({ min: 1, max: entries.length + 1 }), sizeBytes: byte.filter((bytes) => bytes > 0) })
  await fc.assert(
    fc.asyncProperty(limits, fc.boolean(), async (limit, reverse) => {
      const { items, fetchedSizesBytes, ...page } = await readPage({ store, catalog }, { ...range, reverse }, limit)
      assert.deepEqual({ ...page, names: items.map(({ attributes }) => attributes.n) }, expected(limit, reverse))
      assert.deepEqual(fetchedSizesBytes, [])
    }),
    { numRuns: 300 },
  )
  const nothing = await readPage({ store, catalog }, spaceRange({ tableId: 2, indexId: 0 }), { items: 1, sizeBytes: 1 })
  assert.deepEqual(nothing, { items: [], fetchedSizesBytes: [], sizeBytes: 0, ends: [], stopped: 'exhausted' })
  await store.close()
})

test('entries of a local index stand for items, whose sizes are told apart from those of the entries', async () => {
  const store = await openTestStore()
  const itemKey = ({ attributes }: StoredItem): KeyBytes =>
    Buffer.concat([spaceRange({ tableId: 2, indexId: 0 }).start, Buffer.from(JSON.stringify(attributes.n))]) as Uint8Array as KeyBytes
  const whole = entries.map(({ item }) => StoredItem.of({ ...item.attributes, more: { S: 'more' } }))
  await store.write([], (turn) => {
    for (const { key, item } of entries) turn.put(key, item.encode())
    for (const item of whole) turn.put(itemKey(item), item.encode())
  })
  const page = await readPage({ store, catalog }, range, { items: 4, sizeBytes: 1e6 }, { baseKey: itemKey })
  assert.deepEqual(
    page.items.map(({ attributes }) => attributes),
    whole.slice(0, 4).map(({ attributes }) => attributes),
  )
  assert.deepEqual(
    page.fetchedSizesBytes,
    sizes.slice(0, 4).map((size) => size + 'more'.length * 2),
  )
  assert.equal(
    page.sizeBytes,
    sizes.slice(0, 4).reduce((sum, size) => sum + size, 0),
  )
  await store.close()
})
