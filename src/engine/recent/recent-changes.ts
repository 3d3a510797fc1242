/**
 * What items and their entries in indexes were before they were changed lately: for reads that are to see what was (docs/decisions/0043-stale-reads.md).
 * Nothing of it is stored, and nothing is remembered until somebody asks for it; then the changes that this process makes from there on.
 */
import { latin1 } from '../../base/bytes.ts'
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import type { IndexChange } from '../changes/index-entries.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { tableIdOfDataKey } from '../keyspace/keys.ts'
import { recentBytesMax, recentChangesMax } from '../limits.ts'
import { PastValues } from './past-values.ts'

/** How far back a read is to see: what was so many milliseconds ago, or before the last so many changes of each item. */
export type Staleness = { readonly kind: 'age'; readonly ms: number } | { readonly kind: 'changes'; readonly count: number }

/** How much has to be remembered: changes that are younger, and of each item the last ones whatever their age. */
export interface Reach {
  readonly ageMs: number
  readonly changes: number
}

interface RecentChange {
  readonly atMs: number
  /** What was under each key that it changed; undefined: nothing. */
  readonly before: readonly (readonly [key: KeyBytes, value: StoredValue | undefined])[]
  readonly sizeBytes: number
}

type Before = RecentChange['before']

interface ItemPast {
  readonly tableId: number
  /** In the order in which they were made. */
  readonly changes: RecentChange[]
}

/** Whose past is told. */
export type Whose = { readonly tableId: number } | { readonly keys: readonly KeyBytes[] }

export class RecentChanges {
  #reach: Reach | undefined
  /** By the key of the item; those that were changed longest ago come first. */
  readonly #pasts = new Map<string, ItemPast>()
  #count = 0
  #sizeBytes = 0

  get isKept(): boolean {
    return this.#reach !== undefined
  }

  /** From now on so much is remembered. Undefined: nothing, and what was is forgotten. */
  keep(reach: Reach | undefined): void {
    this.#reach = reach
    if (reach !== undefined) return
    this.#pasts.clear()
    this.#count = 0
    this.#sizeBytes = 0
  }

  /**
   * Remembers what the turn changes, once it is durable. What lags shows later, and is for `noteShown` to tell. What the database fills a
   * table with was there before.
   */
  note(
    turn: WriteTurn,
    { change, indexChanges }: { readonly change: ItemChange; readonly indexChanges: readonly IndexChange[] },
    nowMs: number,
  ): void {
    if (this.#reach === undefined || change.cause === 'restore') return
    const { key, oldItem } = change
    const before: [KeyBytes, StoredValue | undefined][] = [[key, oldItem?.encode()]]
    for (const { index, oldEntry, newEntry } of indexChanges) {
      if (index.kind === 'global' && index.isQueued) continue
      if (newEntry !== undefined) before.push([newEntry.key, undefined])
      // The same key as that of the new one: what comes later counts.
      if (oldEntry !== undefined) before.push([oldEntry.key, oldEntry.item.encode()])
    }
    turn.follow({ durable: () => this.#remember(latin1(key), before, nowMs) })
  }

  /** Remembers, once it is durable, that a lagging index shows something else than before. `item`: what its changes are counted by. */
  noteShown(turn: WriteTurn, item: string, before: Before, nowMs: number): void {
    turn.follow({ durable: () => this.#remember(item, before, nowMs) })
  }

  /** What was, of a table with its indexes or of single items. A branch that is being filled reads other tables, too, which have a past of their own. */
  before(staleness: Staleness, nowMs: number, whose: Whose): PastValues {
    const values = new PastValues()
    for (const { changes } of this.#pastsOf(whose)) {
      const shown = shownOf(changes, staleness, nowMs)
      for (let at = changes.length - 1; at >= shown; at -= 1) {
        for (const [key, value] of changes[at]?.before ?? []) values.set(key, value)
      }
    }
    return values
  }

  *#pastsOf(whose: Whose): Iterable<ItemPast> {
    if ('keys' in whose) {
      for (const key of whose.keys) {
        const past = this.#pasts.get(latin1(key))
        if (past !== undefined) yield past
      }
      return
    }
    for (const past of this.#pasts.values()) if (past.tableId === whose.tableId) yield past
  }

  #remember(item: string, before: Before, atMs: number): void {
    const reach = this.#reach
    const [first] = before
    if (reach === undefined || first === undefined) return
    const past = this.#pasts.get(item) ?? { tableId: tableIdOfDataKey(first[0]), changes: [] }
    // At the end of those that changed last.
    this.#pasts.delete(item)
    this.#pasts.set(item, past)
    const sizeBytes = before.reduce((sum, [, value]) => sum + (value?.length ?? 0), 0)
    const { changes } = past
    changes.push({ atMs, before, sizeBytes })
    this.#count += 1
    this.#sizeBytes += sizeBytes
    const isOver = (change: RecentChange | undefined): boolean => change !== undefined && atMs - change.atMs >= reach.ageMs
    while (changes.length > Math.max(1, reach.changes) && isOver(changes[0])) this.#forgetFirst(item, past)
    for (const [other, itsPast] of this.#pasts) {
      const isTooMuch = this.#count > recentChangesMax || this.#sizeBytes > recentBytesMax
      const isUseless = reach.changes === 0 && isOver(itsPast.changes.at(-1))
      if (!isTooMuch && !isUseless) break
      this.#forgetFirst(other, itsPast)
    }
  }

  #forgetFirst(item: string, { changes }: ItemPast): void {
    const first = changes.shift()
    if (changes.length === 0) this.#pasts.delete(item)
    if (first === undefined) return
    this.#count -= 1
    this.#sizeBytes -= first.sizeBytes
  }
}

/** How many of the changes the read sees. */
function shownOf(changes: readonly RecentChange[], staleness: Staleness, nowMs: number): number {
  if (staleness.kind === 'changes') return Math.max(0, changes.length - staleness.count)
  const first = changes.findIndex(({ atMs }) => nowMs - atMs < staleness.ms)
  return first < 0 ? changes.length : first
}
