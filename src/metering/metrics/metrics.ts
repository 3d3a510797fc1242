/**
 * All metrics of a database: named series of measurements, as CloudWatch knows them (metrics-and-iam.md §1). What they measured
 * is kept by the minute (metering/metrics/keep-metrics.ts); here is which there are and which have something to keep.
 */

import type { Store } from '../../storage/store.ts'
import { metricSeriesFullShare, metricSeriesMax, metricSeriesRoomyShare } from '../limits.ts'
import type { Dimensions, MetricName } from './metric-names.ts'
import { Series, type SeriesKeeper } from './series.ts'
import { readSeries } from './stored-series.ts'

export interface StoredSeries {
  readonly id: number
  /** Undefined if this version does not know the metric. */
  readonly series: Series | undefined
}

export class Metrics implements SeriesKeeper {
  readonly #series = new Map<string, Series>()
  /** Those with measurements that are not stored. */
  readonly #active = new Set<Series>()
  /** Of the store, under names that this version does not know. */
  #strangers: readonly number[] = []
  #nextId = 1
  #dropped = 0
  #work: Promise<void> | undefined

  /**
   * The series of this name and these dimensions, made at its first use. Hold on to it: looking it up costs. While there are too many
   * it is one that is not kept.
   */
  series(name: MetricName, dimensions: Dimensions): Series {
    const key = keyOf(name, dimensions)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const series = new Series(name, dimensions, this)
    if (this.#series.size < metricSeriesMax) this.#series.set(key, series)
    return series
  }

  /** The series of which any measurement is kept. */
  *known(): Iterable<{ readonly name: MetricName; readonly dimensions: Dimensions }> {
    for (const series of this.#series.values()) {
      if (series.id !== undefined || series.hasUnstored) yield series
    }
  }

  find(name: MetricName, dimensions: Dimensions): Series | undefined {
    return this.#series.get(keyOf(name, dimensions))
  }

  all(): Iterable<Series> {
    return this.#series.values()
  }

  /** How many minutes of series were not kept, because there were too many series. */
  get dropped(): number {
    return this.#dropped
  }

  begins(series: Series): boolean {
    // One that was forgotten and is measured again comes back, as soon as there is room.
    const key = keyOf(series.name, series.dimensions)
    if (!this.#series.has(key)) {
      if (this.#series.size >= metricSeriesMax) {
        this.#dropped += 1
        return false
      }
      this.#series.set(key, series)
    }
    this.#active.add(series)
    return true
  }

  /** Reads which series the store has: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    const strangers: number[] = []
    for (const { id, definition } of await readSeries(store)) {
      this.#nextId = Math.max(this.#nextId, id + 1)
      const series = definition && this.series(definition.name, definition.dimensions)
      if (series === undefined || series.isStored) {
        strangers.push(id)
        continue
      }
      series.id = id
      series.isStored = true
    }
    this.#strangers = strangers
  }

  /** Series with something that is not stored; one that has nothing any more is left out from now on. */
  *active(): Iterable<Series> {
    for (const series of this.#active) {
      if (series.hasUnstored) yield series
      else this.#active.delete(series)
    }
  }

  /** The series under whose number the store is to keep what this one measured: itself, unless another took its place meanwhile. */
  numbered(series: Series): Series & { readonly id: number } {
    const kept = this.#series.get(keyOf(series.name, series.dimensions)) ?? series
    kept.id ??= this.#nextId++
    return kept as Series & { readonly id: number }
  }

  /** All that the store knows. */
  stored(): readonly StoredSeries[] {
    const strangers = this.#strangers.map((id) => ({ id, series: undefined }))
    return [...strangers, ...[...this.#series.values()].flatMap(asStored)]
  }

  /**
   * When there are nearly too many: those that were measured longest ago, to be dropped from the store. What nobody measured is left
   * out at once; it comes back with its first measurement.
   */
  surplus(): readonly StoredSeries[] {
    if (this.#series.size <= metricSeriesFullShare * metricSeriesMax) return []
    for (const [key, series] of this.#series) {
      if (!series.isStored && !series.hasUnstored) this.#series.delete(key)
    }
    const idle = [...this.#series.values()].filter(({ hasUnstored }) => !hasUnstored).sort((a, b) => a.lastMinuteMs - b.lastMinuteMs)
    return idle.slice(0, Math.max(0, this.#series.size - metricSeriesRoomyShare * metricSeriesMax)).flatMap(asStored)
  }

  /** The store has nothing of it any more. */
  forget({ id, series }: StoredSeries): void {
    if (series === undefined) {
      this.#strangers = this.#strangers.filter((other) => other !== id)
      return
    }
    if (series.id === id) {
      series.id = undefined
      series.isStored = false
    }
    if (!series.hasUnstored) this.#series.delete(keyOf(series.name, series.dimensions))
  }

  /** Work that is under way between memory and store; readers wait for it. */
  get work(): Promise<void> | undefined {
    return this.#work
  }

  /** Does one piece of such work at a time. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#work !== undefined) await this.#work
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#work = promise
    try {
      return await work()
    } finally {
      this.#work = undefined
      resolve()
    }
  }
}

function asStored(series: Series): readonly StoredSeries[] {
  return series.isStored && series.id !== undefined ? [{ id: series.id, series }] : []
}

function keyOf(name: MetricName, dimensions: Dimensions): string {
  const { region, TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '', IndexName = '' } = dimensions
  return `${name} ${region} ${TableName} ${GlobalSecondaryIndexName} ${Operation} ${StreamLabel} ${IndexName}`
}
