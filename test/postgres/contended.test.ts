/** Turns whose rows another backend holds: who waits for it, for how long, and what is said when it was in vain. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asideLockTimeoutMs } from '../../src/storage/limits.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { GuardChanged, type KeyBytes, logEntryKey, type Store, StoreContended } from '../../src/storage/store.ts'
import { key } from '../contract/laws.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { type Postgres, skipWithoutPostgres } from '../harness/postgres.ts'

interface Opened {
  readonly postgres: Postgres
  readonly store: Store
  /** `stator_entries` of this store. */
  readonly entries: string
}

async function open(): Promise<Opened> {
  const postgres = await sharedPostgres()
  const url = await postgres.newUrl()
  const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
  return { postgres, store: await openPostgresStore({ url }), entries: `${schema}.stator_entries` }
}

function bytes(of: KeyBytes): string {
  return `'\\x${Buffer.from(of).toString('hex')}'::bytea`
}

/** Puts under each of these keys, having read them. */
function put(store: Store, ...keys: readonly KeyBytes[]): Promise<void> {
  return store.write(keys, (turn) => {
    for (const each of keys) turn.put(each, `${turn.get(each) ?? ''}x`)
  })
}

async function held(write: Promise<unknown>): Promise<readonly KeyBytes[]> {
  try {
    await write
  } catch (error) {
    assert.ok(error instanceof StoreContended, String(error))
    return error.held
  }
  return assert.fail('it was written')
}

/** Puts under a key, and appends to a log what it was. */
function putAndAppend(store: Store, of: KeyBytes, log: KeyBytes): Promise<void> {
  return store.write([of], (turn) => {
    const value = `${turn.get(of) ?? ''}x`
    turn.put(of, value)
    turn.append(log, value)
  })
}

interface Asking {
  readonly postgres: Postgres
  readonly stores: readonly Store[]
  /** Of what is held. */
  readonly inVain: (store: Store) => Promise<unknown>
  /** Of what is not, each time another one for each store. */
  readonly beside?: (store: Store, other: KeyBytes) => Promise<void>
}

/**
 * Asks for turns of what is held and of other keys, four a second and one at a time, through each of these stores. Returns how many waits
 * for a lock were seen meanwhile that lasted longer than those of turns that were put aside do; all of them were in vain.
 */
async function longWaits({ postgres, stores, inVain, beside = put }: Asking): Promise<number> {
  const seen = new Set<unknown>()
  const waits: Promise<unknown>[] = []
  const look = `SELECT pid || ' ' || query_start AS wait FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%stator_entries%' AND clock_timestamp() - query_start > interval '${2 * asideLockTimeoutMs} ms'`
  for (let round = 0; round < 16; round += 1) {
    for (const store of stores) waits.push(held(inVain(store)))
    let isDone = false
    const others = stores.map((store, at) => beside(store, key(`other ${at}`)))
    const done = Promise.all([postgres.sql('SELECT pg_sleep(0.25)'), ...others]).finally(() => (isDone = true))
    while (!isDone) {
      for (const { wait } of await postgres.sql(look)) seen.add(wait)
      await postgres.sql('SELECT pg_sleep(0.02)')
    }
    await done
  }
  await Promise.all(waits)
  return seen.size
}

