/** A way to the store for reads that are to see what was: the same, with past values laid over all that is read (recent-changes.ts). */
import { compareBytes } from '../../base/bytes.ts'
import {
  type Chunk,
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Store,
  type View,
  valuesOfChunk,
} from '../../storage/store.ts'
import { keyAfter, rangeBeyond } from '../keyspace/keys.ts'
import type { PastValues } from './past-values.ts'

/** `pastNow`: what was, as it is to be seen by what is read now. Writes are refused. */
export function staleStore(store: Store, pastNow: () => PastValues): Store {
  return {
    get: async (keys, guards) => {
      const past = pastNow()
      return past.over(keys, await store.get(keys, guards))
    },
    sums: (counters) => store.sums(counters),
    view: (read, guards) => store.view((view) => read(staleView(view, pastNow())), guards),
    write: () => Promise.reject(new TypeError('nothing is written on what was')),
    close: () => Promise.resolve(),
  }
}

function staleView(view: View, past: PastValues): View {
  return {
    get: async (keys) => past.over(keys, await view.get(keys)),
    sums: (counters) => view.sums(counters),
    lasts: (logs) => view.lasts(logs),
    scan: (range, budget) => scan(view, past, range, budget),
    scanValues: async (range, budget) => valuesOfChunk(await scan(view, past, range, budget)),
  }
}

/** Looks on until there is something, or nothing more: all of what is there may be newer. */
async function scan(view: View, past: PastValues, range: KeyRange, budget: ScanBudget): Promise<Chunk> {
  for (let rest = range; ; ) {
    const { entries, exhausted } = await view.scan(rest, budget)
    const last = exhausted ? undefined : entries.at(-1)?.key
    const kept = entries.filter(({ key }) => !past.has(key))
    const merged = mergeInOrder(kept, past.within(last === undefined ? rest : rangeUpTo(rest, last)), range.reverse === true)
    if (merged.length > 0 || last === undefined) return cut(merged, budget, last === undefined)
    rest = rangeBeyond(rest, last)
  }
}

function rangeUpTo(range: KeyRange, last: KeyBytes): KeyRange {
  return range.reverse ? { ...range, start: last } : { ...range, end: keyAfter(last) }
}

function mergeInOrder(a: readonly Entry[], b: readonly Entry[], reverse: boolean): readonly Entry[] {
  if (b.length === 0) return a
  return [...a, ...b].sort((one, other) => (reverse ? compareBytes(other.key, one.key) : compareBytes(one.key, other.key)))
}

/** A chunk ends with the entry that reaches either number of the budget. */
function cut(entries: readonly Entry[], budget: ScanBudget, exhausted: boolean): Chunk {
  let bytes = 0
  for (const [at, { value }] of entries.entries()) {
    bytes += value.length
    const isFull = at + 1 >= budget.entries || bytes >= budget.bytes
    if (isFull) return { entries: entries.slice(0, at + 1), exhausted: exhausted && at + 1 === entries.length }
  }
  return { entries, exhausted }
}
