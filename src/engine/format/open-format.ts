/**
 * Which format the records of a store have, and the way from the one before: what is there is carried over before anything else
 * reads it, step by step, so that a process that dies in between goes on where it was (docs/decisions/0013-format-2.md).
 *
 * | format | how it is known                                                             |
 * | ------ | --------------------------------------------------------------------------- |
 * | 1      | something is in the store, and no format record (keyspace 0x1f)              |
 * | 2      | the format record, decimal text, is `2`; an empty store becomes one           |
 */
import { noBytes } from '../../base/bytes.ts'
import { type KeyBytes, type Store, StoreDamaged, type StoredValue, StoreOpenError, type View } from '../../storage/store.ts'
import { formatKey, key } from '../keyspace/keys.ts'
import { underGuard } from '../records/under-guard.ts'
import { wholeView } from '../records/whole-view.ts'
import type { CarryOver } from './carry-over.ts'

export const format = 2

/** Makes the store one of this format, also when several processes do so at once. Throws StoreOpenError for one of a newer format. */
export async function openFormat(store: Store, carryOvers: readonly CarryOver[]): Promise<void> {
  const { found, isEmpty } = await look(store)
  if (found !== undefined) {
    if (Number(found) === format) return
    throw new StoreOpenError(`The data was written by a newer version of Stator (format ${found}, this version reads up to ${format})`)
  }
  try {
    // What was read of the older format is not put over what came after it.
    const older = underGuard(store, { key: formatKey(), value: undefined }, () => new CarriedOver())
    if (!isEmpty) for (const { carry } of carryOvers) await carry(older)
    await older.write([], (turn) => {
      for (const { leftovers = [] } of carryOvers) for (const leftover of leftovers) turn.delete(leftover)
      turn.put(formatKey(), String(format))
    })
  } catch (error) {
    if (!(error instanceof CarriedOver)) throw error
    await openFormat(store, carryOvers)
  }
}

/** Another process has carried everything over, and goes on from there. */
class CarriedOver extends Error {}

/** Both of one moment: what another process has put into an empty store since is no older format. */
function look(store: Store): Promise<{ readonly found: StoredValue | undefined; readonly isEmpty: boolean }> {
  return wholeView(store, async (view) => {
    const [found] = await formatIn(view)
    if (found !== undefined) return { found, isEmpty: false }
    const { entries } = await view.scan({ start: noKey, end: lastKey }, { entries: 1, bytes: 1 })
    return { found, isEmpty: entries.length === 0 }
  })
}

/** One that is damaged is one of this format: the only other that has such a record is newer, and its file is refused before. */
async function formatIn(view: View): Promise<readonly (StoredValue | undefined)[]> {
  try {
    return await view.get([formatKey()])
  } catch (error) {
    if (error instanceof StoreDamaged) return [String(format)]
    throw error
  }
}

const noKey: KeyBytes = key(noBytes)
const lastKey: KeyBytes = key(Uint8Array.of(0xff))
