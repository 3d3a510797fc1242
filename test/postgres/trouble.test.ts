/** What a database can do to a store: at opening it says so in one sentence, later it is unavailable until all is well again. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPostgresStore, type PostgresStoreOptions } from '../../src/storage/postgres/open-postgres-store.ts'
import { StoreOpenError, StoreUnavailable, type View, ViewEnded } from '../../src/storage/store.ts'
import { everything, get, key, put, scanAll, unlimited } from '../contract/laws.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres, startPostgres } from '../harness/postgres.ts'

async function refusesToOpen(options: PostgresStoreOptions, sentence: RegExp): Promise<void> {
  await assert.rejects(openPostgresStore(options), (error: unknown) => {
    assert.ok(error instanceof StoreOpenError, String(error))
    assert.match(error.message, sentence)
    assert.doesNotMatch(error.message, /hunter2|\n/)
    return true
  })
}

describe('a store on a PostgreSQL in trouble', { skip: skipWithoutPostgres }, () => {
  test('does not open at a wrong URL, and says why in one sentence without the password', async () => {
    const { folder } = await sharedPostgres()
    await refusesToOpen({ url: 'mysql://root:hunter2@host/db' }, /named as postgres:\/\//)
    await refusesToOpen({ url: 'postgres://root:hunter2@host:port/db' }, /URL of the database is not one/)
    await refusesToOpen({ url: 'postgres://u:hunter2@127.0.0.1:1/db' }, /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/)
    await refusesToOpen({ url: `postgres://u:hunter2@/db?host=${folder}/none` }, /cannot be reached \(ENOENT\)/)
    await refusesToOpen({ url: `postgres://postgres:hunter2@/none?host=${folder}` }, /has no database none/)
    await refusesToOpen({ url: `postgres://nobody:hunter2@/postgres?host=${folder}` }, /does not let in nobody/)
  })

  test('does not open without the right to make its tables, and does with tables that its owner made', async () => {
    const postgres = await sharedPostgres()
    const url = await postgres.newUrl()
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
    await postgres.sql(`CREATE USER guest; GRANT USAGE ON SCHEMA ${schema} TO guest`)
    const guest = postgres.url({ user: 'guest', schema })
    await refusesToOpen({ url: guest }, /guest may not make the tables/)
    await (await openPostgresStore({ url })).close()
    await refusesToOpen({ url: guest }, /guest may not/)
    await postgres.sql(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO guest`)
    const store = await openPostgresStore({ url: guest })
    await put(store, 'a', 'x')
    await store.close()
  })

  test("does not open on another program's tables, or on those of a newer version", async () => {
    const postgres = await sharedPostgres()
    const url = await postgres.newUrl()
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
    await postgres.sql(`CREATE TABLE ${schema}.stator_store (id int)`)
    await refusesToOpen({ url }, /not those of Stator/)
    await postgres.sql(`DROP TABLE ${schema}.stator_store; CREATE TABLE ${schema}.stator_logs (id int)`)
    await refusesToOpen({ url }, /not those of Stator/)
    await postgres.sql(`DROP TABLE ${schema}.stator_logs`)
    await (await openPostgresStore({ url })).close()
    await postgres.sql(`UPDATE ${schema}.stator_store SET value = '2'`)
    await refusesToOpen({ url }, /newer version of Stator \(layout 2/)
  })

  test('goes on by itself when the database was killed and started again, and loses nothing', async () => {
    const postgres = await startPostgres()
    const store = await openPostgresStore({ url: postgres.url({}) })
    try {
      let acknowledged = 0
      let isOver = false
      const increment = (): Promise<void> =>
        store.write([key('count')], (turn) => turn.put(key('count'), String(Number(turn.get(key('count')) ?? 0) + 1)))
      const writing = Array.from({ length: 4 }, async () => {
        while (!isOver) {
          await increment()
          acknowledged += 1
        }
      })
      for (const how of ['immediate', 'fast'] as const) {
        const before = acknowledged
        while (acknowledged < before + 20) await increment()
        await postgres.stop(how)
        const reading = get(store, 'count')
        const looking = scanAll(store)
        await postgres.start()
        assert.ok(Number(await reading) >= before)
        assert.equal((await looking).length, 1)
      }
      isOver = true
      await Promise.all(writing)
      // Those that were written in the loops above, too.
      assert.ok(Number(await get(store, 'count')) >= acknowledged)
    } finally {
      await store.close()
      await postgres.remove()
    }
  })

  test('is unavailable when the database stays away, and available again when it is back', async () => {
    const postgres = await startPostgres()
    const store = await openPostgresStore({ url: postgres.url({}) })
    try {
      await put(store, 'a', 'x')
      await postgres.stop('fast')
      const heard: string[] = []
      const write = store.write([], (turn) => {
        turn.follow({ durable: () => heard.push('durable'), dropped: () => heard.push('dropped') })
        turn.put(key('b'), 'x')
      })
      const asked = [write, get(store, 'a'), store.sums([key('a')]), scanAll(store)]
      for (const result of await Promise.allSettled(asked)) {
        assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
      }
      // It was never decided.
      assert.deepEqual(heard, [])
      await postgres.start()
      assert.deepEqual(await scanAll(store), [['a', 'x']])
      await put(store, 'b', 'y')
      assert.equal(await get(store, 'b'), 'y')
    } finally {
      await store.close()
      await postgres.remove()
    }
  })

  test('ends a view whose backend was terminated, and reads the next', async () => {
    const postgres = await sharedPostgres()
    const store = await openPostgresStore({ url: await postgres.newUrl() })
    await put(store, 'a', 'x')
    const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stator'`
    let held: View | undefined
    const reading = store.view(async (view) => {
      held = view
      await view.get([key('a')])
      await postgres.sql(terminate)
      await view.scan(everything, unlimited)
    })
    await assert.rejects(reading, ViewEnded)
    assert.ok(held !== undefined)
    assert.deepEqual(await scanAll(store), [['a', 'x']])
    await put(store, 'b', 'x')
    assert.equal(await get(store, 'b'), 'x')
    await store.close()
  })

  test('fails writes while its disk is full, keeps nothing of them, and writes again when there is room', async () => {
    const postgres = await sharedPostgres()
    const url = await postgres.newUrl()
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
    const store = await openPostgresStore({ url })
    await put(store, 'a', 'x')
    await postgres.sql(`CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON ${schema}.stator_entries EXECUTE FUNCTION ${schema}.full()`)
    const heard: string[] = []
    const write = store.write([], (turn) => {
      turn.follow({ durable: () => heard.push('durable'), dropped: () => heard.push('dropped') })
      turn.put(key('b'), 'x')
      turn.add(key('counter'), [1, 0, 0])
    })
    await assert.rejects(write, StoreUnavailable)
    assert.deepEqual(heard, ['dropped'])
    assert.equal(await get(store, 'a'), 'x')
    await postgres.sql(`DROP TRIGGER full_disk ON ${schema}.stator_entries`)
    assert.equal(await get(store, 'b'), undefined)
    assert.deepEqual(await store.sums([key('counter')]), [[0, 0, 0]])
    await put(store, 'b', 'x')
    await store.close()
  })
})
