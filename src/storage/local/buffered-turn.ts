/**
 * One turn while it is decided: reads go to the values before the turn, whatever it does waits here until `decide` has returned.
 * So a `decide` that throws has nothing to undo. Every local store uses it.
 */
import { assert } from '../../base/assert.ts'
import { compareBytes } from '../../base/bytes.ts'
import { readsLookedThroughMax } from '../limits.ts'
import type { Amounts, KeyBytes, StoredValue, TurnFollower, WriteTurn } from '../store.ts'
import { KeyMap } from './key-map.ts'

/** `value` undefined: the key is deleted. */
export interface Change {
  readonly key: KeyBytes
  readonly value: StoredValue | undefined
}

/** What a turn does to counters and logs. */
export type Verb =
  | { readonly kind: 'add'; readonly key: KeyBytes; readonly amounts: Amounts }
  | { readonly kind: 'clear'; readonly key: KeyBytes }
  | { readonly kind: 'append'; readonly key: KeyBytes; readonly value: StoredValue }
  | { readonly kind: 'open'; readonly key: KeyBytes; readonly last: number }
  | { readonly kind: 'close' | 'drop'; readonly key: KeyBytes }

/** What a turn sees: everything before it. */
export interface TurnSource {
  get(key: KeyBytes): StoredValue | undefined
  /** Of the turn: made when it first asks for the number of a log, and told of all that it does to logs. */
  heads(): TurnHeads
}

export interface TurnHeads {
  last(log: KeyBytes): number
  note(verb: Verb): void
}

export class BufferedTurn implements WriteTurn {
  /** In the order they were made. */
  readonly changes: Change[] = []
  /** Undefined until there is one: most turns have none. */
  verbs: Verb[] | undefined
  followers: TurnFollower[] | undefined
  #makesRoom = false
  readonly #source: TurnSource
  readonly #reads: readonly KeyBytes[]
  #named: KeyMap<true> | undefined
  #heads: TurnHeads | undefined
  #over = false

  constructor(reads: readonly KeyBytes[], source: TurnSource) {
    this.#reads = reads
    this.#source = source
  }

  get(key: KeyBytes): StoredValue | undefined {
    this.#checkRead(key)
    return this.#source.get(key)
  }

  put(key: KeyBytes, value: StoredValue): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.changes.push({ key, value })
  }

  delete(key: KeyBytes): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.changes.push({ key, value: undefined })
  }

  add(counter: KeyBytes, amounts: Amounts): void {
    const [a, b, c] = amounts
    assert(Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(c), 'a counter counts safe integers', { amounts })
    if (a !== 0 || b !== 0 || c !== 0) this.#note({ kind: 'add', key: counter, amounts })
  }

  clear(counter: KeyBytes): void {
    this.#note({ kind: 'clear', key: counter })
  }

  append(log: KeyBytes, value: StoredValue): void {
    this.#note({ kind: 'append', key: log, value })
  }

  open(log: KeyBytes, lastNumber: number): void {
    this.#note({ kind: 'open', key: log, last: lastNumber })
  }

  close(log: KeyBytes): number {
    this.#checkRead(log)
    const last = this.#lastOf(log)
    this.#note({ kind: 'close', key: log })
    return last
  }

  last(log: KeyBytes): number {
    this.#checkRead(log)
    return this.#lastOf(log)
  }

  drop(log: KeyBytes): void {
    this.#note({ kind: 'drop', key: log })
  }

  makesRoom(): void {
    this.#makesRoom = true
  }

  /** Whether it was said to, or deletes no less than it puts. */
  get isMakingRoom(): boolean {
    if (this.#makesRoom) return true
    let growth = 0
    for (const { value } of this.changes) growth += value === undefined ? -1 : 1
    for (const { kind } of this.verbs ?? []) if (kind === 'append') growth += 1
    return growth <= 0
  }

  follow(follower: TurnFollower): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.followers ??= []
    this.followers.push(follower)
  }

  /** Ends the turn, whether it was decided or not. */
  end(): void {
    this.#over = true
  }

  #note(verb: Verb): void {
    assert(!this.#over, 'turn used after its decide returned')
    this.verbs ??= []
    this.verbs.push(verb)
    this.#heads?.note(verb)
  }

  #lastOf(log: KeyBytes): number {
    if (this.#heads === undefined) {
      this.#heads = this.#source.heads()
      for (const verb of this.verbs ?? []) this.#heads.note(verb)
    }
    return this.#heads.last(log)
  }

  #checkRead(key: KeyBytes): void {
    assert(!this.#over, 'turn used after its decide returned')
    const isKnown = this.#reads.length > readsLookedThroughMax ? this.#isNamedOfMany(key) : isNamed(this.#reads, key)
    assert(isKnown, 'turn reads a key it did not name', { key })
  }

  #isNamedOfMany(key: KeyBytes): boolean {
    if (this.#named === undefined) {
      this.#named = new KeyMap()
      for (const named of this.#reads) this.#named.set(named, true)
    }
    return this.#named.get(key) === true
  }
}

/** Callers nearly always read with the very key they named, so identity is asked first. */
function isNamed(reads: readonly KeyBytes[], key: KeyBytes): boolean {
  return reads.includes(key) || reads.some((named) => compareBytes(named, key) === 0)
}
