/**
 * Which partition holds a key: ranges that together are the whole key space of a table or global index, as one immutable value
 * (capacity.md §7.1). A split makes another value, and nothing is ever merged.
 *
 * It stands in the store as JSON text:
 *
 * | member       | value                                                                                                  |
 * | ------------ | ------------------------------------------------------------------------------------------------------ |
 * | `format`     | 1                                                                                                      |
 * | `nextId`     | the id of the next partition; greater than that of every partition there ever was                      |
 * | `partitions` | in the order of their ranges, each `{ id, sinceMs, hash, rest?, parentId? }`; `hash` and `rest` are where it starts, `rest` in base64 |
 * | `splits`     | `{ counts, recent }`, as in partition-splits.ts; absent: there was none                                |
 */
import { assert } from '../../base/assert.ts'
import { compareBytes } from '../../base/bytes.ts'
import type { KeyBytes, KeyRange, StoredValue } from '../../storage/store.ts'
import { collectionPrefixBytes, hashOf, hashSpace } from '../keyspace/keys.ts'
import { compareRest, type DataPlace } from '../keyspace/partition-keys.ts'
import { noSplits, type PartitionSplits, type SplitReason, withSplit } from './partition-splits.ts'

export interface Partition {
  /** From 1, never used again in the same table or index. */
  readonly id: number
  readonly start: DataPlace
  /** When it came to be. Milliseconds since the epoch. */
  readonly sinceMs: number
  /** The one that was split. */
  readonly parentId?: number
}

export interface PartitionRange {
  readonly start: DataPlace
  /** Exclusive. */
  readonly end: DataPlace
}

interface StoredPartition extends Omit<Partition, 'start'> {
  readonly hash: number
  readonly rest?: string
}

interface StoredMap {
  readonly format: number
  readonly nextId: number
  readonly partitions: readonly StoredPartition[]
  readonly splits?: PartitionSplits
}

/** Why and when partitions are divided. */
export interface SplitCause {
  readonly reason: SplitReason
  readonly nowMs: number
}

const format = 1
const endOfSpace: DataPlace = { hash: hashSpace }

export class PartitionMap {
  /** In the order of their ranges; the first starts at hash 0. */
  readonly partitions: readonly Partition[]
  readonly splits: PartitionSplits
  readonly #nextId: number
  readonly #hashes: Uint32Array

  private constructor(partitions: readonly Partition[], nextId: number, splits: PartitionSplits = noSplits) {
    this.partitions = partitions
    this.splits = splits
    this.#nextId = nextId
    this.#hashes = Uint32Array.from(partitions, ({ start }) => start.hash)
  }

  /** `count` partitions that share the hash space evenly. */
  static even(count: number, nowMs: number): PartitionMap {
    const partitions = Array.from({ length: count }, (_, at) => {
      return { id: at + 1, start: { hash: Math.floor((hashSpace * at) / count) }, sinceMs: nowMs }
    })
    return new PartitionMap(partitions, count + 1)
  }

  /** From a stored value. An unknown format is a failed assertion: the store was written by a newer Stator. */
  static decode(value: StoredValue): PartitionMap {
    const stored = JSON.parse(String(value)) as StoredMap
    assert(stored.format === format, 'unknown format of a partition map', stored.format)
    const partitions = stored.partitions.map(({ hash, rest, ...partition }) => {
      return { ...partition, start: { hash, ...(rest !== undefined && { rest: Buffer.from(rest, 'base64') }) } }
    })
    return new PartitionMap(partitions, stored.nextId, stored.splits)
  }

