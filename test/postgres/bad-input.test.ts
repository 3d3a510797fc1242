/**
 * The command with a database that it cannot use, from the start or after a while: one sentence, or a 500 that is over by itself; nothing
 * is lost. Certificates are in encryption.test.ts, clocks that are wrong in wrong-clock.test.ts, versions in test/server/feature-levels.test.ts.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { allRoutes } from '../../src/server/control/routes.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { type Postgres, skipWithoutPostgres, startPostgres } from '../harness/postgres.ts'
import { ServerProcess, until } from '../harness/server-process.ts'

const TableName = 'Orders'
const create = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

/** It ends at once, without a stack and without the password. */
async function endsWith(url: string, sentence: RegExp): Promise<void> {
  const process = new StatorProcess(['--port', '0', '--storage', url])
  const serves = process.endpoint().then(
    () => process.child.kill('SIGKILL'),
    () => {},
  )
  const [{ code, out, err }] = await Promise.all([process.ended, serves])
  assert.equal(code, 1, out)
  assert.match(err, sentence)
  assert.equal(err.trim().split('\n').length, 1, err)
  assert.doesNotMatch(err + out, /hunter2/)
}

function schemaOf(url: string): string {
  return /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
}

function put(pk: string): object {
  return { TableName, Item: { pk: { S: pk } } }
}

/** The two lines that the log has, however much failed. */
async function outageTold(server: ServerProcess): Promise<{ readonly began: string; readonly over: string }> {
  const [began = '', over = '', ...more] = await until(async () => {
    const lines = server.process.err.trim().split('\n')
    return lines.length > 1 ? lines : undefined
  })
  assert.match(began, /^The store does not work, and what needs it fails until it does: /)
  assert.match(over, /^The store works again, \d+\.\d s after the first failed for it; /)
  assert.deepEqual(more, [])
  return { began, over }
}

/** All that only look, with what they must be told. */
const storeIsAway = /^The store cannot be asked now, ask again later: the database cannot be asked: [^\n]+\.$/

function controlPaths(): readonly string[] {
  const looking = allRoutes().filter(({ method }) => method === 'GET')
  const names = [
    [':table', TableName],
    [':index', 'none'],
    [':from', 'us-east-1'],
    [':to', 'eu-west-1'],
  ] as const
  const named = looking.map(({ path }) => names.reduce((text, [name, value]) => text.replace(name, value), path))
  return named.map((path) => (path.endsWith('/diff') ? `${path}?from=2026-01-01T00:00:00Z` : path))
}

async function keys(server: ServerProcess): Promise<readonly string[]> {
  const { Items } = await server.ask('Scan', { TableName, ConsistentRead: true })
  return (Items as readonly { readonly pk: { readonly S: string } }[]).map(({ pk }) => pk.S).sort()
}

/** Roles have to give a password from now on. */
async function askForPasswords(postgres: Postgres): Promise<void> {
  const file = join(postgres.folder, 'data', 'pg_hba.conf')
  writeFileSync(file, `local all guest scram-sha-256\n${readFileSync(file, 'utf8')}`)
  await postgres.sql(`CREATE USER guest PASSWORD 'right'`)
  await postgres.sql('SELECT pg_reload_conf()')
}