describe('turns whose rows another backend holds', { skip: skipWithoutPostgres }, () => {
  test('fail by themselves and name what is held; those that were asked for with them do not', { timeout: 30_000 }, async () => {
    const { postgres, store, entries } = await open()
    const others = Array.from({ length: 300 }, (_, at) => key(`other ${at}`))
    await put(store, key('a'), key('b'), ...others)
    const release = await postgres.hold(`SELECT 1 FROM ${entries} WHERE key = ${bytes(key('a'))} FOR UPDATE`)
    const heard: string[] = []
    const both = store.write([key('b'), key('a')], (turn) => {
      turn.follow({ durable: () => heard.push('durable'), dropped: () => heard.push('dropped') })
      turn.put(key('a'), 'both')
      turn.put(key('b'), 'both')
    })
    const waiting = Promise.all([both, put(store, key('a'))].map(held))
    let isOver = false
    void waiting.finally(() => (isOver = true))
    await Promise.all(others.map((other) => put(store, other)))
    assert.equal(isOver, false, 'who needs nothing of it is done first')
    assert.deepEqual(await waiting, [[key('a')], [key('a')]])
    // It was not even decided.
    assert.deepEqual(heard, [])
    assert.deepEqual(await store.get([key('a'), key('b'), key('other 7')]), ['x', 'x', 'xx'])
    await release()
    await put(store, key('a'), key('b'))
    assert.deepEqual(await store.get([key('a'), key('b')]), ['xx', 'xx'])
    await store.close()
  })

  test('fail when another has put what they look for and not committed it; those beside them do not', { timeout: 30_000 }, async () => {
    const { postgres, store, entries } = await open()
    const release = await postgres.hold(`INSERT INTO ${entries} (key, text) VALUES (${bytes(key('new'))}, 'y')`)
    const waiting = held(put(store, key('new'), key('beside')))
    await Promise.all(Array.from({ length: 20 }, (_, at) => put(store, key(`other ${at}`))))
    // Nobody sees that it is there.
    assert.deepEqual(await waiting, [])
    await release()
    await put(store, key('new'), key('beside'))
    assert.deepEqual(await store.get([key('new'), key('beside')]), ['x', 'x'])
    await store.close()
  })

  test('are done when it is given back before they have waited long enough, and before the store is closed', {
    timeout: 30_000,
  }, async () => {
    const { postgres, store, entries } = await open()
    await put(store, key('a'))
    const release = await postgres.hold(`SELECT 1 FROM ${entries} WHERE key = ${bytes(key('a'))} FOR UPDATE`)
    const writes = Array.from({ length: 20 }, () => put(store, key('a')))
    // They have been put aside by then: this one was asked for later.
    await postgres.sql('SELECT pg_sleep(1.5)')
    await put(store, key('b'))
    const closing = store.close()
    await release()
    await Promise.all([...writes, closing])
    const again = await openPostgresStore({ url: postgres.url({ schema: entries.split('.')[0] ?? '' }) })
    assert.deepEqual(await again.get([key('a')]), ['x'.repeat(21)])
    await again.close()
  })

  test('are not waited for by others again once it is known that it is held, however many come', { timeout: 60_000 }, async () => {
    const { postgres, store, entries } = await open()
    const neighbour = await openPostgresStore({ url: postgres.url({ schema: entries.split('.')[0] ?? '' }) })
    await put(store, key('a'), key('other 0'), key('other 1'))
    const release = await postgres.hold(`SELECT 1 FROM ${entries} WHERE key = ${bytes(key('a'))} FOR UPDATE`)
    const waits = await longWaits({ postgres, stores: [store, neighbour], inVain: (each) => put(each, key('a')) })
    // The second in line may be seen twice.
    assert.ok(waits >= 1 && waits <= 3, `${waits} waits`)
    await release()
    await Promise.all([put(store, key('a')), put(neighbour, key('a'))])
    assert.deepEqual(await store.get([key('a'), key('other 0'), key('other 1')]), ['xxx', 'x'.repeat(17), 'x'.repeat(17)])
    await Promise.all([store.close(), neighbour.close()])
  })

  test('are not waited for again when nobody sees what is held', { timeout: 60_000 }, async () => {
    const { postgres, store, entries } = await open()
    await put(store, key('other 0'))
    const release = await postgres.hold(`INSERT INTO ${entries} (key, text) VALUES (${bytes(key('new'))}, 'y')`)
    const waits = await longWaits({ postgres, stores: [store], inVain: (each) => put(each, key('new')) })
    // One, and room for a machine that is busy: those aside wait too, for a shorter time.
    assert.ok(waits >= 1 && waits <= 3, `${waits} waits`)
    await release()
    await put(store, key('new'))
    assert.deepEqual(await store.get([key('new'), key('other 0')]), ['x', 'x'.repeat(17)])
    await store.close()
  })

  test('are not waited for again by those who append to other logs, when it is the head of one that is held', {
    timeout: 60_000,
  }, async () => {
    const { postgres, store, entries } = await open()
    const [held, free] = [key('held log'), key('free log')]
    await Promise.all([putAndAppend(store, key('a'), held), putAndAppend(store, key('other 0'), free)])
    const logs = entries.replace('stator_entries', 'stator_logs')
    const release = await postgres.hold(`SELECT 1 FROM ${logs} WHERE key = ${bytes(held)} FOR UPDATE`)
    const heard: string[] = []
    let asked = 0
    const waits = await longWaits({
      postgres,
      stores: [store],
      // Each a turn that nobody has seen, of a key of its own: before it is decided nothing tells that it appends.
      inVain: (each) => {
        asked += 1
        const own = key(`own ${asked}`)
        return each.write([own], (turn) => {
          turn.follow({ durable: () => heard.push('durable'), refused: () => heard.push('refused') })
          turn.put(own, 'x')
          turn.append(held, 'x')
        })
      },
      beside: (each, other) => putAndAppend(each, other, free),
    })
    assert.ok(waits >= 1 && waits <= 3, `${waits} waits`)
    assert.deepEqual(heard, [])
    assert.deepEqual(await store.get([key('own 1'), key('other 0')]), [undefined, 'x'.repeat(17)])
    assert.equal(await store.write([free], (turn) => turn.last(free)), 17)
    // Who asks for the last number needs the head, too.
    const waiting = [store.write([held], (turn) => turn.last(held)), putAndAppend(store, key('a'), held)]
    await put(store, key('b'))
    await release()
    await Promise.all(waiting)
    assert.equal(await store.write([held], (turn) => turn.close(held)), 2)
    await assert.rejects(putAndAppend(store, key('a'), held), GuardChanged)
    assert.deepEqual(await store.get([key('a'), logEntryKey(held, 1), logEntryKey(held, 2)]), ['xx', 'x', 'xx'])
    await store.close()
  })

  test('are done when the row is held for moments only, again and again, by those who change it', { timeout: 60_000 }, async () => {
    const { postgres, store, entries } = await open()
    await put(store, key('busy'))
    const release = await postgres.hold(`SELECT 1 FROM ${entries} WHERE key = ${bytes(key('busy'))} FOR UPDATE`)
    // It is known to be held by then.
    const first = put(store, key('busy'))
    await postgres.sql('SELECT pg_sleep(1)')
    await release()
    let isOver = false
    const change = `UPDATE ${entries} SET text = text || 'y' WHERE key = ${bytes(key('busy'))}`
    const others = Array.from({ length: 3 }, async () => {
      while (!isOver) await postgres.sql(`BEGIN; ${change}; SELECT pg_sleep(0.03); COMMIT`)
    })
    await first
    for (let at = 0; at < 20; at += 1) await put(store, key('busy'))
    isOver = true
    await Promise.all(others)
    const [text] = await store.get([key('busy')])
    assert.equal(String(text).replaceAll('y', '').length, 22)
    await store.close()
  })
})
