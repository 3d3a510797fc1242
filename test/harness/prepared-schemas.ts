/**
 * Schemas of one database for stores that come and go: the tables of a store that was closed are emptied and are the next one's, which
 * takes a millisecond. To make tables takes fifteen, and a database of its own a hundred.
 */
import { Socket } from 'node:net'
import { Client } from 'pg'

export interface PreparedSchema {
  /** The URL of the store. */
  readonly url: string
  /** Empties it, for the next one. The store must be closed. */
  give(): Promise<void>
}

const storeTables = ['stator_entries', 'stator_counters', 'stator_logs', 'stator_lanes']

export class PreparedSchemas {
  readonly #url: string
  readonly #free: string[] = []
  #count = 0
  #running = 0
  readonly #socket = new Socket()
  #connecting: Promise<Client> | undefined

  /** The schemas are named after this process, of which there is one for each test file. They go with the database. */
  constructor(url: string) {
    this.#url = url
  }

  async take(): Promise<PreparedSchema> {
    const schema = this.#free.pop() ?? (await this.#make())
    const options = encodeURIComponent(`-c search_path=${schema}`)
    return { url: `${this.#url}${this.#url.includes('?') ? '&' : '?'}options=${options}`, give: () => this.#empty(schema) }
  }

  async #make(): Promise<string> {
    this.#count += 1
    const schema = `test_${process.pid}_${this.#count}`
    await this.#run(`CREATE SCHEMA ${schema}`)
    return schema
  }

  async #empty(schema: string): Promise<void> {
    await this.#run(storeTables.map((table) => `DELETE FROM ${schema}.${table}`).join('; '))
    this.#free.push(schema)
  }

  async #run(statements: string): Promise<void> {
    this.#connecting ??= this.#connect()
    const client = await this.#connecting
    this.#socket.ref()
    this.#running += 1
    await client.query(statements)
    this.#running -= 1
    // It keeps no test process alive.
    if (this.#running === 0) this.#socket.unref()
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.#url, stream: () => this.#socket })
    await client.connect()
    return client
  }
}
