/** Reading a whole range of the store, however long: a bounded chunk at a time, and others have their turn in between. */
import { setImmediate } from 'node:timers/promises'
import { compareBytes } from '../../base/bytes.ts'
import {
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Store,
  StoreDamaged,
  type StoredValue,
  type View,
} from '../../storage/store.ts'
import { rangeBeyond } from '../keyspace/keys.ts'

type Scanned = Pick<View, 'scan'>

/** The entries of a range in its direction, none of the chunks empty. Rejects like the view: a long range may outlive it. */
export async function* readRange(view: Scanned, range: KeyRange, budget: ScanBudget): AsyncGenerator<readonly Entry[], void, undefined> {
  for (let rest = range; ; ) {
    const { entries, exhausted } = await view.scan(rest, budget)
    const last = entries.at(-1)
    if (last === undefined) return
    yield entries
    if (exhausted) return
    rest = rangeBeyond(range, last.key)
    await setImmediate()
  }
}

/**
 * The entries of an ascending range that are what was written; `onDamaged` is told of the others. Rejects like the view: also for a
 * damaged row whose key is not where it lies.
 */
export async function* readSound(
  view: Scanned,
  range: KeyRange,
  { budget, onDamaged }: { readonly budget: ScanBudget; readonly onDamaged: (error: StoreDamaged) => void },
): AsyncGenerator<readonly Entry[], void, undefined> {
  for (let rest = range; ; ) {
    try {
      for await (const entries of readRange(view, rest, budget)) {
        yield entries
        const last = entries.at(-1)
        if (last !== undefined) rest = rangeBeyond(rest, last.key)
      }
      return
    } catch (error) {
      if (!isDamageIn(rest, error)) throw error
      // What lies before it is right: rows are looked at in their order.
      yield* readRange(view, { start: rest.start, end: error.key }, budget)
      onDamaged(error)
      rest = rangeBeyond(rest, error.key)
    }
  }
}

/**
 * The keys of the next rows of an ascending range, as many as the budget allows, those of damaged rows, too: who deletes needs no more, and
 * one damaged row keeps nobody from deleting it and what comes after it. Rejects like the view: also for a damaged row whose key is not
 * where it lies.
 */
export async function nextKeys(
  view: Scanned,
  range: KeyRange,
  budget: ScanBudget,
): Promise<{ readonly keys: readonly KeyBytes[]; readonly exhausted: boolean }> {
  try {
    const { entries, exhausted } = await view.scan(range, budget)
    return { keys: entries.map(({ key }) => key), exhausted }
  } catch (error) {
    if (!isDamageIn(range, error)) throw error
    const { entries, exhausted } = await view.scan({ start: range.start, end: error.key }, budget)
    const keys = entries.map(({ key }) => key)
    return { keys: exhausted ? [...keys, error.key] : keys, exhausted: false }
  }
}

function isDamageIn({ start, end }: KeyRange, error: unknown): error is StoreDamaged {
  return error instanceof StoreDamaged && compareBytes(error.key, start) >= 0 && compareBytes(error.key, end) < 0
}

/** The values of these keys; StoreDamaged stands in the place of one that is damaged. */
export async function soundValues(view: View, keys: readonly KeyBytes[]): Promise<readonly (StoredValue | StoreDamaged | undefined)[]> {
  try {
    return await view.get(keys)
  } catch (error) {
    if (!(error instanceof StoreDamaged)) throw error
    if (keys.length <= 1) return [error]
    const half = Math.ceil(keys.length / 2)
    return [...(await soundValues(view, keys.slice(0, half))), ...(await soundValues(view, keys.slice(half)))]
  }
}

/** What there is of the store at each moment: every chunk out of a view of its own, for readers that write in between. */
export function chunkwise(store: Store): Scanned {
  return { scan: (range, budget) => store.view(async (view) => view.scan(range, budget)) }
}
