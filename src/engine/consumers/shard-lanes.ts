/**
 * The records of a shard on their way to being handled, in lanes by the hash of their partition keys: what is done for different
 * lanes may overlap, and the records of an item stay in one lane, in their order. Plain state in memory: what is in it is read again
 * after a restart.
 */
import { hash32 } from '../../base/hash.ts'
import type { KeySchema } from '../schema/table.ts'
import type { StoredRecord } from '../streams/stored-record.ts'
import type { ShardPosition } from './consumer-record.ts'

export interface LaneRecord {
  readonly number: number
  readonly sizeBytes: number
}

export class ShardLanes<Kind extends LaneRecord> {
  readonly #lanes: readonly Kind[][]
  /** How many of the first records of a lane are done: they are taken out now and then, so that taking one costs little. */
  readonly #done: number[]
  #read: ShardPosition
  #count = 0
  #sizeBytes = 0

  /** `read`: where reading begins. */
  constructor(laneCount: number, read: ShardPosition) {
    this.#lanes = Array.from({ length: laneCount }, () => [])
    this.#done = this.#lanes.map(() => 0)
    this.#read = read
  }

  get laneCount(): number {
    return this.#lanes.length
  }

  /** Where reading goes on. */
  get read(): ShardPosition {
    return this.#read
  }

  /** Of records that are not done. */
  get count(): number {
    return this.#count
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** What was read, up to `read`; those that are nobody's business are left out. */
  add(records: Iterable<Kind>, read: ShardPosition, laneOf: (record: Kind) => number): void {
    for (const record of records) {
      this.#lanes[laneOf(record)]?.push(record)
      this.#count += 1
      this.#sizeBytes += record.sizeBytes
    }
    this.#read = read
  }

  countIn(lane: number): number {
    return (this.#lanes[lane]?.length ?? 0) - (this.#done[lane] ?? 0)
  }

  /** The next records of a lane, in the order of their numbers. */
  first(lane: number, countMax: number): readonly Kind[] {
    const from = this.#done[lane] ?? 0
    return this.#lanes[lane]?.slice(from, from + countMax) ?? []
  }

  /** The first records of the lane are done. */
  done(lane: number, count: number): void {
    const records = this.#lanes[lane] ?? []
    const from = this.#done[lane] ?? 0
    const doneNow = records.slice(from, from + count)
    this.#count -= doneNow.length
    for (const { sizeBytes } of doneNow) this.#sizeBytes -= sizeBytes
    const doneCount = from + doneNow.length
    if (doneCount * 2 >= records.length) {
      records.splice(0, doneCount)
      this.#done[lane] = 0
    } else {
      this.#done[lane] = doneCount
    }
  }

  /** Up to where everything is done: before the first record that is not, whatever is done behind it. */
  get position(): ShardPosition {
    let next: number | undefined
    for (const [lane, records] of this.#lanes.entries()) {
      const first = records[this.#done[lane] ?? 0]
      if (first !== undefined && (next === undefined || first.number < next)) next = first.number
    }
    return next === undefined ? this.#read : { next, isEnd: false }
  }
}

/** The lane of a record, by the value of its partition key. */
export function laneOfRecord(record: Pick<StoredRecord, 'images'>, key: KeySchema, laneCount: number): number {
  if (laneCount === 1) return 0
  const value = keysOfRecord(record)[key.hash[0]?.name ?? '']
  return hash32(Buffer.from(JSON.stringify(value), 'utf8')) % laneCount
}

type JsonAttributes = { readonly [name: string]: { readonly [type: string]: unknown } }

/** The keys of a record, without reading its images. Numbers are written in one way only, so that equal keys are equal texts. */
export function keysOfRecord({ images }: Pick<StoredRecord, 'images'>): JsonAttributes {
  const start = images.indexOf('{')
  let depth = 0
  let isText = false
  for (let at = start; at < images.length; at += 1) {
    const letter = images[at]
    if (isText) {
      if (letter === '\\') at += 1
      else if (letter === '"') isText = false
    } else if (letter === '"') isText = true
    else if (letter === '{') depth += 1
    else if (letter === '}') {
      depth -= 1
      if (depth === 0) return JSON.parse(images.slice(start, at + 1)) as JsonAttributes
    }
  }
  return {}
}
