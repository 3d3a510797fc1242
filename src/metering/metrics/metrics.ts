/**
 * All metrics of a database: named series of measurements, as CloudWatch knows them (metrics-and-iam.md §1). What they measured
 * is kept by the minute (keep-metrics.ts); here is which there are and which have something to keep. Which the store knows is a
 * cache that is true by a version: whatever is put or deleted for a series is decided on what the store says of it then.
 */

import { assert } from '../../base/assert.ts'
import { versionedRecordsIds } from '../../engine/keyspace/keys.ts'
import { type RecordChange, VersionedRecords } from '../../engine/records/versioned-records.ts'
import type { Store } from '../../storage/store.ts'
import { metricSeriesFullShare, metricSeriesMax, metricSeriesRoomyShare } from '../limits.ts'
import { type KeepingProgress, noProgress } from './keeping-progress.ts'
import { allSeriesRange, type SeriesId, seriesIdIn, writerMax } from './metric-keys.ts'
import type { Dimensions, MetricName } from './metric-names.ts'
import { Series, type SeriesKeeper } from './series.ts'
import { decodeSeries, seriesText } from './stored-series.ts'

export interface StoredSeries {
  readonly id: SeriesId
  /** Its definition (stored-series.ts). */
  readonly text: string
  /** Undefined if this version does not know the metric. */
  readonly series: Series | undefined
  readonly isLeaving: boolean
}

export class Metrics implements SeriesKeeper {
  /** Tells the points of this process from those that others put for the same minutes: 0 where there are no others. */
  readonly writer: number
  readonly records: VersionedRecords
  /** How far keep-metrics.ts has come. */
  readonly progress: KeepingProgress = noProgress()
  /** By their definitions. */
  readonly #series = new Map<string, Series>()
  /** Those with measurements that are not stored. */
  readonly #active = new Set<Series>()
  /** As of the version of the records. */
  readonly #stored = new Map<SeriesId, StoredSeries>()
  /** How many of them have names that this version does not know. */
  #strangers = 0
  /** Series whose id is another's in the store, or whose row is damaged there. */
  readonly #shut = new Set<SeriesId>()
  #dropped = 0
  #work: Promise<void> | undefined
  #workCount = 0

  constructor(writer = 0) {
    assert(Number.isInteger(writer) && writer >= 0 && writer <= writerMax, 'a writer fits into the key of a point', { writer })
    this.writer = writer
    this.records = new VersionedRecords(versionedRecordsIds.metricSeries, {
      ranges: [allSeriesRange()],
      apply: (changes) => this.#apply(changes),
      replace: (all) => this.#replace(all),
    })
  }

