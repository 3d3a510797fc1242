/** A table's items, each against its key, its size, its entries in indexes and its place in the order of expiry. */
import { type KeyBytes, type KeyRange, StoreDamaged, type StoredValue, type View } from '../../storage/store.ts'
import { itemSizeBytes } from '../../values/size.ts'
import { isSameKey } from '../changes/entry-change.ts'
import { expirySecond } from '../expiry/expiry-order.ts'
import { itemPlace } from '../items/item-key.ts'
import { expiryKey } from '../keyspace/expiry-keys.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { soundValues } from '../records/read-range.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'
import type { CheckContext } from './check-context.ts'
import { type AnyIndex, checkedIndexes, heldEntry } from './held-entry.ts'
import { soundChunk } from './sound-reads.ts'
import type { WalkedCounts } from './walked-counts.ts'

/** Something that follows from an item. */
interface Expected {
  readonly item: KeyBytes
  readonly key: KeyBytes
  readonly kind: 'index entry' | 'expiry order' | 'collection size'
  readonly index?: AnyIndex
  isSame(stored: StoredValue): boolean
}

/** `collections` takes the keys of sizes of item collections that are missing or damaged. */
export async function* checkItems(
  context: CheckContext,
  { table, collections }: { readonly table: Table; readonly collections: KeyBytes[] },
  counts: WalkedCounts,
): AsyncGenerator<void> {
  let rest: KeyRange | undefined = spaceRange(spaceOf(table))
  while (rest !== undefined) {
    const range: KeyRange = rest
    const { chunk, wrong } = await context.engine.store.view(async (view) => {
      const latest = context.engine.catalog.find(table.name)
      if (latest?.tableId !== table.tableId) return { chunk: undefined, wrong: [] }
      const found = await soundChunk(view, range)
      return { chunk: found, wrong: await wrongIn(view, { table: latest, entries: found.entries }) }
    })
    if (chunk === undefined) return
    for (const { key, value } of chunk.entries) {
      context.report.rows += 1
      counts.add(undefined, value)
      checkItem(context, table, key, StoredItem.decode(value))
    }
    for (const error of chunk.damaged) context.damaged(error, table)
    for (const { expected, stored } of wrong) {
      if (expected.kind === 'collection size') collections.push(expected.key)
      else await tell(context, table, expected, stored)
    }
    rest = chunk.rest
    yield
  }
}

interface Wrong {
  readonly expected: Expected
  readonly stored: StoredValue | StoreDamaged | undefined
}

/** In the view that the items were read in, so that writes that go on disturb nothing. */
async function wrongIn(
  view: View,
  { table, entries }: { readonly table: Table; readonly entries: readonly { readonly key: KeyBytes; readonly value: StoredValue }[] },
): Promise<readonly Wrong[]> {
  const expected = entries.flatMap(({ key, value }) => expectedOf(table, key, StoredItem.decode(value)))
  const stored = await soundValues(
    view,
    expected.map(({ key }) => key),
  )
  return expected.flatMap((each, at) => {
    const found = stored[at]
    return found === undefined || found instanceof StoreDamaged || !each.isSame(found) ? [{ expected: each, stored: found }] : []
  })
}

function expectedOf(table: Table, item: KeyBytes, stored: StoredItem): readonly Expected[] {
  const expected: Expected[] = checkedIndexes(table).flatMap((index) => {
    const entry = heldEntry(table, index, stored)
    return entry === undefined ? [] : [{ item, key: entry.key, kind: 'index entry' as const, index, isSame: entry.isSame }]
  })
  const { timeToLive } = table
  const second =
    timeToLive?.enabled && timeToLive.orderWork === undefined ? expirySecond(stored.attributes, timeToLive.attributeName) : undefined
  if (second !== undefined) expected.push({ item, key: expiryKey(second, item), kind: 'expiry order', isSame: () => true })
  const { collectionKey } = itemPlace(table, stored.attributes)
  if (collectionKey !== undefined) expected.push({ item, key: collectionKey, kind: 'collection size', isSame: () => true })
  return expected
}

function checkItem({ report }: CheckContext, table: Table, key: KeyBytes, item: StoredItem): void {
  if (!isSameKey(itemPlace(table, item.attributes).key, key))
    report.add({ kind: 'item', table: table.name, says: `an item of ${table.name} does not lie where its key says` }, key)
  const sizeBytes = itemSizeBytes(item.attributes)
  if (sizeBytes !== item.sizeBytes)
    report.add(
      { kind: 'item', table: table.name, says: `an item of ${table.name} says that it has ${item.sizeBytes} bytes and has ${sizeBytes}` },
      key,
    )
}

async function tell(context: CheckContext, table: Table, expected: Expected, stored: Wrong['stored']): Promise<void> {
  const { kind, key, index } = expected
  const what = kind === 'index entry' ? `an entry of the index ${index?.name}` : 'a place in the order of expiry'
  const how = stored === undefined ? 'is missing' : stored instanceof StoreDamaged ? 'is damaged' : 'says something else than its item'
  const mended = context.report.add(
    { kind, table: table.name, ...(index && { index: index.name }), says: `${what} of ${table.name} ${how}` },
    key,
  )
  if (context.fix && (await putAnew(context, table, expected))) mended()
}

/** As the item is in the turn that puts it. What is damaged is not read. */
function putAnew({ engine }: CheckContext, table: Table, { item, key }: Expected): Promise<boolean> {
  return engine.store.write([item], (turn) => {
    const latest = engine.catalog.find(table.name)
    const stored = turn.get(item)
    if (latest?.tableId !== table.tableId || stored === undefined) return false
    const decoded = StoredItem.decode(stored)
    const again = expectedOf(latest, item, decoded).find((each) => isSameKey(each.key, key))
    if (again === undefined) return false
    turn.put(key, again.index === undefined ? '' : (heldEntry(latest, again.index, decoded)?.value ?? ''))
    return true
  })
}
