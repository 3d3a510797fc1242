/**
 * One turn while it is decided: reads go to the values before the turn, changes wait here until `decide` has returned. So a
 * `decide` that throws has nothing to undo. Every local store uses it.
 */
import { assert } from '../../base/assert.ts'
import { compareBytes } from '../../base/bytes.ts'
import type { KeyBytes, StoredValue, WriteTurn } from '../store.ts'

/** `value` undefined: the key is deleted. */
export interface Change {
  readonly key: KeyBytes
  readonly value: StoredValue | undefined
}

export class BufferedTurn implements WriteTurn {
  readonly #read: (key: KeyBytes) => StoredValue | undefined
  readonly #reads: readonly KeyBytes[] | undefined
  readonly #changes: Change[] = []
  #over = false

  /** `reads` undefined: any key may be read (the observer's turn). */
  constructor(reads: readonly KeyBytes[] | undefined, read: (key: KeyBytes) => StoredValue | undefined) {
    this.#reads = reads
    this.#read = read
  }

  get(key: KeyBytes): StoredValue | undefined {
    assert(!this.#over, 'turn used after its decide returned')
    assert(this.#reads === undefined || isNamed(this.#reads, key), 'turn reads a key it did not name', { key })
    return this.#read(key)
  }

  put(key: KeyBytes, value: StoredValue): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.#changes.push({ key, value })
  }

  delete(key: KeyBytes): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.#changes.push({ key, value: undefined })
  }

  /** Ends the turn, whether it was decided or not. Returns its changes in the order they were made. */
  end(): readonly Change[] {
    this.#over = true
    return this.#changes
  }
}

/** Callers nearly always read with the very key they named, so identity is asked first. */
function isNamed(reads: readonly KeyBytes[], key: KeyBytes): boolean {
  return reads.includes(key) || reads.some((named) => compareBytes(named, key) === 0)
}
