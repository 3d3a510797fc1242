/**
 * The store as one node of several has it, over a network: what it asks arrives later, in any order; what it is answered, and what its
 * turns have come to, it hears later still, in the order in which they were decided. A node that dies asks and hears nothing more: what
 * it asked and did not hear of may have happened or not.
 */

import { withFollow } from '../../src/storage/faulty/rehearse.ts'
import type { Amounts, Guard, KeyBytes, Store, StoredValue, TurnFollower, View, WriteTurn } from '../../src/storage/store.ts'
import type { Schedule } from './schedule.ts'

/** What became of one attempt at a write, on its way to the node; of the last one it goes with the answer. */
interface News {
  readonly tell: () => void
  settle?: () => void
}

export class NodeStore implements Store {
  readonly #shared: Store
  readonly #schedule: Schedule
  readonly #name: string
  readonly #news: News[] = []

  /** `name` is one that no other has, or has had. */
  constructor(shared: Store, schedule: Schedule, name: string) {
    this.#shared = shared
    this.#schedule = schedule
    this.#name = name
  }

  /** From now on it is silent. */
  die(): void {
    this.#schedule.cut((lane) => lane.endsWith(` ${this.#name}`))
  }

  async get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    return await this.#roundTrip('get', () => this.#shared.get(keys, guards))
  }

  async sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    return await this.#roundTrip('sums', () => this.#shared.sums(counters))
  }

  /** Others write between its reads. */
  async view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    await this.#arrival('view')
    return await this.#shared.view(async (view) => {
      return await read({
        get: (keys) => this.#roundTrip('view.get', async () => view.get(keys)),
        sums: (counters) => this.#roundTrip('view.sums', async () => view.sums(counters)),
        lasts: (logs) => this.#roundTrip('view.lasts', async () => view.lasts(logs)),
        scan: (range, budget) => this.#roundTrip('view.scan', async () => view.scan(range, budget)),
        scanValues: (range, budget) => this.#roundTrip('view.scanValues', async () => view.scanValues(range, budget)),
      })
    }, guards)
  }

  async write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    await this.#arrival('write')
    return await new Promise<T>((resolve, reject) => {
      let news: News | undefined
      const attempt = (turn: WriteTurn): T => {
        const followers: TurnFollower[] = []
        const heard = (word: keyof TurnFollower): void => {
          news = this.#send(() => {
            for (const follower of followers) follower[word]?.()
          })
        }
        turn.follow({ durable: () => heard('durable'), refused: () => heard('refused'), dropped: () => heard('dropped') })
        return decide(withFollow(turn, (follower) => followers.push(follower)))
      }
      const answered = (settle: () => void): void => {
        // A write that was not decided has nobody who follows it.
        news ??= this.#send(() => {})
        news.settle = settle
      }
      this.#shared.write(reads, attempt, guards).then(
        (result) => answered(() => resolve(result)),
        (error: unknown) => answered(() => reject(error)),
      )
    })
  }

  /** A node that ends does not end the database. */
  async close(): Promise<void> {}

  async #roundTrip<T>(what: string, ask: () => Promise<T>): Promise<T> {
    await this.#arrival(what)
    try {
      return await ask()
    } finally {
      await this.#schedule.turn(`to ${this.#name}`, `${what} answered`)
    }
  }

  #arrival(what: string): Promise<void> {
    return this.#schedule.turn(`from ${this.#name}`, what)
  }

  /** The next one that comes through tells the oldest news. */
  #send(tell: () => void): News {
    const news: News = { tell }
    this.#news.push(news)
    void this.#schedule.turn(`to ${this.#name}`, 'write answered').then(() => this.#hear())
    return news
  }

  #hear(): void {
    const news = this.#news.shift()
    try {
      news?.tell()
      news?.settle?.()
    } catch (error) {
      this.#schedule.fail(error)
    }
  }
}
