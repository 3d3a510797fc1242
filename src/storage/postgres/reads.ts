/** What is durable now: the reads of one moment share a statement, which sees one moment of the database. */
import { keysPerReadMax } from '../limits.ts'
import { type Amounts, type Guard, GuardChanged, isSameValue, type KeyBytes, type StoredValue } from '../store.ts'
import { byteaArray } from './binary-arrays.ts'
import { type Connect, Link, persist } from './link.ts'
import { type KeyText, KeyTexts, storedKeys, sumsOf, valuesIn } from './rows.ts'
import { readEntries, readSums, readTime } from './statements.ts'

interface Read {
  readonly keys: readonly KeyBytes[]
  readonly guards: readonly Guard[]
  readonly resolve: (values: readonly (StoredValue | undefined)[]) => void
  readonly reject: (error: unknown) => void
}

export class Reads {
  /** Two, so that a large answer is not all that others wait for. */
  readonly #links: readonly Link[]
  #next = 0
  #waiting: Read[] = []
  #isClosed = false

  constructor(connect: Connect) {
    this.#links = [new Link(connect), new Link(connect)]
  }

  get(keys: readonly KeyBytes[], guards: readonly Guard[] = []): Promise<readonly (StoredValue | undefined)[]> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush())
      this.#waiting.push({ keys, guards, resolve, reject })
    })
  }

  async sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    return this.#ask(async (connection) => {
      const [answer] = await connection.run([[readSums, byteaArray(counters)]])
      return answer === undefined ? [] : sumsOf(answer, counters)
    })
  }

  now(): Promise<number> {
    return this.#ask(async (connection) => {
      const [answer] = await connection.run([[readTime]])
      return Number(answer?.rows[0]?.[0])
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#links.map((link) => link.close()))
  }

  #flush(): void {
    const reads = this.#waiting
    this.#waiting = []
    let from = 0
    let count = 0
    for (const [at, { keys }] of reads.entries()) {
      count += keys.length
      if (count < keysPerReadMax && at < reads.length - 1) continue
      void this.#answer(reads.slice(from, at + 1))
      from = at + 1
      count = 0
    }
  }

  async #answer(reads: readonly Read[]): Promise<void> {
    const texts = new KeyTexts()
    try {
      const values = await this.#valuesOf(reads, texts)
      for (const { keys, guards, resolve, reject } of reads) {
        if (guards.every(({ key, value }) => isSameValue(values.get(texts.of(key)), value)))
          resolve(keys.map((key) => values.get(texts.of(key))))
        else reject(new GuardChanged())
      }
    } catch (error) {
      for (const { reject } of reads) reject(error)
    }
  }

  async #valuesOf(reads: readonly Read[], texts: KeyTexts): Promise<ReadonlyMap<KeyText, StoredValue>> {
    const asked = new Map<KeyText, KeyBytes>()
    for (const { keys, guards } of reads) {
      for (const key of keys) asked.set(texts.of(key), key)
      for (const { key } of guards) asked.set(texts.of(key), key)
    }
    return this.#ask(async (connection) => {
      const [answer] = await connection.run([[readEntries, storedKeys([...asked.values()])]])
      return answer === undefined ? new Map() : valuesIn(answer)
    })
  }

  #ask<T>(ask: Parameters<typeof persist<T>>[2]): Promise<T> {
    this.#next = (this.#next + 1) % this.#links.length
    const link = this.#links[this.#next] as Link
    return persist(
      () => link.open(),
      () => this.#isClosed,
      ask,
    )
  }
}
