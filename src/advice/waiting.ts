/** What should be seen again before long: a bounded number of things, each for as long as it is waited for. */

interface Waiting<Value> {
  readonly id: string
  readonly value: Value
  readonly sinceMs: number
}

interface WaitingOptions<Value> {
  readonly max: number
  readonly forMs: number
  /** Called for each that was not seen again. What there was no room for is forgotten without. */
  readonly givenUp: (value: Value, sinceMs: number) => void
}

/** Times are those of the clock that nobody moves. */
export class WaitingList<Value> {
  readonly #options: WaitingOptions<Value>
  /** In the order in which they came. */
  readonly #queue = new Set<Waiting<Value>>()
  readonly #byId = new Map<string, Waiting<Value>[]>()

  constructor(options: WaitingOptions<Value>) {
    this.#options = options
  }

  /** The same may be waited for more than once. */
  add(id: string, value: Value, sinceMs: number): void {
    const waiting = { id, value, sinceMs }
    this.#queue.add(waiting)
    const same = this.#byId.get(id)
    if (same === undefined) this.#byId.set(id, [waiting])
    else same.push(waiting)
    if (this.#queue.size <= this.#options.max) return
    const [oldest] = this.#queue
    if (oldest !== undefined) this.#remove(oldest)
  }

  /** It was seen again, once. Undefined: nobody waited for it. */
  take(id: string): Value | undefined {
    const last = this.#byId.get(id)?.at(-1)
    if (last === undefined) return undefined
    this.#remove(last)
    return last.value
  }

  /** Gives up those that were waited for long enough. */
  expire(nowMs: number): void {
    for (const waiting of this.#queue) {
      if (nowMs - waiting.sinceMs <= this.#options.forMs) return
      this.#remove(waiting)
      this.#options.givenUp(waiting.value, waiting.sinceMs)
    }
  }

  clear(): void {
    this.#queue.clear()
    this.#byId.clear()
  }

  get size(): number {
    return this.#queue.size
  }

  #remove(waiting: Waiting<Value>): void {
    this.#queue.delete(waiting)
    const left = this.#byId.get(waiting.id)?.filter((each) => each !== waiting) ?? []
    if (left.length === 0) this.#byId.delete(waiting.id)
    else this.#byId.set(waiting.id, left)
  }
}
