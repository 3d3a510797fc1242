/** The entries of an index, each against the item that it stands for. That items have their entries is looked at with the items. */
import { type Entry, type KeyBytes, type KeyRange, StoreDamaged } from '../../storage/store.ts'
import { isSameKey } from '../changes/entry-change.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { soundValues } from '../records/read-range.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { sameIndex, type Table } from '../schema/table.ts'
import type { CheckContext } from './check-context.ts'
import { type AnyIndex, heldEntry, itemOfEntry } from './held-entry.ts'
import { soundChunk } from './sound-reads.ts'
import type { WalkedCounts } from './walked-counts.ts'

export async function* checkEntries(
  context: CheckContext,
  { table, index }: { readonly table: Table; readonly index: AnyIndex },
  counts: WalkedCounts,
): AsyncGenerator<void> {
  let rest: KeyRange | undefined = spaceRange(spaceOf(table, index))
  while (rest !== undefined) {
    const range: KeyRange = rest
    const found = await context.engine.store.view(async (view) => {
      if (sameIndex(context.engine.catalog.find(table.name), table, index)?.status !== 'ACTIVE') return undefined
      const chunk = await soundChunk(view, range)
      const items = await soundValues(
        view,
        chunk.entries.map(({ value }) => itemOfEntry(table, index, value)),
      )
      // Whether an item that is damaged would have the entry nobody knows.
      return {
        chunk,
        stale: chunk.entries.filter((entry, at) => !(items[at] instanceof StoreDamaged) && !isHeld(items[at] as string | undefined, entry)),
      }
    })
    if (found === undefined) return
    const stale = new Set(found.stale)
    for (const entry of found.chunk.entries) {
      context.report.rows += 1
      const isGone = stale.has(entry) && (await tell(context, { table, index }, entry))
      if (!isGone) counts.add(index, entry.value)
    }
    for (const error of found.chunk.damaged) {
      const mended = context.damaged(error, table)
      // One that an item has was put anew with the items; this one has none, or its item is damaged.
      if (context.fix && (await removeIf(context, error.key, []))) mended()
    }
    rest = found.chunk.rest
    yield
  }

  function isHeld(item: string | undefined, { key }: Entry): boolean {
    const expected = item === undefined ? undefined : heldEntry(table, index, StoredItem.decode(item))
    return expected !== undefined && isSameKey(expected.key, key)
  }
}

/** Resolves with whether the entry is gone. */
async function tell(
  context: CheckContext,
  { table, index }: { readonly table: Table; readonly index: AnyIndex },
  { key, value }: Entry,
): Promise<boolean> {
  const says = `an entry of the index ${index.name} of ${table.name} stands for no item that has it`
  const mended = context.report.add({ kind: 'index entry', table: table.name, index: index.name, says }, key)
  if (!context.fix) return false
  const item = itemOfEntry(table, index, value)
  const isGone = await removeIf(context, key, [item], (stored) => {
    const expected = stored === undefined ? undefined : heldEntry(table, index, StoredItem.decode(stored))
    return expected === undefined || !isSameKey(expected.key, key)
  })
  if (isGone) mended()
  return isGone
}

function removeIf(
  { engine }: CheckContext,
  key: KeyBytes,
  reads: readonly KeyBytes[],
  isStale: (item: string | undefined) => boolean = () => true,
): Promise<boolean> {
  return engine.store.write(reads, (turn) => {
    const [item] = reads
    if (!isStale(item && (turn.get(item) as string | undefined))) return false
    turn.delete(key)
    return true
  })
}
