/**
 * A sink that is a table in PostgreSQL: a row for each item, upserted and deleted. Which changes are in it is noted in the same transaction,
 * in the table `_stator_sinks`, so that each of them is there exactly once, however often they come, and whoever else tells of them.
 */
import type { Client, ClientConfig } from 'pg'
import type { Item } from '../../values/attribute-value.ts'
import { itemText } from '../../values/item-text.ts'
import { sinkAnswerMsMax, sinkChangesMax, sinkConnectMsMax } from '../limits.ts'
import { type Columns, type ColumnType, columnsFor, otherColumn, quotedName, rowText } from './postgres-columns.ts'
import { type Refused, type Sink, type SinkBatch, type SinkChange, SinkFault } from './sink.ts'

export interface PostgresOptions {
  /** Of the sink: unique in the database. */
  readonly name: string
  readonly url: string
  /** A name, or a schema and a name. */
  readonly table: readonly string[]
  /** Of the source: the primary key of the table. */
  readonly key: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Besides the key. Left out: as attributes come. */
  readonly columns?: Columns | undefined
}

export function openPostgresSink(options: PostgresOptions): Sink {
  let connected: Promise<Target> | undefined
  const drop = async (): Promise<void> => {
    const before = connected
    connected = undefined
    await (await before?.catch(() => undefined))?.client.end().catch(() => {})
  }
  return {
    changesMax: sinkChangesMax,
    put: async (batch) => {
      connected ??= connect(options)
      try {
        return await putAll(await connected, batch)
      } catch (error) {
        await drop()
        throw error instanceof SinkFault ? error : new SinkFault(`PostgreSQL says: ${(error as Error).message}`, { cause: error })
      }
    },
    close: drop,
  }
}

interface Target extends PostgresOptions {
  readonly client: Client
  readonly sqlName: string
  /** As they are in the database. */
  known: Columns
}

async function connect(options: PostgresOptions): Promise<Target> {
  const { Client } = await import('pg')
  const config: ClientConfig = {
    connectionString: options.url,
    connectionTimeoutMillis: sinkConnectMsMax,
    query_timeout: sinkAnswerMsMax,
    application_name: 'stator sink',
  }
  const client = new Client(config)
  // A connection that ends is noticed by the next statement.
  client.on('error', () => {})
  try {
    await client.connect()
    const target: Target = { ...options, client, sqlName: options.table.map(quotedName).join('.'), known: new Map() }
    await prepare(target)
    return target
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/** Makes what is not there yet, and looks which columns there are. */
async function prepare(target: Target): Promise<void> {
  const { client, sqlName, key, columns } = target
  await client.query('CREATE TABLE IF NOT EXISTS _stator_sinks (sink text PRIMARY KEY, epoch bigint NOT NULL, number bigint NOT NULL)')
  const named = [...key.map(({ name, type }) => [name, type] as const), ...(columns ?? new Map([[otherColumn, 'jsonb']]))]
  const definitions = named.map(([name, type]) => `${quotedName(name)} ${type}`)
  const primary = key.map(({ name }) => quotedName(name)).join(', ')
  await client.query(`CREATE TABLE IF NOT EXISTS ${sqlName} (${definitions.join(', ')}, PRIMARY KEY (${primary}))`)
  target.known = await columnsThere(target)
  const missing = named.filter(([name]) => !target.known.has(name))
  for (const [name, type] of missing) await client.query(`ALTER TABLE ${sqlName} ADD COLUMN ${quotedName(name)} ${type}`)
  if (missing.length > 0) target.known = await columnsThere(target)
}

/** By the names of PostgreSQL; whole numbers are numbers that it casts by itself. */
const types: ReadonlyMap<string, ColumnType> = new Map([
  ['smallint', 'numeric'],
  ['integer', 'numeric'],
  ['bigint', 'numeric'],
  ['double precision', 'numeric'],
  ['text', 'text'],
  ['character varying', 'text'],
  ['numeric', 'numeric'],
  ['boolean', 'boolean'],
  ['bytea', 'bytea'],
  ['jsonb', 'jsonb'],
  ['timestamp with time zone', 'timestamptz'],
])

async function columnsThere({ client, sqlName, key, columns }: Target): Promise<Columns> {
  const { rows } = await client.query<{ readonly name: string; readonly type: string }>(
    'SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped',
    [sqlName],
  )
  const isMeant = (name: string): boolean => columns === undefined || columns.has(name) || key.some((each) => each.name === name)
  return new Map(rows.flatMap(({ name, type }) => (types.has(type) && isMeant(name) ? [[name, types.get(type) ?? 'text'] as const] : [])))
}

async function putAll(target: Target, batch: SinkBatch): Promise<readonly Refused[]> {
  if (target.columns === undefined) await addColumns(target, batch)
  try {
    return await inTransaction(target, batch, (changes) => putTogether(target, changes))
  } catch (error) {
    if (!isOfData(error)) throw error
    // Something in it no column takes: which change it is shows when they go one by one.
    return inTransaction(target, batch, (changes) => putOneByOne(target, changes))
  }
}

/** What is wrong with values, and not with the database: classes 22 (data) and 23 (constraints) of SQLSTATE, and text that is no JSON for it. */
function isOfData(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^2[23]/.test(code)
}

async function addColumns(target: Target, { changes }: SinkBatch): Promise<void> {
  const keys = new Set(target.key.map(({ name }) => name))
  const items = changes.flatMap(({ newItem }) => (newItem === undefined ? [] : [without(newItem, keys)]))
  const wanted = columnsFor(items, target.known)
  for (const [name, type] of wanted) {
    const before = target.known.get(name)
    const column = quotedName(name)
    if (before === type || keys.has(name)) continue
    await target.client.query(
      before === undefined
        ? `ALTER TABLE ${target.sqlName} ADD COLUMN IF NOT EXISTS ${column} ${type}`
        : `ALTER TABLE ${target.sqlName} ALTER COLUMN ${column} TYPE text USING ${before === 'bytea' ? `encode(${column}, 'base64')` : `${column}::text`}`,
    )
  }
  if (wanted.size !== target.known.size || [...wanted].some(([name, type]) => target.known.get(name) !== type)) {
    target.known = await columnsThere(target)
  }
}

function without(item: Item, names: ReadonlySet<string>): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.has(name)))
}

