/** How often something had no capacity left, by reason: since the process started, and since the log last told of it. */

import type { CatalogChange, TableChange } from '../../engine/catalog/catalog-records.ts'
import type { KeyAttribute } from '../../engine/schema/table.ts'
import type { ThroughputMode } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { throttleTalliesMax } from '../limits.ts'
import { type PartitionKey, partitionKeyOf } from '../traffic/partition-key.ts'
import { ThrottledKeys } from './throttled-keys.ts'

export interface ThrottleCount {
  readonly region: string
  readonly table: string
  readonly index: string | undefined
  /** As in ThrottlingReasons. */
  readonly reason: string
  /** Requests, or members of batches, that were refused. */
  readonly refused: number
  /** Those that were let through because nothing is enforced. */
  readonly observed: number
  /** The clock's time of the last one. */
  readonly lastMs: number
  /** The partition keys that it met most, the most frequent first; counts are never too low. None for requests about tables. */
  readonly keys: readonly { readonly key: PartitionKey; readonly count: number }[]
}

export interface ThrottledThing extends Pick<ThrottleCount, 'region' | 'table' | 'index' | 'reason'> {
  /** The attributes of the partition keys that it meets. */
  readonly keyAttributes: readonly KeyAttribute[]
}

/** How often one of them was. Hold on to it: looking it up costs. */
export class ThrottleTally {
  readonly thing: ThrottledThing
  #refused = 0
  #observed = 0
  #lastMs = 0
  #toldRefused = 0
  #toldObserved = 0
  readonly #keys = new ThrottledKeys()
  readonly #untoldKeys = new ThrottledKeys()

  constructor(thing: ThrottledThing) {
    this.thing = thing
  }

  note(mode: ThroughputMode, nowMs: number, key?: KeyBytes): void {
    if (mode === 'enforce') this.#refused += 1
    else this.#observed += 1
    this.#lastMs = nowMs
    if (key === undefined) return
    this.#keys.note(key)
    this.#untoldKeys.note(key)
  }

  get times(): number {
    return this.#refused + this.#observed
  }

  count(): ThrottleCount {
    const { keyAttributes, ...thing } = this.thing
    return { ...thing, refused: this.#refused, observed: this.#observed, lastMs: this.#lastMs, keys: this.#shown(this.#keys) }
  }

  /** What came up since this was last called: it counts as told now. */
  takeUntold(): ThrottleCount {
    const refused = this.#refused - this.#toldRefused
    const observed = this.#observed - this.#toldObserved
    const count = { ...this.count(), refused, observed, keys: this.#shown(this.#untoldKeys) }
    this.#untoldKeys.clear()
    this.#toldRefused = this.#refused
    this.#toldObserved = this.#observed
    return count
  }

  #shown(keys: ThrottledKeys): ThrottleCount['keys'] {
    return keys.list().map(({ key, count }) => ({ key: partitionKeyOf(key, this.thing.keyAttributes), count }))
  }
}

export class ThrottleCounts {
  readonly #tallies = new Map<string, ThrottleTally>()
  #forgotten = 0

  tally(thing: ThrottledThing): ThrottleTally {
    const name = `${thing.region}\0${thing.table}\0${thing.index ?? ''}\0${thing.reason}`
    const known = this.#tallies.get(name)
    if (known !== undefined) return known
    const tally = new ThrottleTally(thing)
    if (this.#tallies.size < throttleTalliesMax) this.#tallies.set(name, tally)
    return tally
  }

  /** Deleted tables are forgotten, and with a deleted index what was counted of it. */
  catalogChanged({ tables }: CatalogChange): void {
    if (this.#tallies.size === 0) return
    const changes = new Map(
      tables.flatMap((change) => (change.before === undefined ? [] : [[`${change.region}\0${change.before.name}`, change]])),
    )
    for (const [name, { thing }] of this.#tallies) {
      const change = changes.get(`${thing.region}\0${thing.table}`)
      if (change === undefined || isStillThere(change, thing.index)) continue
      this.#tallies.delete(name)
      this.#forgotten += 1
    }
  }

  /** Another text whenever anything was counted or forgotten. */
  get state(): string {
    const times = [...this.#tallies.values()].reduce((sum, tally) => sum + tally.times, 0)
    return `${this.#tallies.size} ${times} ${this.#forgotten}`
  }

  /** Of a table, or of all; the most frequent first. */
  list(table?: string): readonly ThrottleCount[] {
    const counts = [...this.#tallies.values()].map((tally) => tally.count())
    return mostFrequentFirst(counts.filter((count) => table === undefined || count.table === table))
  }

  /** What came up since this was last called, the most frequent first. */
  takeUntold(): readonly ThrottleCount[] {
    const counts = [...this.#tallies.values()].map((tally) => tally.takeUntold())
    return mostFrequentFirst(counts.filter(({ refused, observed }) => refused + observed > 0))
  }
}

/** Whether the table is still the same, with the index if there is one. */
function isStillThere({ before, after }: TableChange, index: string | undefined): boolean {
  if (after === undefined || after.tableId !== before?.tableId) return false
  return index === undefined || after.indexes.some(({ name }) => name === index)
}

function mostFrequentFirst(counts: readonly ThrottleCount[]): readonly ThrottleCount[] {
  return counts.toSorted((a, b) => b.refused + b.observed - (a.refused + a.observed))
}
