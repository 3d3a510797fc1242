/**
 * The numbers of stream records: one row for all streams, so that a record of a child has a greater one than any of its parent.
 * None is given twice, whatever crashes or is rolled back. What is stored is a bound that no number of a durable record exceeds;
 * it is raised by a block at a time, in the commit that first needs it, so that it costs next to nothing.
 *
 * On the wire a number is a SequenceNumber of 24 digits: `100000000`, then the number in 15 digits.
 */
import type { Store, StoredValue, WriteTurn } from '../../storage/store.ts'
import { recordNumberBoundKey } from '../keyspace/keys.ts'

const blockLength = 100_000
const wireOffset = 10n ** 23n
const wireDigits = 15
/** What fits into a store key. */
const numberMax = 2 ** 48 - 1

export class RecordNumbers {
  #last = 0
  /** Up to here numbers may be part of a commit; stored, or about to be in the commit under way. */
  #bound = 0

  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    const bound = Number((await snapshot.get(recordNumberBoundKey())) ?? 0)
    this.#last = bound
    this.#bound = bound
  }

  /** The last number given, to a durable record or not. */
  get last(): number {
    return this.#last
  }

  /** Called inside a turn. A number of a turn that comes to nothing is not given again. */
  next(): number {
    this.#last += 1
    return this.#last
  }

  /** Part of every commit: see StoreObserver. */
  flush(turn: WriteTurn): void {
    if (this.#last <= this.#bound) return
    this.#bound = this.#last + blockLength
    const bound: StoredValue = String(this.#bound)
    turn.put(recordNumberBoundKey(), bound)
  }

  /** The commit failed, and perhaps with it a new bound: the next commit stores one. */
  rolledBack(): void {
    this.#bound = 0
  }
}

export function sequenceNumber(number: number): string {
  return `100000000${String(number).padStart(wireDigits, '0')}`
}

/** What a SequenceNumber stands for: 0 below all numbers there can be, `numberMax` above; undefined for text that is no number. */
export function numberOfSequence(text: string): number | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const number = BigInt(text) - wireOffset
  if (number < 0n) return 0
  return number > BigInt(numberMax) ? numberMax : Number(number)
}
