/**
 * Views: each is a transaction of its own on a connection that nobody else has meanwhile. So many at a time and no more, and each for
 * so long: a transaction that stays open keeps what all others delete.
 */
import { DatabaseError } from 'pg'
import { assert } from '../../base/assert.ts'
import { stopwatchMs } from '../../base/clock.ts'
import { idleConnectionsMax, pooledViewsMax, viewAgeMsMax } from '../limits.ts'
import {
  type Amounts,
  type Chunk,
  type Guard,
  GuardChanged,
  isSameValue,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type StoredValue,
  StoreUnavailable,
  type ValueChunk,
  type View,
  ViewEnded,
} from '../store.ts'
import { byteaArray } from './binary-arrays.ts'
import type { Call, Connection } from './connection.ts'
import { isConflict } from './failures.ts'
import { type Connect, persist } from './link.ts'
import { bytesOf, bytesText, KeyTexts, storedKeys, sumsOf, valuesIn } from './rows.ts'
import { scan } from './scan.ts'
import { beginView, commit, fixView, readEntries, readSums } from './statements.ts'
import { storedKey } from './stored-keys.ts'

export class Views {
  readonly #connect: Connect
  readonly #idle: Connection[] = []
  readonly #held = new Set<Connection>()
  readonly #waiting: (() => void)[] = []
  #count = 0
  #isClosed = false

  constructor(connect: Connect) {
    this.#connect = connect
  }

  async view<T>(read: (view: View) => Promise<T>, guards: readonly Guard[] = []): Promise<T> {
    while (this.#count >= pooledViewsMax) await new Promise<void>((go) => this.#waiting.push(go))
    this.#count += 1
    try {
      return await this.#viewOn(await this.#begin(guards), read)
    } finally {
      this.#count -= 1
      this.#waiting.shift()?.()
    }
  }

  /** Ends all views. */
  close(): void {
    this.#isClosed = true
    for (const connection of [...this.#idle, ...this.#held]) connection.end()
  }

  /** A connection on which a view has begun. */
  #begin(guards: readonly Guard[]): Promise<Connection> {
    const open = async (): Promise<Connection> => {
      if (this.#isClosed) throw new StoreUnavailable('the store is closed')
      let idle = this.#idle.pop()
      while (idle !== undefined && !idle.isOpen) idle = this.#idle.pop()
      return idle ?? (await this.#connect())
    }
    const fix: Call = guards.length === 0 ? [fixView] : [readEntries, byteaArray(guards.map(({ key }) => storedKey(key)))]
    const isClosed = (): boolean => this.#isClosed
    return persist(open, isClosed, async (connection) => {
      const [, answer] = await connection.run([[beginView], fix])
      const values = guards.length === 0 || answer === undefined ? undefined : valuesIn(answer)
      if (guards.every(({ key, value }) => isSameValue(values?.get(bytesText(storedKey(key))), value))) return connection
      this.#give(connection)
      return undefined
    }).then((connection) => {
      if (connection === undefined) throw new GuardChanged()
      return connection
    })
  }

  async #viewOn<T>(connection: Connection, read: (view: View) => Promise<T>): Promise<T> {
    this.#held.add(connection)
    const view = new PostgresView(connection)
    try {
      return await read(view)
    } finally {
      view.end()
      this.#held.delete(connection)
      this.#give(connection)
    }
  }

  #give(connection: Connection): void {
    connection.run([[commit]]).catch(() => connection.end())
    if (this.#isClosed || this.#idle.length >= idleConnectionsMax) connection.end()
    else this.#idle.push(connection)
  }
}

class PostgresView implements View {
  readonly #sinceMs = stopwatchMs()
  #connection: Connection | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get(keys: readonly KeyBytes[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.#read(async (connection) => {
      const [answer] = await connection.run([[readEntries, storedKeys(keys)]])
      const values = answer && valuesIn(answer)
      const texts = new KeyTexts()
      return keys.map((key) => values?.get(texts.of(key)))
    })
  }

  sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    return this.#read(async (connection) => {
      const [answer] = await connection.run([[readSums, byteaArray(counters)]])
      return answer === undefined ? [] : sumsOf(answer, counters)
    })
  }

  scan(range: KeyRange, budget: ScanBudget): Promise<Chunk> {
    return this.#read(async (connection) => {
      const { taken, exhausted } = await scan(connection, range, budget)
      return { entries: taken.map(({ keyText, value }) => ({ key: keyOf(keyText), value })), exhausted }
    })
  }

  scanValues(range: KeyRange, budget: ScanBudget): Promise<ValueChunk> {
    return this.#read(async (connection) => {
      const { taken, exhausted } = await scan(connection, range, budget)
      const keyAt = (position: number): KeyBytes => {
        const found = taken[position]
        if (found === undefined) throw new RangeError(`the chunk has ${taken.length} values, none at ${position}`)
        return keyOf(found.keyText)
      }
      return { values: taken.map(({ value }) => value), exhausted, keyAt }
    })
  }

  end(): void {
    this.#connection = undefined
  }

  /** Not async, so that a view that is over throws at once. */
  #read<T>(read: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#connection
    assert(connection !== undefined, 'view used after it was over')
    if (stopwatchMs() - this.#sinceMs > viewAgeMsMax) return Promise.reject(new ViewEnded())
    return read(connection).catch((error: unknown) => {
      if (!connection.isOpen || isConflict(error)) throw new ViewEnded()
      throw error instanceof DatabaseError ? new StoreUnavailable('the database cannot be asked', { cause: error }) : error
    })
  }
}

function keyOf(keyText: string): KeyBytes {
  return bytesOf(keyText) as Uint8Array as KeyBytes
}