  encode(): string {
    const partitions = this.partitions.map(({ start: { hash, rest }, ...partition }): StoredPartition => {
      return { ...partition, hash, ...(rest !== undefined && { rest: Buffer.from(rest).toString('base64') }) }
    })
    const stored: StoredMap = { format, nextId: this.#nextId, partitions, ...(this.splits !== noSplits && { splits: this.splits }) }
    return JSON.stringify(stored)
  }

  /** The place in `partitions` of the one that holds the data key. Allocates nothing. */
  indexOf(key: KeyBytes): number {
    const hash = hashOf(key)
    let low = 0
    let high = this.partitions.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const start = this.#hashes[middle] ?? 0
      if (start < hash || (start === hash && this.#startsUpTo(middle, key))) low = middle
      else high = middle - 1
    }
    return low
  }

  /** How many partitions hold a part of a range of data keys: 1 at least. */
  countIn({ start, end }: KeyRange): number {
    return Math.max(1, this.#firstNotBefore(end) - this.indexOf(start))
  }

  /** The place in `partitions` of the one with this id; -1 when it is not there, or not any more. */
  placeOf(partitionId: number): number {
    return this.partitions.findIndex(({ id }) => id === partitionId)
  }

  /** The range of the partition at this place in `partitions`. */
  rangeAt(place: number): PartitionRange {
    const partition = this.partitions[place]
    assert(partition !== undefined, 'a partition is asked for at a place that there is', place)
    return { start: partition.start, end: this.partitions[place + 1]?.start ?? endOfSpace }
  }

  /** Where partitions start that do not start inside an item collection. Ascending from 0. */
  get startHashes(): readonly number[] {
    return this.partitions.filter(({ start }) => start.rest === undefined).map(({ start }) => start.hash)
  }

  /** The map after this partition was divided at these positions, ascending and inside of its range. All parts are new partitions. */
  split(partitionId: number, at: readonly DataPlace[], { reason, nowMs }: SplitCause): PartitionMap {
    const place = this.placeOf(partitionId)
    const { start, end } = this.rangeAt(place)
    const starts = [start, ...at]
    for (const [number, position] of starts.entries()) {
      assert(comparePlaces(position, starts[number + 1] ?? end) < 0, 'a partition is divided inside of its range')
    }
    const children = starts.map((position, number): Partition => {
      return { id: this.#nextId + number, start: position, sinceMs: nowMs, parentId: partitionId }
    })
    const split = { partition: partitionId, into: children.map(({ id }) => id), reason, atMs: nowMs }
    return new PartitionMap(this.partitions.toSpliced(place, 1, ...children), this.#nextId + children.length, withSplit(this.splits, split))
  }

  /** The place of the first partition that has nothing before the key, which may end with its hash or be the end of the space. */
  #firstNotBefore(key: KeyBytes): number {
    if (key.length < collectionPrefixBytes) return this.partitions.length
    const place = this.indexOf(key)
    const { hash, rest } = this.rangeAt(place).start
    const isAtStart = rest === undefined ? key.length === collectionPrefixBytes : compareRest(key, rest) === 0
    return isAtStart && hash === hashOf(key) ? place : place + 1
  }

  /** Of a partition that starts at the key's hash: whether it starts before the key, or with it. */
  #startsUpTo(place: number, key: KeyBytes): boolean {
    const rest = this.partitions[place]?.start.rest
    return rest === undefined || compareRest(key, rest) >= 0
  }
}

/** Negative, zero or positive, as `a` lies before, with or behind `b`. */
export function comparePlaces(a: DataPlace, b: DataPlace): number {
  if (a.hash !== b.hash) return a.hash - b.hash
  if (a.rest === undefined || b.rest === undefined) return Number(a.rest !== undefined) - Number(b.rest !== undefined)
  return compareBytes(a.rest, b.rest)
}

/** Whether the range has the keys of one hash alone, which as good as always is one item collection or a part of one. */
export function isOneCollection({ start, end }: PartitionRange): boolean {
  return end.hash === start.hash || (end.hash === start.hash + 1 && end.rest === undefined)
}

/** How many hashes the range has keys of, as far as they are known to be there: those inside which it begins or ends included. */
export function hashCount({ start, end }: PartitionRange): number {
  return end.hash - start.hash + (end.rest === undefined ? 0 : 1)
}

/** Half way between the first hash and the last; undefined when there is nothing between. */
export function middleOf({ start, end }: PartitionRange): DataPlace | undefined {
  const hash = start.hash + Math.ceil((end.hash - start.hash) / 2)
  const middle: DataPlace = { hash }
  return comparePlaces(start, middle) < 0 && comparePlaces(middle, end) < 0 ? middle : undefined
}
