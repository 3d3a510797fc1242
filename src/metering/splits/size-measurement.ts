/**
 * Measures one partition while its data is scanned in pieces, and finds where half of its bytes lie: at the border of an item
 * collection, or between sort keys when one collection is all that the partition has. Memory is bounded however large it is.
 */

import { afterHash, hashOf, rangeBeyond } from '../../engine/keyspace/keys.ts'
import type { DataPlace } from '../../engine/keyspace/partition-keys.ts'
import { placeRange } from '../../engine/keyspace/partition-keys.ts'
import { comparePlaces, isOneCollection, type PartitionRange } from '../../engine/schema/partition-map.ts'
import { type PartitionedSpace, spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { measuredBordersMin } from '../limits.ts'

interface MeasuredPartition {
  readonly region: string
  readonly target: PartitionedSpace
  readonly partitionId: number
  readonly range: PartitionRange
  /** What the partition should be at most; it may be more. */
  readonly sizeBytesMax: number
}

/** Where a partition may be divided, and the bytes in front of it. */
interface Border {
  readonly position: DataPlace
  readonly bytesBefore: number
}

export interface SizeSplit {
  readonly at: readonly DataPlace[]
  /** Of the parts. */
  readonly sizesBytes: readonly number[]
}

export class SizeMeasurement {
  /** As the catalog calls the region of the table. */
  readonly region: string
  readonly target: PartitionedSpace
  readonly partitionId: number
  /** What is still to be scanned. */
  rest: KeyRange
  readonly #range: PartitionRange
  readonly #isOneCollection: boolean
  #bytes = 0
  #borders: Border[] = []
  #borderEveryBytes: number
  #lastHash: number | undefined
  /** Where the collection looked at begins. */
  #bytesBeforeLastHash = 0

  constructor({ region, target, partitionId, range, sizeBytesMax }: MeasuredPartition) {
    this.region = region
    this.target = target
    this.partitionId = partitionId
    this.rest = placeRange(spaceOf(target.table, target.index), range.start, range.end)
    this.#range = range
    this.#isOneCollection = isOneCollection(range)
    this.#borderEveryBytes = sizeBytesMax / measuredBordersMin
  }

  get sizeBytes(): number {
    return this.#bytes
  }

  /** The next item or entry of the range. */
  add(key: KeyBytes, sizeBytes: number): void {
    this.rest = rangeBeyond(this.rest, key)
    const hash = hashOf(key)
    const isNewHash = hash !== this.#lastHash
    if (isNewHash) this.#bytesBeforeLastHash = this.#bytes
    if (isNewHash || this.#isOneCollection) this.#noteBorder(hash, key)
    this.#lastHash = hash
    this.#bytes += sizeBytes
  }

  /** Where to divide so that the parts are as even as can be; undefined when there is no place for it. */
  split(): SizeSplit | undefined {
    const half = this.#bytes / 2
    let best: Border | undefined
    for (const border of this.#borders) {
      if (best === undefined || Math.abs(border.bytesBefore - half) < Math.abs(best.bytesBefore - half)) best = border
    }
    if (best !== undefined) return { at: [best.position], sizesBytes: [best.bytesBefore, this.#bytes - best.bytesBefore] }
    return this.#isOneCollection ? undefined : this.#isolation()
  }

  /** As good as everything is one item collection, the last: it gets a partition of its own. */
  #isolation(): SizeSplit | undefined {
    const hash = this.#lastHash
    if (hash === undefined) return undefined
    const before: DataPlace = { hash }
    const after: DataPlace = { hash: hash + 1 }
    const { start, end } = this.#range
    const isBefore = comparePlaces(start, before) < 0
    const isAfter = comparePlaces(after, end) < 0
    const ownBytes = this.#bytes - (isBefore ? this.#bytesBeforeLastHash : 0)
    return {
      at: [...(isBefore ? [before] : []), ...(isAfter ? [after] : [])],
      sizesBytes: [...(isBefore ? [this.#bytesBeforeLastHash] : []), ownBytes, ...(isAfter ? [0] : [])],
    }
  }

  #noteBorder(hash: number, key: KeyBytes): void {
    const bytesBefore = this.#bytes
    if (bytesBefore - (this.#borders.at(-1)?.bytesBefore ?? 0) < this.#borderEveryBytes || bytesBefore === 0) return
    // A copy: keys may share large blocks of memory.
    const position = this.#isOneCollection ? { hash, rest: Uint8Array.from(afterHash(key)) } : { hash }
    this.#borders.push({ position, bytesBefore })
    if (this.#borders.length < measuredBordersMin * 2) return
    this.#borders = this.#borders.filter((_, at) => at % 2 === 1)
    this.#borderEveryBytes *= 2
  }
}
