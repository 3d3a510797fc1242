/**
 * The tables of a store on PostgreSQL and every statement that is sent to it. Nothing here that YugabyteDB and CockroachDB do not have,
 * too: row locks, plain inserts that fail when somebody was faster, upserts, checks.
 *
 * | table           | holds                                                                                          |
 * | --------------- | ---------------------------------------------------------------------------------------------- |
 * | stator_store    | name and value: the layout of these tables, `1`                                                 |
 * | stator_entries  | one entry each. `text` or `bytes` is its value; `whole` is a long key (stored-keys.ts)          |
 * | stator_counters | what each writer added to a counter; the counter is their sum                                   |
 * | stator_logs     | the last number of a log, and the largest it may get: of a closed log, its last                 |
 * | stator_lanes    | the number of a lane's last batch, and of the one before it: one less, or the commit fails      |
 */
import { asideLockTimeoutMs, idleTransactionMsMax, lockTimeoutMs, statementMsMax, viewAgeMsMax } from '../limits.ts'
import { logNumberMax } from '../store.ts'

/** A statement that is prepared once for each connection. */
export interface Statement {
  /** Undefined: not prepared, and without parameters. */
  readonly name?: string
  readonly text: string
}

/** The layout of the tables. Another one has another number. */
export const layout = '1'

export const createTables: string = `
CREATE TABLE IF NOT EXISTS stator_entries (key bytea PRIMARY KEY, text text, bytes bytea, whole bytea) WITH (fillfactor = 80);
ALTER TABLE stator_entries ALTER COLUMN text SET STORAGE EXTERNAL, ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS stator_counters
  (key bytea, writer int, a bigint NOT NULL, b bigint NOT NULL, c bigint NOT NULL, PRIMARY KEY (key, writer)) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS stator_logs
  (key bytea PRIMARY KEY, last bigint NOT NULL, bound bigint NOT NULL, CONSTRAINT stator_logs_open CHECK (last <= bound)) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS stator_lanes
  (slot int PRIMARY KEY, batch bigint NOT NULL, before bigint NOT NULL, used timestamptz NOT NULL,
   CONSTRAINT stator_lanes_next CHECK (batch = before + 1)) WITH (fillfactor = 10);
CREATE TABLE IF NOT EXISTS stator_store (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO stator_store VALUES ('layout', '${layout}') ON CONFLICT (name) DO NOTHING`

/** Fails unless the tables are those above. */
export const checkTables = `SELECT e.key, e.text, e.bytes, e.whole, c.key, c.writer, c.a, c.b, c.c, l.key, l.last, l.bound,
  n.slot, n.batch, n.before, n.used FROM stator_entries e, stator_counters c, stator_logs l, stator_lanes n WHERE false`

/** Fails unless whoever asks may do with the tables what a store does. Changes nothing. */
export const checkRights: string = ['entries', 'counters', 'logs', 'lanes']
  .map((name) => `stator_${name}`)
  .flatMap((table) => [
    `INSERT INTO ${table} SELECT * FROM ${table} WHERE false`,
    `UPDATE ${table} SET ${table === 'stator_lanes' ? 'slot = slot' : 'key = key'} WHERE false`,
    // Lanes are used again, and so stay.
    ...(table === 'stator_lanes' ? [] : [`DELETE FROM ${table} WHERE false`]),
  ])
  .join(';\n')

export const readLayout: Statement = { name: 'read_layout', text: `SELECT value FROM stator_store WHERE name = 'layout'` }
export const readSurroundings: Statement = {
  name: 'read_surroundings',
  text: `SELECT current_setting('server_encoding'), current_setting('transaction_read_only')`,
}
export const readTime: Statement = { name: 'read_time', text: 'SELECT extract(epoch FROM clock_timestamp()) * 1000' }

export const constraints = { logIsOpen: 'stator_logs_open', nextBatch: 'stator_lanes_next' } as const

/** What every connection is told first. A view may be idle for longer than a batch; nothing else differs. */
export function sessionSettings(use: 'lane' | 'reads'): string {
  const idleMs = use === 'lane' ? idleTransactionMsMax : viewAgeMsMax
  return `SET client_encoding = 'UTF8'; SET lock_timeout = ${lockTimeoutMs}; SET statement_timeout = ${statementMsMax};
SET idle_in_transaction_session_timeout = ${idleMs}; SET enable_seqscan = off; SET jit = off; SET bytea_output = 'hex';
SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)`
}

/** `on` of a standby, in PostgreSQL and its kin. */
export const readReadOnly: Statement = { name: 'read_read_only', text: "SELECT current_setting('transaction_read_only')" }

