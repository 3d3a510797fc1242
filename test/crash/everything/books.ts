/** What clients know of a server that is killed: what it answered, and what it was asked and did not answer, which may have happened. */
import assert from 'node:assert/strict'

/** Of one item: the value that was acknowledged last, and those that were asked for since. `undefined`: it is not there. */
interface Known {
  acknowledged: number | undefined
  readonly asked: Set<number | undefined>
}

/** Items that one writer each writes, one value after the other. */
export class Register {
  readonly #known = new Map<string, Known>()

  ask(key: string, value: number | undefined): void {
    this.#of(key).asked.add(value)
  }

  acknowledge(key: string, value: number | undefined): void {
    const known = this.#of(key)
    known.acknowledged = value
    known.asked.clear()
  }

  /** What is found is what counts from now on. */
  check(found: ReadonlyMap<string, number>): void {
    for (const key of found.keys()) assert.ok(this.#known.has(key), `${key} was never written`)
    for (const [key, known] of this.#known) {
      const value = found.get(key)
      const isKnown = value === known.acknowledged || known.asked.has(value)
      assert.ok(isKnown, `${key} is ${value}, acknowledged was ${known.acknowledged}, asked for since ${[...known.asked].join(', ')}`)
      known.acknowledged = value
      known.asked.clear()
    }
  }

  #of(key: string): Known {
    const known = this.#known.get(key) ?? { acknowledged: undefined, asked: new Set() }
    this.#known.set(key, known)
    return known
  }
}

/** A number that many writers add one to. */
export class Tally {
  #least = 0
  #unanswered = 0

  ask(): void {
    this.#unanswered += 1
  }

  acknowledge(): void {
    this.#unanswered -= 1
    this.#least += 1
  }

  check(found: number): void {
    const most = this.#least + this.#unanswered
    assert.ok(found >= this.#least && found <= most, `a counter is ${found}, and ${this.#least} to ${most} were added`)
    this.#least = found
    this.#unanswered = 0
  }
}
