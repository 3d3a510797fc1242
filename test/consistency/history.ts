/**
 * What clients asked and what they were told. Time is a counter that goes up at every call and every answer in this one process:
 * of two calls the one that was answered before the other was made came first, and nothing else is known of their order.
 */

export interface Call<Operation, Answer> {
  /** Unique in its history. */
  readonly number: number
  readonly client: string
  readonly operation: Operation
  readonly calledAt: number
  /** Left out when nobody knows what became of the call: it may have happened, happen later, or never. */
  readonly outcome?: { readonly answer: Answer; readonly doneAt: number }
}

export type History<Operation, Answer> = readonly Call<Operation, Answer>[]

interface Waiter {
  readonly count: number
  readonly wake: () => void
}

/** Must be told of a call before its first byte is sent, and of an answer after its last byte came. */
export class Recorder<Operation, Answer> {
  readonly #calls: Call<Operation, Answer>[] = []
  #now = 0
  #endedCount = 0
  #isOver = false
  #waiters: readonly Waiter[] = []

  get startedCount(): number {
    return this.#calls.length
  }

  /** In the order in which the calls were made. */
  get history(): History<Operation, Answer> {
    return this.#calls
  }

  /** For those who do something beside the clients: whether these are done. */
  get isOver(): boolean {
    return this.#isOver
  }

  begin(client: string, operation: Operation): Call<Operation, Answer> {
    this.#now += 1
    const call = { number: this.#calls.length, client, operation, calledAt: this.#now }
    this.#calls.push(call)
    return call
  }

  /** An `answer` of undefined says that none came. */
  end(call: Call<Operation, Answer>, answer: Answer | undefined): void {
    this.#now += 1
    if (answer !== undefined) this.#calls[call.number] = { ...call, outcome: { answer, doneAt: this.#now } }
    this.#endedCount += 1
    this.#wake()
  }

  /** Says that the clients are done. */
  finish(): void {
    this.#isOver = true
    this.#wake()
  }

  /** Resolves when the clients are done. */
  whenOver(): Promise<void> {
    return this.afterMore(Number.POSITIVE_INFINITY)
  }

  /** Resolves when so many more calls have ended, or the clients are done. */
  afterMore(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { count: this.#endedCount + count, wake: resolve }]
      this.#wake()
    })
  }

  #wake(): void {
    const isDue = ({ count }: Waiter): boolean => this.#isOver || count <= this.#endedCount
    const due = this.#waiters.filter(isDue)
    if (due.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => !isDue(waiter))
    for (const { wake } of due) wake()
  }
}
