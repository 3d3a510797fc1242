/**
 * The store on a database of PostgreSQL: a second durable implementation of the contract, which any number of processes may have open
 * at the same time. Loaded only where it is used.
 */
import { Client } from 'pg'
import { type Random, systemRandom } from '../../base/random.ts'
import { PendingWrite } from '../local/pending-write.ts'
import {
  type Amounts,
  type Guard,
  type KeyBytes,
  type Store,
  type StoredValue,
  StoreOpenError,
  StoreUnavailable,
  type View,
  type WriteTurn,
} from '../store.ts'
import type { Connection } from './connection.ts'
import { encryptionOf } from './encryption.ts'
import { openError, type Place } from './failures.ts'
import { Hosts, urlsOfHosts } from './hosts.ts'
import { Lane } from './lane.ts'
import { prepareDatabase } from './prepare-database.ts'
import { Reads } from './reads.ts'
import { checkParameters } from './url-parameters.ts'
import { Views } from './views.ts'

export interface PostgresStoreOptions {
  /**
   * `postgres://user:password@host:port/database?parameters`; what it does not say the variables PGHOST, PGUSER, PGPASSWORD … do.
   * Several hosts, as libpq has them (hosts.ts): whichever takes writes.
   */
  readonly url: string
  readonly random?: Random
  /** For tests: called right before each commit, which fails when it throws. */
  readonly failCommit?: () => void
}

/**
 * Opens the store, and makes its tables at the first time. Rejects with StoreOpenError: wrong URL, not reached, not let in, no right to
 * make tables, tables of another program or of a newer version. The password is in no message.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, random = systemRandom, failCommit } = options
  checkParameters(url)
  const found = urlsOfHosts(url).map((each) => encryptionOf(each, process.env))
  const [place = placeOf(url)] = found.map((each) => placeOf(each.url))
  const hosts = new Hosts(found)
  try {
    const connection = await hosts.connect('lane')
    try {
      await prepareDatabase(connection, place)
    } finally {
      connection.end()
    }
  } catch (error) {
    throw openError(error, place)
  }
  const connectReads = (): Promise<Connection> => hosts.connect('reads')
  return new PostgresStore({
    lane: new Lane({ connect: () => hosts.connect('lane'), random, failCommit }),
    reads: new Reads(connectReads),
    views: new Views(connectReads),
  })
}

/** Where a URL leads to, by the driver's own rules. */
function placeOf(url: string): Place {
  if (!/^postgres(ql)?:\/\//.test(url)) throw new StoreOpenError('A database is named as postgres://user:password@host:port/database')
  try {
    const { host, port, user = '', database = '' } = new Client({ connectionString: url, ssl: false })
    return { host, port, user, database }
  } catch (error) {
    throw new StoreOpenError(`The URL of the database is not one: postgres://user:password@host:port/database is (${reasonOf(error)})`)
  }
}

/** Without what was read, which has the password in it. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
}

interface Parts {
  readonly lane: Lane
  readonly reads: Reads
  readonly views: Views
}

class PostgresStore implements Store {
  readonly #parts: Parts
  #closing: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.#refusal ?? this.#parts.reads.get(keys, guards)
  }

  sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    return this.#refusal ?? this.#parts.reads.sums(counters)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#refusal ?? this.#parts.views.view(read, guards)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return (
      this.#refusal ??
      new Promise<T>((resolve, reject) => {
        this.#parts.lane.add(new PendingWrite(reads, decide, guards, resolve, reject) as PendingWrite)
      })
    )
  }

  now(): Promise<number> {
    return this.#refusal ?? this.#parts.reads.now()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { lane, reads, views } = this.#parts
    await lane.close()
    views.close()
    await reads.close()
  }

  /** What everything is answered with once the store is closed. */
  get #refusal(): Promise<never> | undefined {
    return this.#closing === undefined ? undefined : Promise.reject(new StoreUnavailable('the store is closed'))
  }
}
