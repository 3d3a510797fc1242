/** What the turns of a batch add to counters, summed up: one row for each counter, that of the lane as a writer. */
import type { Verb } from '../local/buffered-turn.ts'
import type { Amounts, KeyBytes } from '../store.ts'
import { byteaArray } from './binary-arrays.ts'
import type { Call } from './row-query.ts'
import { amountArrays, bytesText, type KeyText } from './rows.ts'
import { addToCounters, clearCounters } from './statements.ts'

interface CounterChange {
  readonly key: KeyBytes
  readonly isCleared: boolean
  readonly added: Amounts
}

const nothing: Amounts = [0, 0, 0]

export class CounterChanges {
  readonly #changes = new Map<KeyText, CounterChange>()

  take(verbs: readonly Verb[]): void {
    for (const verb of verbs) {
      if (verb.kind !== 'add' && verb.kind !== 'clear') continue
      const { key } = verb
      const text = bytesText(key)
      if (verb.kind === 'clear') this.#changes.set(text, { key, isCleared: true, added: nothing })
      else {
        const { isCleared = false, added = nothing } = this.#changes.get(text) ?? {}
        this.#changes.set(text, { key, isCleared, added: sum(added, verb.amounts) })
      }
    }
  }

  calls(writer: number): readonly Call[] {
    const changes = [...this.#changes.values()]
    const cleared = changes.filter(({ isCleared }) => isCleared)
    const adding = changes.filter(({ added }) => added.some((each) => each !== 0))
    const calls: Call[] = []
    if (cleared.length > 0) calls.push([clearCounters, byteaArray(cleared.map(({ key }) => key))])
    if (adding.length > 0) {
      calls.push([
        addToCounters,
        String(writer),
        byteaArray(adding.map(({ key }) => key)),
        ...amountArrays(adding.map(({ added }) => added)),
      ])
    }
    return calls
  }
}

function sum(a: Amounts, b: Amounts): Amounts {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}
