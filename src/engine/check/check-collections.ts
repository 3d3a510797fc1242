/** The sizes of item collections, each against its items and their entries in local indexes. */
import { type KeyBytes, type KeyRange, StoreDamaged, type StoredValue, type View } from '../../storage/store.ts'
import { afterHash, collectionRange, collectionSizesId, rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { checkBudget, checkedCollectionEntriesMax } from '../limits.ts'
import { readSound, soundValues } from '../records/read-range.ts'
import type { Table } from '../schema/table.ts'
import type { CheckContext } from './check-context.ts'

/** One collection at a time, in one view. `missing`: keys of sizes that items should have and that are not there, or damaged. */
export async function* checkCollections(context: CheckContext, table: Table, missing: readonly KeyBytes[]): AsyncGenerator<void> {
  if (!table.indexes.some(({ kind }) => kind === 'local')) return
  for (const key of missing) yield* checkCollection(context, table, key)
  for await (const key of sizeKeysOf(context, table)) yield* checkCollection(context, table, key)
}

async function* checkCollection(context: CheckContext, table: Table, key: KeyBytes): AsyncGenerator<void> {
  const { stored, sizeBytes } = await context.engine.store.view(async (view) => {
    const [value] = await soundValues(view, [key])
    return { stored: value, sizeBytes: await sizeOf(view, table, afterHash(key)) }
  })
  if (sizeBytes === undefined)
    context.report.skip(
      `an item collection of ${table.name} has more than ${checkedCollectionEntriesMax} items and entries, and its size was not compared`,
    )
  else if (stored instanceof StoreDamaged || Number(stored ?? 0) !== sizeBytes) await tell(context, table, { key, stored, sizeBytes })
  yield
}

/** The keys of all sizes that are there, damaged or not. */
async function* sizeKeysOf({ engine }: CheckContext, { tableId }: Table): AsyncGenerator<KeyBytes> {
  let rest: KeyRange | undefined = spaceRange({ tableId, indexId: collectionSizesId })
  while (rest !== undefined) {
    const range: KeyRange = rest
    const keys: readonly KeyBytes[] = await engine.store.view(async (view) => {
      const found: KeyBytes[] = []
      const onDamaged = (error: StoreDamaged): unknown => found.push(error.key)
      for await (const entries of readSound(view, range, { budget: checkBudget, onDamaged })) {
        found.push(...entries.map(({ key }) => key))
        break
      }
      return found
    })
    yield* keys
    const last = keys.at(-1)
    rest = last && rangeBeyond(range, last)
  }
}

async function sizeOf(view: View, { tableId, indexes }: Table, partitionKey: Uint8Array): Promise<number | undefined> {
  let sizeBytes = 0
  let count = 0
  for (const indexId of [0, ...indexes.filter(({ kind }) => kind === 'local').map((index) => index.indexId)]) {
    const range = collectionRange({ tableId, indexId }, partitionKey)
    for await (const entries of readSound(view, range, { budget: checkBudget, onDamaged: () => {} })) {
      for (const { value } of entries) sizeBytes += StoredItem.decode(value).sizeBytes
      count += entries.length
      if (count > checkedCollectionEntriesMax) return undefined
    }
  }
  return sizeBytes
}

interface Compared {
  readonly key: KeyBytes
  readonly stored: StoredValue | StoreDamaged | undefined
  readonly sizeBytes: number
}

async function tell({ engine, report, fix }: CheckContext, table: Table, { key, stored, sizeBytes }: Compared): Promise<void> {
  const isDamaged = stored instanceof StoreDamaged
  const says = isDamaged
    ? `the size of an item collection of ${table.name} is damaged`
    : `an item collection of ${table.name} is said to have ${stored ?? 0} bytes and has ${sizeBytes}`
  const mended = report.add({ kind: 'collection size', table: table.name, says }, key)
  if (!fix) return
  const difference = isDamaged ? 0 : sizeBytes - Number(stored ?? 0)
  await engine.store.write(isDamaged ? [] : [key], (turn) => {
    const size = isDamaged ? sizeBytes : Number(turn.get(key) ?? 0) + difference
    if (size > 0) turn.put(key, String(size))
    else turn.delete(key)
  })
  mended()
}
