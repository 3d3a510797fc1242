/**
 * Counters of a local store: one row each, under the counter's key. What turns add is summed up in memory and written once per
 * counter and commit, so a thousand turns that count the same thing cost one row.
 *
 * A row is text, `<a> <b>` in decimal, with ` <c>` behind them when it is not 0. A counter that nobody added to has no row.
 */
import { assert } from '../../base/assert.ts'
import { countersKnownMax } from '../limits.ts'
import type { Amounts, KeyBytes, StoredValue } from '../store.ts'
import type { Change, Verb } from './buffered-turn.ts'
import { KeyMap } from './key-map.ts'

/** What the open commit does to a counter. */
interface Counter {
  readonly key: KeyBytes
  /** What its row says; undefined while the open commit has not looked. */
  before: Amounts | undefined
  /** What was added before, in this commit or in any other, does not count. */
  cleared: boolean
  a: number
  b: number
  c: number
  changed: boolean
}

export class Counters {
  readonly #read: (key: KeyBytes) => StoredValue | undefined
  readonly #known = new KeyMap<Counter>()
  #changed: Counter[] = []

  /** `read` sees what the open commit has applied so far. */
  constructor(read: (key: KeyBytes) => StoredValue | undefined) {
    this.#read = read
  }

  /**
   * Reads the counters that a turn adds to, once in each commit, so that one whose row cannot be read fails that turn and not the
   * commit. What stands behind a `clear` may need no row and is left to `flush`.
   */
  look(verbs: readonly Verb[]): void {
    for (const verb of verbs) {
      if (verb.kind === 'clear') return
      if (verb.kind !== 'add') continue
      const counter = this.#change(verb.key)
      if (!counter.cleared) counter.before ??= decodeAmounts(this.#read(verb.key))
    }
  }

  /** Takes the counting of a turn that is part of the open commit. */
  take(verbs: readonly Verb[]): void {
    for (const verb of verbs) {
      if (verb.kind === 'add') {
        const counter = this.#change(verb.key)
        counter.a += verb.amounts[0]
        counter.b += verb.amounts[1]
        counter.c += verb.amounts[2]
      } else if (verb.kind === 'clear') {
        const counter = this.#change(verb.key)
        reset(counter)
        counter.cleared = true
      }
    }
  }

  /** What the open commit has to write. */
  flush(changes: Change[]): void {
    for (const counter of this.#changed) {
      const { key, cleared, a, b, c } = counter
      const isNothing = a === 0 && b === 0 && c === 0
      if (cleared && isNothing) changes.push({ key, value: undefined })
      else if (!isNothing) {
        const before = cleared ? nothing : (counter.before ?? decodeAmounts(this.#read(key)))
        changes.push({ key, value: encodeAmounts([before[0] + a, before[1] + b, before[2] + c]) })
      }
    }
    this.forget()
  }

  /** The open commit is over, or failed. */
  forget(): void {
    if (this.#changed.length === 0) return
    for (const counter of this.#changed) {
      reset(counter)
      counter.before = undefined
      counter.cleared = false
      counter.changed = false
    }
    this.#changed = []
    if (this.#known.size > countersKnownMax) this.#known.clear()
  }

  #change(key: KeyBytes): Counter {
    let counter = this.#known.get(key)
    if (counter === undefined) {
      counter = { key, before: undefined, cleared: false, a: 0, b: 0, c: 0, changed: false }
      this.#known.set(key, counter)
    }
    if (!counter.changed) {
      counter.changed = true
      this.#changed.push(counter)
    }
    return counter
  }
}

const nothing: Amounts = [0, 0, 0]

function reset(counter: Counter): void {
  counter.a = 0
  counter.b = 0
  counter.c = 0
}

function encodeAmounts([a, b, c]: Amounts): string {
  return c === 0 ? `${a} ${b}` : `${a} ${b} ${c}`
}

export function decodeAmounts(row: StoredValue | undefined): Amounts {
  if (row === undefined) return nothing
  assert(typeof row === 'string', 'counters are stored as text')
  const [a = '', b = '', c = '0'] = row.split(' ')
  return [Number(a), Number(b), Number(c)]
}
