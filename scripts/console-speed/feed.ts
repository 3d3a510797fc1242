/** Requests at a rate, for a page that shows each. What the machine cannot do is left out; `perSecond` tells how many there were. */
import { askServer } from '../../test/harness/ask-server.ts'

const roundMs = 20

export class Feed {
  #answered = 0
  #open = 0
  readonly #startMs = performance.now()
  readonly #timer: NodeJS.Timeout

  constructor(endpoint: string, rate: number) {
    const perRound = Math.round((rate * roundMs) / 1000)
    this.#timer = setInterval(() => {
      for (let at = 0; at < perRound && this.#open < perRound * 4; at += 1) void this.#ask(endpoint)
    }, roundMs)
  }

  get perSecond(): number {
    return this.#answered / ((performance.now() - this.#startMs) / 1000)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #ask(endpoint: string): Promise<void> {
    this.#open += 1
    try {
      await askServer(endpoint, 'GetItem', { TableName: 'Items', Key: { pk: { S: `item-${this.#answered % 1000}` } } })
      this.#answered += 1
    } catch {
      // The server has ended.
    } finally {
      this.#open -= 1
    }
  }
}
