/**
 * Views: those that are asked for at one moment share a transaction, on a connection that nobody else has meanwhile. So many at a time
 * and no more, and each for so long: a transaction that stays open keeps what all others delete.
 */
import { DatabaseError } from 'pg'
import { assert } from '../../base/assert.ts'
import { stopwatchMs } from '../../base/clock.ts'
import { viewAgeMsMax, viewsPerTransactionMax, viewTransactionsMax } from '../limits.ts'
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
import type { Connection } from './connection.ts'
import { isConflict } from './failures.ts'
import { type Connect, persist } from './link.ts'
import { bytesOf, bytesText, type KeyText, KeyTexts, lastsOf, storedKeys, sumsOf, valuesIn } from './rows.ts'
import { scan } from './scan.ts'
import { beginView, commit, fixView, readEntries, readLasts, readSums } from './statements.ts'
import { storedKey } from './stored-keys.ts'

/** A view that was asked for. */
interface Asked {
  readonly guards: readonly Guard[]
  /** Reads it to the end, and settles what its reader was promised. */
  readonly serve: (connection: Connection) => Promise<void>
  readonly reject: (error: unknown) => void
}

/** A transaction that has begun, and what it says of the guards that were asked for. */
interface BegunViews {
  readonly connection: Connection
  readonly values: ReadonlyMap<KeyText, StoredValue> | undefined
}

export class Views {
  readonly #connect: Connect
  readonly #idle: Connection[] = []
  readonly #held = new Set<Connection>()
  readonly #waiting: (() => void)[] = []
  #asked: Asked[] = []
  #count = 0
  #isClosed = false

  constructor(connect: Connect) {
    this.#connect = connect
  }

  view<T>(read: (view: View) => Promise<T>, guards: readonly Guard[] = []): Promise<T> {
    return new Promise((resolve, reject) => {
      const serve = async (connection: Connection): Promise<void> => {
        const view = new PostgresView(connection)
        try {
          resolve(await read(view))
        } catch (error) {
          reject(error)
        } finally {
          view.end()
        }
      }
      if (this.#asked.length === 0) setImmediate(() => this.#begin())
      this.#asked.push({ guards, serve, reject })
    })
  }

  /** Ends all views. */
  close(): void {
    this.#isClosed = true
    for (const connection of [...this.#idle, ...this.#held]) connection.end()
  }

  #begin(): void {
    const asked = this.#asked
    this.#asked = []
    for (let at = 0; at < asked.length; at += viewsPerTransactionMax) void this.#serve(asked.slice(at, at + viewsPerTransactionMax))
  }

  /** Serves views that were asked for at one moment, in one transaction. */
  async #serve(asked: readonly Asked[]): Promise<void> {
    while (this.#count >= viewTransactionsMax) await new Promise<void>((go) => this.#waiting.push(go))
    this.#count += 1
    try {
      const { connection, values } = await this.#fix(asked)
      this.#held.add(connection)
      await Promise.all(
        asked.map(async ({ guards, serve, reject }) => {
          if (guards.every(({ key, value }) => isSameValue(values?.get(bytesText(storedKey(key))), value))) await serve(connection)
          else reject(new GuardChanged())
        }),
      )
      this.#held.delete(connection)
      this.#give(connection)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    } finally {
      this.#count -= 1
      this.#waiting.shift()?.()
    }
  }

  /** Begins the transaction: its first statement fixes what its views show. */
  #fix(asked: readonly Asked[]): Promise<BegunViews> {
    const open = async (): Promise<Connection> => {
      if (this.#isClosed) throw new StoreUnavailable('the store is closed')
      let idle = this.#idle.pop()
      while (idle !== undefined && !idle.isOpen) idle = this.#idle.pop()
      return idle ?? (await this.#connect())
    }
    const guarded = new Map(asked.flatMap(({ guards }) => guards.map(({ key }) => [bytesText(storedKey(key)), key])))
    const isGuarded = guarded.size > 0
    const isClosed = (): boolean => this.#isClosed
    return persist(open, isClosed, async (connection) => {
      const [, answer] = await connection.run([[beginView], isGuarded ? [readEntries, storedKeys([...guarded.values()])] : [fixView]])
      return { connection, values: isGuarded ? answer && valuesIn(answer) : undefined }
    })
  }

  #give(connection: Connection): void {
    connection.run([[commit]]).catch(() => connection.end())
    if (this.#isClosed) connection.end()
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

  lasts(logs: readonly KeyBytes[]): Promise<readonly number[]> {
    return this.#read(async (connection) => {
      const [answer] = await connection.run([[readLasts, byteaArray(logs)]])
      return answer === undefined ? [] : lastsOf(answer, logs)
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