describe('stator on a PostgreSQL that it cannot use', { skip: skipWithoutPostgres }, () => {
  test('ends with one sentence at a wrong URL, password or database, one that takes no writes or other text, and without the right to make tables or to use them', {
    timeout: 180_000,
  }, async (t) => {
    const postgres = await startPostgres()
    const { folder } = postgres
    try {
      await endsWith('postgres://u:hunter2@127.0.0.1:1/db', /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/)
      await endsWith('postgres://u:hunter2@host:port/db', /URL of the database is not one/)
      await endsWith(`postgres://postgres:hunter2@/none?host=${folder}`, /has no database none/)
      await postgres.sql(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
      await endsWith(`postgres://postgres:hunter2@/latin?host=${folder}`, /latin has the encoding LATIN1, and must have UTF8/)
      await postgres.sql('CREATE DATABASE frozen')
      await postgres.sql('ALTER DATABASE frozen SET default_transaction_read_only = on')
      await endsWith(`postgres://postgres:hunter2@/frozen?host=${folder}`, /frozen takes no writes: it is a standby, or read-only/)
      await askForPasswords(postgres)
      await endsWith(`postgres://guest:hunter2@/postgres?host=${folder}`, /does not let in guest/)
      await endsWith(`postgres://guest@/postgres?host=${folder}`, /asks for a password of guest: give it in the URL or in PGPASSWORD/)
      await endsWith(`postgres://guest:right@/postgres?host=${folder}`, /guest may not make the tables of Stator/)
      await endsWith(
        `postgres://postgres:hunter2@/postgres?host=${folder}&options=-c%20search_path%3Dnone`,
        /postgres has no schema for the tables/,
      )
      await new ServerProcess(t, postgres.url({})).started()
      await postgres.sql('GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest')
      await endsWith(
        `postgres://guest:right@/postgres?host=${folder}`,
        /guest may not use the tables of Stator in the database postgres: grant it/,
      )
    } finally {
      await postgres.remove()
    }
  })

  test("ends with one sentence on another program's tables, a newer layout and a newer format", { timeout: 180_000 }, async (t) => {
    const postgres = await sharedPostgres()
    const strange = await postgres.newUrl()
    await postgres.sql(`CREATE TABLE ${schemaOf(strange)}.stator_entries (id int)`)
    await endsWith(strange, /not those of Stator/)
    const url = await postgres.newUrl()
    const server = await new ServerProcess(t, url).started()
    server.process.child.kill('SIGTERM')
    await server.process.ended
    await postgres.sql(`UPDATE ${schemaOf(url)}.stator_entries SET text = '9' WHERE key = '\\x1f'`)
    await endsWith(url, /written by a newer version of Stator \(format 9/)
    await postgres.sql(`UPDATE ${schemaOf(url)}.stator_store SET value = '2'`)
    await endsWith(url, /newer version of Stator \(layout 2/)
  })

  test('ends with one sentence when the database is away at the start, and starts when it is there', { timeout: 60_000 }, async (t) => {
    const postgres = await startPostgres()
    t.after(() => postgres.remove())
    await postgres.stop('fast')
    await endsWith(
      postgres.url({}).replace('postgres@', 'postgres:hunter2@'),
      /^The database at \S+ cannot be reached \((ENOENT|ECONNREFUSED)\)$/m,
    )
    await postgres.start()
    const server = await new ServerProcess(t, postgres.url({})).started()
    await server.ask('CreateTable', create)
  })

  test('answers 500 while the database is away, and goes on by itself when it is back', { timeout: 90_000 }, async (t) => {
    const postgres = await startPostgres()
    t.after(() => postgres.remove())
    const server = await new ServerProcess(t, postgres.url({})).started()
    await server.ask('CreateTable', create)
    await server.ask('PutItem', put('before'))
    await postgres.stop('fast')
    const requests = Array.from({ length: 100 }, (_, at) => [
      server.answerTo('PutItem', put(`away ${at}`)),
      server.answerTo('GetItem', { TableName, Key: { pk: { S: 'before' } }, ConsistentRead: true }),
    ]).flat()
    const others = [server.answerTo('ListTables', {}), server.answerTo('DescribeTable', { TableName })]
    const controls = controlPaths().map(async (path) => {
      const response = await fetch(server.endpoint + path)
      return { path, status: response.status, error: ((await response.json()) as { readonly error?: string }).error }
    })
    for (const { status, body } of await Promise.all([...requests, ...others])) {
      assert.equal(status, 500)
      assert.match(String(body.__type), /#InternalServerError$/)
    }
    const answered = (await Promise.all(controls)).filter(({ status, error }) => status !== 503 || !storeIsAway.test(error ?? ''))
    assert.deepEqual(answered, [], 'other answers of control')
    await postgres.start()
    await server.askUntilAnswered('PutItem', put('after'))
    assert.deepEqual(await keys(server), ['after', 'before'])
    assert.equal(server.process.child.exitCode, null)
    const { began, over } = await outageTold(server)
    assert.match(began, /: the (database cannot be asked:|commit failed:|database is away, and nobody knows whether it committed:) /)
    assert.match(over, /; 2\d\d requests and jobs did$/)
  })

  test('answers 500 to writes while the disk of the database is full, reads all the same, and loses nothing', {
    timeout: 180_000,
  }, async (t) => {
    const postgres = await sharedPostgres()
    const url = await postgres.newUrl()
    const schema = schemaOf(url)
    const server = await new ServerProcess(t, url).started()
    await server.ask('CreateTable', create)
    await server.ask('PutItem', put('before'))
    await postgres.sql(`CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${schema}.stator_entries EXECUTE FUNCTION ${schema}.full()`)
    const transaction = { TransactItems: [{ Put: put('a') }, { Put: put('b') }] }
    for (const [operation, input] of [
      ['PutItem', put('full')],
      ['TransactWriteItems', transaction],
      ['CreateTable', { ...create, TableName: 'Others' }],
    ] as const) {
      const { status, body } = await server.answerTo(operation, input)
      assert.equal(status, 500, operation)
      assert.match(String(body.__type), /#InternalServerError$/)
    }
    assert.deepEqual(await keys(server), ['before'])
    await postgres.sql(`DROP TRIGGER full_disk ON ${schema}.stator_entries`)
    await until(async () => ((await server.answerTo('PutItem', put('after'))).status === 200 ? true : undefined))
    await server.ask('TransactWriteItems', transaction)
    assert.deepEqual(await keys(server), ['a', 'after', 'b', 'before'])
    assert.deepEqual((await server.ask('ListTables', {})).TableNames, [TableName])
    assert.match((await outageTold(server)).began, /: the commit failed: could not extend file$/)
  })
})
