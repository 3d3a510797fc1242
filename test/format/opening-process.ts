/**
 * The process of killed-migration.test.ts: it opens a data folder, and kills itself at one of the commits that SQLite makes on the
 * way. Arguments: folder, time (ISO 8601), number of the commit (from 1; 0: none of them), moment. Prints how many commits there were
 * until the folder was open.
 *
 * | moment   | what is on disk                                                                              |
 * | -------- | -------------------------------------------------------------------------------------------- |
 * | `before` | the changes of the commit, as far as SQLite wrote them before the COMMIT that is missing      |
 * | `after`  | the commit, and nothing that the process would have done upon it                              |
 *
 * A commit is whatever leaves a writing connection outside of a transaction, so it does not matter which part of the opening makes
 * it: the file format itself, or turns of the store.
 */
import { DatabaseSync, StatementSync } from 'node:sqlite'

const [folder = '', time = '', wanted = '0', moment = 'after'] = process.argv.slice(2)
const killedAt = Number(wanted)
let commits = 0

/** Those that only read end transactions, too, and change nothing. */
const readers = new WeakSet<DatabaseSync>()
const databaseOf = new WeakMap<StatementSync, DatabaseSync>()
const { exec, prepare } = DatabaseSync.prototype
const { run } = StatementSync.prototype

DatabaseSync.prototype.exec = function (sql) {
  if (sql.includes('query_only')) readers.add(this)
  // What stands before a COMMIT is done first, so that the process can end between the two.
  const [, work = '', end = sql] = /^(.+?)(\bCOMMIT\b.*)$/s.exec(sql) ?? []
  if (work !== '') exec.call(this, work)
  atCommit(this, end, () => exec.call(this, end))
}

DatabaseSync.prototype.prepare = function (sql, ...options) {
  const statement = prepare.call(this, sql, ...options)
  databaseOf.set(statement, this)
  return statement
}

StatementSync.prototype.run = function (this: StatementSync, ...parameters: Parameters<typeof run>) {
  return atCommit(databaseOf.get(this), this.sourceSQL, () => run.apply(this, parameters))
} as typeof run

function atCommit<T>(database: DatabaseSync | undefined, sql: string, work: () => T): T {
  if (database === undefined || readers.has(database) || !isCommit(database, sql)) return work()
  commits += 1
  if (commits === killedAt && moment === 'before') die()
  const result = work()
  if (commits === killedAt) die()
  return result
}

/** Settings of a connection are set anew at every opening, and are none. */
function isCommit(database: DatabaseSync, sql: string): boolean {
  if (database.isTransaction) return /^\s*(COMMIT|END)\b/i.test(sql)
  return !/^\s*(BEGIN|SAVEPOINT|PRAGMA (?!user_version|application_id))/i.test(sql)
}

/** Nothing is closed and nothing is flushed. */
function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal comes at once; whoever is still here must not go on.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

// Loaded now, so that they get what was replaced above.
const { createStator } = await import('../../src/index.ts')
const startMs = Date.parse(time)
const stator = await createStator({ dataDir: folder, jobs: 'manual', clock: { now: () => startMs } })
console.log(`opened with ${commits} commits`)
await stator.close()
