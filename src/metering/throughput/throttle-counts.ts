/** How often something had no capacity left, by reason: since the process started, and since the log last told of it. */

import type { CatalogChange, TableChange } from '../../engine/catalog/catalog-records.ts'
import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
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
  /** By the number that `spaceNumber` gives it: another table may have the name. Undefined for requests about tables. */
  readonly space: number | undefined
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
  /** Undefined for requests about tables. */
  readonly space: DataSpace | undefined
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
    const { keyAttributes: _, space, ...thing } = this.thing
    return {
      ...thing,
      space: space && spaceNumber(space),
      refused: this.#refused,
      observed: this.#observed,
      lastMs: this.#lastMs,
      keys: this.#shown(this.#keys),
    }
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
    const { region, space, reason } = thing
    const name = `${space === undefined ? region : spaceNumber(space)}\0${reason}`
    const known = this.#tallies.get(name)
    if (known !== undefined) return known
    const tally = new ThrottleTally(thing)
    if (this.#tallies.size < throttleTalliesMax) this.#tallies.set(name, tally)
    return tally
  }

  /** How many were forgotten since the process started. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** Deleted tables are forgotten, and with a deleted index what was counted of it. */
  catalogChanged({ tables }: CatalogChange): void {
    if (this.#tallies.size === 0) return
    const changes = new Map(tables.flatMap((change) => (change.before === undefined ? [] : [[change.before.tableId, change]])))
    for (const [name, { thing }] of this.#tallies) {
      const change = thing.space && changes.get(thing.space.tableId)
      if (thing.space === undefined || change === undefined || isStillThere(change, thing.space)) continue
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

/** Whether the table is still the same, with the index if it is one's. */
function isStillThere({ after }: TableChange, { tableId, indexId }: DataSpace): boolean {
  if (after?.tableId !== tableId) return false
  return indexId === 0 || after.indexes.some((index) => index.indexId === indexId)
}

function mostFrequentFirst(counts: readonly ThrottleCount[]): readonly ThrottleCount[] {
  return counts.toSorted((a, b) => b.refused + b.observed - (a.refused + a.observed))
}
