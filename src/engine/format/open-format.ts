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
import { GuardChanged, type KeyBytes, type Store, type StoredValue, StoreOpenError } from '../../storage/store.ts'
import { formatKey, key } from '../keyspace/keys.ts'
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
    const older = whileOlder(store)
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

/** The store for as long as nobody has given it a format: what was read of the older one is not put over what came after it. */
function whileOlder(store: Store): Store {
  const none = { key: formatKey(), value: undefined }
  const older: Store = {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: async (reads, decide, guards = []) => {
      try {
        return await store.write(reads, decide, [...guards, none])
      } catch (error) {
        if (!(error instanceof GuardChanged)) throw error
        if ((await store.get([none.key]))[0] !== undefined) throw new CarriedOver()
        if (guards.length > 0) throw error
        return older.write(reads, decide)
      }
    },
    close: () => store.close(),
  }
  return older
}

/** Both of one moment: what another process has put into an empty store since is no older format. */
function look(store: Store): Promise<{ readonly found: StoredValue | undefined; readonly isEmpty: boolean }> {
  return wholeView(store, async (view) => {
    const [found] = await view.get([formatKey()])
    if (found !== undefined) return { found, isEmpty: false }
    const { entries } = await view.scan({ start: noKey, end: lastKey }, { entries: 1, bytes: 1 })
    return { found, isEmpty: entries.length === 0 }
  })
}

const noKey: KeyBytes = key(noBytes)
const lastKey: KeyBytes = key(Uint8Array.of(0xff))
