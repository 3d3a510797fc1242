/** A PostgreSQL of the tests' own, where one is installed: a cluster in a temporary folder, reached by a socket in it alone. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { skipFor } from './skip.ts'

/** The folder of `initdb` and `postgres`; undefined where PostgreSQL is not installed. */
export const postgresFolder: string | undefined = [...(process.env.PATH ?? '').split(':'), ...debianFolders()].find(
  (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
)

export const skipWithoutPostgres: string | false = skipFor(postgresFolder === undefined ? 'PostgreSQL is not installed' : undefined)

function debianFolders(): string[] {
  const all = '/usr/lib/postgresql'
  if (!existsSync(all)) return []
  const versions = readdirSync(all).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(all, version, 'bin'))
}

export interface Postgres {
  /** The folder of the socket `.s.PGSQL.5432`. */
  readonly folder: string
  /** A schema that is empty, in the database `postgres`, as the URL of a store. */
  newUrl(): Promise<string>
  url(options: { readonly user?: string; readonly database?: string; readonly schema?: string }): string
  sql(text: string): Promise<readonly { readonly [column: string]: unknown }[]>
  /** Begins a transaction with this statement, on a connection of its own. It is rolled back by what is returned. */
  hold(text: string): Promise<() => Promise<void>>
  start(): Promise<void>
  /** At once, as a power cut would, or as `pg_ctl` does. */
  stop(how: 'immediate' | 'fast'): Promise<void>
  /** A standby of its own that every commit waits for from now on. It lasts as long as `remove` of it is not called. */
  standby(): Promise<Postgres>
  /** Of a standby: it takes writes from now on. */
  promote(): Promise<void>
  /** Stops it and removes everything. */
  remove(): Promise<void>
}

/** PostgreSQL refuses root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const { status, stdout } = spawnSync('/usr/bin/id', ['-u', name], { encoding: 'utf8' })
    const group = spawnSync('/usr/bin/id', ['-g', name], { encoding: 'utf8' }).stdout
    if (status === 0) return { uid: Number(stdout), gid: Number(group) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no other user here')
}

export interface StartOptions {
  /** With fsync, for measurements. */
  readonly durable?: boolean
  /** Reached at this port of 127.0.0.1 besides, which is that of its socket, too. */
  readonly port?: number
  /** As in postgresql.conf; files are named from its data folder. */
  readonly settings?: readonly string[]
  /** Puts files there before it starts. */
  readonly prepare?: (dataFolder: string) => void
}

export async function startPostgres(asked: StartOptions = {}): Promise<Postgres> {
  if (postgresFolder === undefined) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'stator-pg-'))
  const user = unprivileged()
  if (user !== undefined) spawnSync('/bin/chown', [`${user.uid}:${user.gid}`, folder])
  const data = join(folder, 'data')
  const run = promisify(execFile)
  const options = { ...user, cwd: folder, env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' } }
  await run(join(postgresFolder, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  if (asked.prepare !== undefined) {
    asked.prepare(data)
    if (user !== undefined) spawnSync('/bin/chown', ['-R', `${user.uid}:${user.gid}`, data])
  }
  const cluster = new Cluster({ folder, data, program: join(postgresFolder, 'postgres'), options, asked })
  await cluster.start()
  return cluster
}

interface ClusterOptions {
  readonly folder: string
  readonly data: string
  readonly program: string
  readonly options: object
  readonly asked: StartOptions
  /** The folder of the socket of the cluster that it follows. */
  readonly standbyOf?: string
}

class Cluster implements Postgres {
  readonly folder: string
  readonly #options: ClusterOptions
  #process: ReturnType<typeof spawn> | undefined
  #schemas = 0

  constructor(options: ClusterOptions) {
    this.folder = options.folder
    this.#options = options
  }

  async start(): Promise<void> {
    const { program, data, options, asked, standbyOf } = this.#options
    const { durable = false, port } = asked
    const settings = [`unix_socket_directories=${this.folder}`, 'max_connections=500', 'shared_buffers=128MB', ...(asked.settings ?? [])]
    settings.push(...(port === undefined ? ['listen_addresses='] : ['listen_addresses=127.0.0.1', `port=${port}`]))
    if (!durable) settings.push('fsync=off')
    if (standbyOf !== undefined) settings.push(`primary_conninfo=host=${standbyOf} user=postgres application_name=standby`)
    const words = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    const running = spawn(program, words, { ...options, stdio: 'ignore' })
    this.#process = running
    // A test that is aborted leaves nothing running behind.
    process.once('exit', () => running.kill('SIGQUIT'))
    for (;;) {
      try {
        await this.sql('SELECT 1')
        return
      } catch (error) {
        if (running.exitCode !== null) throw error
        await sleep(20)
      }
    }
  }

  async stop(how: 'immediate' | 'fast'): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#process = undefined
    // An interrupt from the terminal reaches it, too.
    if (running.exitCode !== null || running.signalCode !== null) return
    const over = new Promise((resolve) => running.once('exit', resolve))
    running.kill(how === 'immediate' ? 'SIGQUIT' : 'SIGINT')
    await over
  }

  async standby(): Promise<Postgres> {
    const { options, data } = this.#options
    const folder = mkdtempSync(join(tmpdir(), 'stator-pg-'))
    const user = unprivileged()
    if (user !== undefined) spawnSync('/bin/chown', [`${user.uid}:${user.gid}`, folder])
    const copy = join(folder, 'data')
    await this.stop('fast')
    await promisify(execFile)('/bin/cp', ['-r', '-p', data, copy], options)
    await this.start()
    const standby = new Cluster({ ...this.#options, folder, data: copy, options: { ...options, cwd: folder }, standbyOf: this.folder })
    await promisify(execFile)('/usr/bin/touch', [join(copy, 'standby.signal')], options)
    await standby.start()
    await this.sql(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
    await this.sql('SELECT pg_reload_conf()')
    const isSynchronous = `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`
    while ((await this.sql(isSynchronous)).length === 0) await sleep(20)
    return standby
  }

  async promote(): Promise<void> {
    await this.sql('SELECT pg_promote()')
  }

  async remove(): Promise<void> {
    await this.stop('immediate')
    rmSync(this.folder, { recursive: true })
  }

  url({ user = 'postgres', database = 'postgres', schema }: { user?: string; database?: string; schema?: string }): string {
    const inSchema = schema === undefined ? '' : `&options=${encodeURIComponent(`-c search_path=${schema}`)}`
    return `postgres://${user}@/${database}?host=${this.folder}${inSchema}`
  }

  async newUrl(): Promise<string> {
    this.#schemas += 1
    const schema = `schema_${this.#schemas}`
    await this.sql(`CREATE SCHEMA ${schema}`)
    return this.url({ schema })
  }

  async sql(text: string): Promise<readonly { readonly [column: string]: unknown }[]> {
    const client = await this.#connect()
    try {
      const { rows } = await client.query(text)
      return rows
    } finally {
      await client.end()
    }
  }

  async hold(text: string): Promise<() => Promise<void>> {
    const client = await this.#connect()
    await client.query('BEGIN')
    await client.query(text)
    return () => client.end()
  }

  async #connect(): Promise<Client> {
    const { port = 5432 } = this.#options.asked
    const client = new Client({ host: this.folder, port, user: 'postgres', database: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    return client
  }
}
