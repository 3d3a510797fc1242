/** What the job that splits partitions remembers between its steps, in memory alone: after a restart it finds out again. */

import { minuteMs } from '../../base/clock.ts'
import type { Catalog } from '../../engine/catalog/catalog.ts'
import type { CatalogChange } from '../../engine/catalog/catalog-records.ts'
import { type DataSpace, hashSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import { hashCount, type PartitionRange } from '../../engine/schema/partition-map.ts'
import { partitionLookEveryMs } from '../limits.ts'
import type { SizeMeasurement } from './size-measurement.ts'

/** How large a partition was, and the whole table or index with it, when it was measured. */
export interface MeasuredSize {
  readonly sizeBytes: number
  readonly totalBytes: number
  /** The least that table or index has had since: what is deleted in one partition must not hide that another grows. */
  readonly leastTotalBytes: number
  /** It is too large, and there was no place to divide it. */
  readonly isIndivisible?: boolean
}

export class PartitionWatch {
  /** By the name of the space, then by partition id. */
  readonly #sizes = new Map<number, Map<number, MeasuredSize>>()
  /** The one measurement that is under way. */
  measurement: SizeMeasurement | undefined
  #lookedMs: number | undefined
  #judgedMinute: number | undefined

  /** What was measured of a table or index, by partition id. */
  sizesOf(space: DataSpace): Map<number, MeasuredSize> {
    const number = spaceNumber(space)
    const known = this.#sizes.get(number)
    if (known !== undefined) return known
    const sizes = new Map<number, MeasuredSize>()
    this.#sizes.set(number, sizes)
    return sizes
  }

  /** So much the table or index has now. */
  noteTotal(space: DataSpace, totalBytes: number): void {
    const sizes = this.#sizes.get(spaceNumber(space))
    if (sizes === undefined) return
    for (const [id, measured] of sizes) {
      if (totalBytes < measured.leastTotalBytes) sizes.set(id, { ...measured, leastTotalBytes: totalBytes })
    }
  }

  /** What was measured of partitions that are no more is forgotten. */
  catalogChanged({ partitioned }: CatalogChange, catalog: Catalog): void {
    for (const space of partitioned) {
      const sizes = this.#sizes.get(spaceNumber(space))
      if (sizes === undefined) continue
      const map = catalog.partitionMap(space)
      if (map === undefined) this.#sizes.delete(spaceNumber(space))
      else for (const id of sizes.keys()) if (map.placeOf(id) < 0) sizes.delete(id)
    }
  }

  /** Whether it is time to look at all partitions. A clock that was set back makes it so. */
  isDue(nowMs: number): boolean {
    return this.#lookedMs === undefined || nowMs < this.#lookedMs || nowMs >= this.#lookedMs + partitionLookEveryMs
  }

  /** A look begins. True when it is the first one in the minute of `judgedMs`: heat and sizes are judged once in a minute. */
  beginLook(nowMs: number, judgedMs: number): boolean {
    this.#lookedMs = nowMs
    const minute = Math.floor(judgedMs / minuteMs)
    const isNewMinute = minute !== this.#judgedMinute
    this.#judgedMinute = minute
    return isNewMinute
  }

  /** Makes the next look due now, one that judges. */
  hasten(): void {
    this.#lookedMs = undefined
    this.#judgedMinute = undefined
  }
}

/** From when it was measured, as if all partitions had grown alike since; one that was not has its share of the hash space. */
export function estimatedSizeBytes(measured: MeasuredSize | undefined, range: PartitionRange, totalBytes: number): number {
  if (measured === undefined) return Math.round((totalBytes * hashCount(range)) / hashSpace)
  return measured.totalBytes === 0 ? 0 : Math.round((measured.sizeBytes * totalBytes) / measured.totalBytes)
}