  /**
   * The series of this name and these dimensions, made at its first use. Hold on to it: looking it up costs. While there are too many
   * it is one that is not kept.
   */
  series(name: MetricName, dimensions: Dimensions): Series {
    const text = seriesText({ name, dimensions })
    const known = this.#series.get(text)
    if (known !== undefined) return known
    const series = new Series(name, dimensions, this)
    if (!this.#isFull) this.#series.set(text, series)
    return series
  }

  /** The series of which any measurement is kept. */
  *known(): Iterable<{ readonly name: MetricName; readonly dimensions: Dimensions }> {
    for (const series of this.#series.values()) {
      if (series.isStored || series.hasUnstored || series.isBeingStored) yield series
    }
  }

  find(name: MetricName, dimensions: Dimensions): Series | undefined {
    return this.#series.get(seriesText({ name, dimensions }))
  }

  all(): Iterable<Series> {
    return this.#series.values()
  }

  /** How many minutes of series were not kept, because there were too many series. */
  get dropped(): number {
    return this.#dropped
  }

  beginMinute(series: Series): boolean {
    // One that was forgotten and is measured again comes back, as soon as there is room.
    const text = seriesText(series)
    const isKnown = this.#series.has(text)
    if ((!isKnown && this.#isFull) || (this.#shut.size > 0 && this.#shut.has(series.id))) {
      this.#dropped += 1
      return false
    }
    if (!isKnown) this.#series.set(text, series)
    this.#active.add(series)
    return true
  }

  /** These minutes of a series were measured, and found no place in the store: there are too many, it has the id of another, or its row is damaged. */
  refused(series: Series, minutes: number, why: 'full' | 'collision' | 'damaged'): void {
    this.#dropped += minutes
    if (why !== 'full') this.#shut.add(series.id)
    else this.#series.delete(seriesText(series))
  }

  /** Reads which series the store has: once, when the engine opens. */
  load(store: Store): Promise<void> {
    return this.records.load(store)
  }

  /** Finds out which series others have put into the store, for who asks which there are. Two keys are read when nobody has. */
  async refresh(store: Store): Promise<void> {
    await this.records.catchUp(store)
  }

  /** Series with something that is not stored; one that has nothing any more is left out from now on. */
  *active(): Iterable<Series> {
    for (const series of this.#active) {
      if (series.hasUnstored) yield series
      else this.#active.delete(series)
    }
  }

  /** All that the store knows, as of the version of the records. */
  stored(): Iterable<StoredSeries> {
    return this.#stored.values()
  }

  /** What the store has under this id. */
  storedAs(id: SeriesId): StoredSeries | undefined {
    return this.#stored.get(id)
  }

  get storedCount(): number {
    return this.#stored.size
  }

  /** When there are nearly too many, what nobody measured is left out; it comes back with its first measurement. */
  forgetUnmeasured(): void {
    if (!this.#isCrowded) return
    for (const [text, series] of this.#series) {
      if (isIdle(series) && !series.isStored && !this.#stored.has(series.id)) this.#series.delete(text)
    }
  }

  /** When there are nearly too many: those that were measured longest ago, to be dropped from the store. */
  surplus(): readonly Series[] {
    if (!this.#isCrowded) return []
    this.forgetUnmeasured()
    const idle = [...this.#series.values()].filter(isIdle).sort((a, b) => lastMs(a) - lastMs(b))
    return idle.slice(0, Math.max(0, this.#size - metricSeriesRoomyShare * metricSeriesMax))
  }

  /** Work that is under way between memory and store; readers wait for it. */
  get work(): Promise<void> | undefined {
    return this.#work
  }

  /** How many pieces of such work have begun. */
  get workCount(): number {
    return this.#workCount
  }

  /** Does one piece of such work at a time. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#work !== undefined) await this.#work
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#work = promise
    this.#workCount += 1
    try {
      return await work()
    } finally {
      this.#work = undefined
      resolve()
    }
  }

  get #size(): number {
    return this.#series.size + this.#strangers
  }

  get #isCrowded(): boolean {
    return this.#size > metricSeriesFullShare * metricSeriesMax
  }

  get #isFull(): boolean {
    return this.#size >= metricSeriesMax
  }

  #apply(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      const id = seriesIdIn(key)
      if (value === undefined) {
        this.#forget(id)
        continue
      }
      const { text, definition, isLeaving } = decodeSeries(value)
      const before = this.#stored.get(id)
      if (before !== undefined && before.text !== text) this.#forget(id)
      const series = definition && this.#kept(text, definition.name, definition.dimensions)
      if (series !== undefined) series.isStored = !isLeaving
      else if (!this.#stored.has(id)) this.#strangers += 1
      this.#stored.set(id, { id, text, series, isLeaving })
    }
  }

  #replace(all: readonly RecordChange[]): void {
    const there = new Set(all.map(({ key }) => seriesIdIn(key)))
    for (const id of [...this.#stored.keys()]) if (!there.has(id)) this.#forget(id)
    this.#apply(all)
  }

  /** Of a series that the store has: it is known however many there are. */
  #kept(text: string, name: MetricName, dimensions: Dimensions): Series {
    let series = this.#series.get(text)
    if (series === undefined) {
      series = new Series(name, dimensions, this)
      this.#series.set(text, series)
    }
    return series
  }

  /** The store has nothing of it any more. */
  #forget(id: SeriesId): void {
    const stored = this.#stored.get(id)
    if (stored === undefined) return
    this.#stored.delete(id)
    this.#shut.delete(id)
    const { text, series } = stored
    if (series === undefined) {
      this.#strangers -= 1
      return
    }
    series.isStored = false
    if (isIdle(series)) this.#series.delete(text)
  }
}

/** Nothing of it is on its way into the store. */
function isIdle({ hasUnstored, isBeingStored }: Series): boolean {
  return !hasUnstored && !isBeingStored
}

function lastMs({ lastMinuteMs, lastStoredMs }: Series): number {
  return Math.max(lastMinuteMs, lastStoredMs)
}