type Put = (changes: readonly SinkChange[]) => Promise<readonly Refused[]>

/** Whoever has the row of the sink has it alone. A beginning that it does not know empties the table that an earlier one has filled. */
async function inTransaction(target: Target, { epoch, toNumber, changes }: SinkBatch, put: Put): Promise<readonly Refused[]> {
  const { client, name, sqlName } = target
  await client.query('BEGIN')
  try {
    const inserted = await client.query('INSERT INTO _stator_sinks VALUES ($1, $2, 0) ON CONFLICT DO NOTHING', [name, epoch])
    const { rows } = await client.query<{ readonly epoch: string; readonly number: string }>(
      'SELECT epoch, number FROM _stator_sinks WHERE sink = $1 FOR UPDATE',
      [name],
    )
    const [noted] = rows
    if (noted === undefined) throw new SinkFault(`The row ${name} of _stator_sinks is gone`)
    if (Number(noted.epoch) > epoch) throw new SinkFault(`Another server has begun sink ${name} anew`)
    const isNew = inserted.rowCount === 0 && Number(noted.epoch) < epoch
    if (isNew) await client.query(`DELETE FROM ${sqlName}`)
    const number = isNew ? 0 : Number(noted.number)
    // What was loaded before a change that is in already is older than what is there.
    const news = changes.filter((change) => (change.kind === 'load' ? toNumber >= number : change.number > number))
    const refused = await put(news)
    await client.query(
      'UPDATE _stator_sinks SET epoch = $2, number = greatest($3, CASE WHEN epoch = $2 THEN number ELSE 0 END) WHERE sink = $1',
      [name, epoch, toNumber],
    )
    await client.query('COMMIT')
    return refused
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** What becomes of each item in the end: in a transaction nobody sees what is in between. */
async function putTogether(target: Target, changes: readonly SinkChange[]): Promise<readonly Refused[]> {
  const last = new Map<string, SinkChange>()
  for (const change of changes) last.set(itemText(change.key), change)
  const all = [...last.values()]
  const removed = all.filter(({ newItem }) => newItem === undefined)
  const put = all.filter(({ newItem }) => newItem !== undefined)
  if (removed.length > 0)
    await target.client.query(deleteText(target), [listText(removed.map(({ key }) => rowText(key, keyColumns(target))))])
  if (put.length > 0) {
    const rows = put.map(({ key, newItem }) => rowText({ ...newItem, ...key }, target.known))
    await target.client.query(upsertText(target), [listText(rows)])
  }
  return []
}

async function putOneByOne(target: Target, changes: readonly SinkChange[]): Promise<readonly Refused[]> {
  const refused: Refused[] = []
  for (const change of changes) {
    await target.client.query('SAVEPOINT one')
    try {
      await putTogether(target, [change])
      await target.client.query('RELEASE SAVEPOINT one')
    } catch (error) {
      if (!isOfData(error)) throw error
      await target.client.query('ROLLBACK TO SAVEPOINT one')
      await removeBefore(target, change)
      refused.push({ change, reason: `PostgreSQL says: ${(error as Error).message}` })
    }
  }
  return refused
}

/** What was there before a change that is refused is not the item any more. */
async function removeBefore(target: Target, { key }: SinkChange): Promise<void> {
  try {
    await target.client.query(deleteText(target), [listText([rowText(key, keyColumns(target))])])
    await target.client.query('RELEASE SAVEPOINT one')
  } catch (error) {
    // A key that no column takes.
    if (!isOfData(error)) throw error
    await target.client.query('ROLLBACK TO SAVEPOINT one')
  }
}

function listText(rows: readonly string[]): string {
  return `[${rows.join(',')}]`
}

function keyColumns({ key }: Target): Columns {
  return new Map(key.map(({ name, type }) => [name, type]))
}

function recordOf(columns: Columns): string {
  return [...columns].map(([name, type]) => `${quotedName(name)} ${type}`).join(', ')
}

function upsertText(target: Target): string {
  const names = [...target.known.keys()].map(quotedName)
  const keys = target.key.map(({ name }) => quotedName(name))
  const others = names.filter((name) => !keys.includes(name))
  const set = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`
  return `INSERT INTO ${target.sqlName} (${names.join(', ')}) SELECT ${names.join(', ')} FROM json_to_recordset($1::json) AS item(${recordOf(target.known)}) ON CONFLICT (${keys.join(', ')}) DO ${set}`
}

function deleteText(target: Target): string {
  const keys = target.key.map(({ name }) => `there.${quotedName(name)} = item.${quotedName(name)}`).join(' AND ')
  return `DELETE FROM ${target.sqlName} there USING json_to_recordset($1::json) AS item(${recordOf(keyColumns(target))}) WHERE ${keys}`
}