export const begin: Statement = { text: 'BEGIN' }
/** Of a transaction that should not wait. */
export const beginAside: Statement = { text: `BEGIN; SET LOCAL lock_timeout = ${asideLockTimeoutMs}` }
export const beginView: Statement = { text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' }
/** The first statement of a view is what fixes it. */
export const fixView: Statement = { text: 'SELECT 1' }
export const commit: Statement = { text: 'COMMIT' }
export const rollback: Statement = { text: 'ROLLBACK' }

export const readEntries: Statement = {
  name: 'read_entries',
  text: 'SELECT key, text, bytes FROM stator_entries WHERE key = ANY($1::bytea[])',
}
export const lockEntries: Statement = {
  name: 'lock_entries',
  text: 'SELECT key, text, bytes FROM stator_entries WHERE key = ANY($1::bytea[]) ORDER BY key FOR UPDATE',
}

/** Those of them that nobody else holds. */
export const lockFreeEntries: Statement = {
  name: 'lock_free_entries',
  text: 'SELECT key, text, bytes FROM stator_entries WHERE key = ANY($1::bytea[]) ORDER BY key FOR UPDATE SKIP LOCKED',
}

const givenEntries = `INSERT INTO stator_entries (key, text, bytes, whole)
  SELECT k, t, b, w FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bytea[]) given (k, t, b, w) ORDER BY k`

/** Of entries that were not there: fails with 23505 when somebody was faster. */
export const insertEntries: Statement = { name: 'insert_entries', text: givenEntries }
export const putEntries: Statement = {
  name: 'put_entries',
  text: `${givenEntries} ON CONFLICT (key) DO UPDATE SET text = excluded.text, bytes = excluded.bytes`,
}
export const deleteEntries: Statement = { name: 'delete_entries', text: 'DELETE FROM stator_entries WHERE key = ANY($1::bytea[])' }

const inRange = 'FROM stator_entries WHERE key >= $1 AND key < $2 ORDER BY key'
export const scanUp: Statement = { name: 'scan_up', text: `SELECT key, text, bytes ${inRange} LIMIT $3` }
export const scanDown: Statement = { name: 'scan_down', text: `SELECT key, text, bytes ${inRange} DESC LIMIT $3` }

// Of long keys that begin alike, which the index does not have in order.
const longInRange = 'FROM stator_entries WHERE key > $1 AND key < $2 AND whole >= $3 AND whole < $4 ORDER BY whole'
export const scanLongUp: Statement = { name: 'scan_long_up', text: `SELECT whole, text, bytes ${longInRange} LIMIT $5` }
export const scanLongDown: Statement = { name: 'scan_long_down', text: `SELECT whole, text, bytes ${longInRange} DESC LIMIT $5` }

export const readSums: Statement = {
  name: 'read_sums',
  text: `SELECT key, sum(a)::bigint, sum(b)::bigint, sum(c)::bigint FROM stator_counters WHERE key = ANY($1::bytea[]) GROUP BY key`,
}
export const clearCounters: Statement = { name: 'clear_counters', text: 'DELETE FROM stator_counters WHERE key = ANY($1::bytea[])' }
export const addToCounters: Statement = {
  name: 'add_to_counters',
  text: `INSERT INTO stator_counters (key, writer, a, b, c)
  SELECT k, $1::int, a, b, c FROM unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[]) given (k, a, b, c) ORDER BY k
  ON CONFLICT (key, writer) DO UPDATE
  SET a = stator_counters.a + excluded.a, b = stator_counters.b + excluded.b, c = stator_counters.c + excluded.c`,
}

export const readLasts: Statement = { name: 'read_lasts', text: 'SELECT key, last FROM stator_logs WHERE key = ANY($1::bytea[])' }
export const lockLogs: Statement = {
  name: 'lock_logs',
  text: 'SELECT key, last, bound FROM stator_logs WHERE key = ANY($1::bytea[]) ORDER BY key FOR UPDATE',
}
const givenLogs = `INSERT INTO stator_logs (key, last, bound)
  SELECT k, l, m FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) given (k, l, m) ORDER BY k`
export const insertLogs: Statement = { name: 'insert_logs', text: givenLogs }
export const putLogs: Statement = {
  name: 'put_logs',
  text: `${givenLogs} ON CONFLICT (key) DO UPDATE SET last = excluded.last, bound = excluded.bound`,
}
export const deleteLogs: Statement = { name: 'delete_logs', text: 'DELETE FROM stator_logs WHERE key = ANY($1::bytea[])' }
/**
 * Numbers are given while the log's row is held: $1 and $2 are the logs and how many entries each gets, $3 to $6 the entries with their
 * distance from the last of their log. A closed log fails its check.
 */
export const appendToLogs: Statement = {
  name: 'append_to_logs',
  text: `WITH heads AS (
    INSERT INTO stator_logs (key, last, bound) SELECT k, n, ${logNumberMax} FROM unnest($1::bytea[], $2::bigint[]) given (k, n) ORDER BY k
    ON CONFLICT (key) DO UPDATE SET last = stator_logs.last + excluded.last RETURNING key, last)
  INSERT INTO stator_entries (key, text, bytes)
  SELECT key || decode(lpad(to_hex(last - d), 12, '0'), 'hex'), t, b
  FROM unnest($3::bytea[], $4::bigint[], $5::text[], $6::bytea[]) given (k, d, t, b) JOIN heads ON key = k
  ON CONFLICT (key) DO UPDATE SET text = excluded.text, bytes = excluded.bytes`,
}

export const nextBatch: Statement = {
  name: 'next_batch',
  text: 'UPDATE stator_lanes SET batch = $2, before = batch, used = now() WHERE slot = $1',
}
export const lockLane: Statement = { name: 'lock_lane', text: 'SELECT batch FROM stator_lanes WHERE slot = $1 FOR UPDATE' }
/** Whatever batch stands there, and whatever one may still be under way: the next is the one after $2. */
export const setLane: Statement = {
  name: 'set_lane',
  text: 'UPDATE stator_lanes SET batch = $2::bigint, before = $2::bigint - 1, used = now() WHERE slot = $1',
}
export const findIdleLane: Statement = {
  name: 'find_idle_lane',
  text: `SELECT slot FROM stator_lanes WHERE used < now() - $1 * interval '1 hour' ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED`,
}
export const addLane: Statement = {
  name: 'add_lane',
  text: `INSERT INTO stator_lanes (slot, batch, before, used)
  SELECT coalesce(max(slot), 0) + 1, $1::bigint, $1::bigint - 1, now() FROM stator_lanes RETURNING slot`,
}
export const freeLane: Statement = {
  name: 'free_lane',
  text: 'UPDATE stator_lanes SET used = to_timestamp(0) WHERE slot = $1 AND batch = $2',
}
