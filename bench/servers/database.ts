/** A PostgreSQL of the bench's own, its log flushed at every commit, on the processors that are left; and servers that tell its CPU time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Postgres, startPostgres } from '../../test/harness/postgres.ts'
import { treeUsage } from '../machine/process-tree.ts'
import { pinThisProcess, places } from '../machine/processors.ts'
import type { Server } from './server.ts'
import { removeAtExit } from './temporary-folders.ts'

export class Database {
  readonly #postgres: Postgres
  readonly #processId: number

  private constructor(postgres: Postgres) {
    this.#postgres = postgres
    removeAtExit(postgres.folder)
    this.#processId = Number.parseInt(readFileSync(join(postgres.folder, 'data/postmaster.pid'), 'utf8'), 10)
  }

  static async start(processors: string | undefined = places.database): Promise<Database> {
    // What is started here stays where this process is at that moment.
    pinThisProcess(processors)
    try {
      return new Database(await startPostgres({ durable: true }))
    } finally {
      pinThisProcess(places.generator)
    }
  }

  get url(): string {
    return this.#postgres.url({})
  }

  /** As autovacuum does within a minute. */
  async settle(): Promise<void> {
    await this.#postgres.sql('VACUUM ANALYZE')
  }

  /** `servers` as one: load is divided among their ports, and CPU time is that of all of them. */
  behind(name: string, servers: readonly Server[]): Server {
    return {
      name,
      ports: servers.flatMap(({ ports }) => ports),
      checksSignatures: false,
      usage: async () => {
        const usages = await Promise.all(servers.map((server) => server.usage()))
        const databaseCpuMicros = treeUsage(this.#processId)?.cpuMicros
        return {
          cpuMicros: usages.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
          rssBytes: Math.max(...usages.map(({ rssBytes }) => rssBytes)),
          ...(databaseCpuMicros !== undefined && { databaseCpuMicros }),
        }
      },
      stop: async () => {
        for (const server of servers) await server.stop()
      },
    }
  }

  async remove(): Promise<void> {
    await this.#postgres.remove()
  }
}
