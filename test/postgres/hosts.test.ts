/** Several servers of PostgreSQL: whichever takes writes is asked, and a fail-over loses nothing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { urlsOfHosts } from '../../src/storage/postgres/hosts.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { type KeyBytes, StoreOpenError, StoreUnavailable } from '../../src/storage/store.ts'
import { skipWithoutPostgres, startPostgres } from '../harness/postgres.ts'

test('a URL names one server or several, as libpq has them', () => {
  assert.deepEqual(urlsOfHosts('postgres://u:p@a/db?sslmode=require'), ['postgres://u:p@a/db?sslmode=require'])
  assert.deepEqual(urlsOfHosts('postgres:///db?host=/tmp'), ['postgres:///db?host=/tmp'])
  assert.deepEqual(urlsOfHosts('postgres://u:p@a:1,b:2,[::1]:3/db?x=y'), [
    'postgres://u:p@a:1/db?x=y',
    'postgres://u:p@b:2/db?x=y',
    'postgres://u:p@[::1]:3/db?x=y',
  ])
  assert.deepEqual(urlsOfHosts('postgresql://u@/db?host=/a,/b&port=1,2'), [
    'postgresql://u@/db?host=%2Fa&port=1',
    'postgresql://u@/db?host=%2Fb&port=2',
  ])
  assert.deepEqual(urlsOfHosts('postgresql://u@/db?port=7&host=/a,/b'), [
    'postgresql://u@/db?port=7&host=%2Fa',
    'postgresql://u@/db?port=7&host=%2Fb',
  ])
})

const counter = Buffer.from('counter') as Uint8Array as KeyBytes
const nodesMax = 2
const acknowledgedBefore = 200

describe('a PostgreSQL with a synchronous standby', { skip: skipWithoutPostgres }, () => {
  test('fails over without losing an acknowledged write, and stores find the new primary by themselves', { timeout: 60_000 }, async (t) => {
    const primary = await startPostgres()
    t.after(() => primary.remove())
    const standby = await primary.standby()
    t.after(() => standby.remove())
    // The standby is named first, so that it has to be passed over.
    const url = `postgres://postgres@/postgres?host=${standby.folder},${primary.folder}`
    const stores = await Promise.all(Array.from({ length: nodesMax }, () => openPostgresStore({ url })))
    let acknowledged = 0
    let unknown = 0
    let isOver = false
    const increment = async (at: number): Promise<void> => {
      const store = stores[at % nodesMax]
      while (!isOver) {
        try {
          await store?.write([counter], (turn) => turn.put(counter, String(Number(turn.get(counter) ?? 0) + 1)))
          acknowledged += 1
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable, String(error))
          unknown += 1
        }
      }
    }
    const clients = Promise.all(Array.from({ length: 8 }, (_, at) => increment(at)))
    const reach = async (count: number): Promise<void> => {
      while (acknowledged < count) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await reach(acknowledgedBefore)
    await primary.stop('immediate')
    await standby.promote()
    await reach(acknowledged + acknowledgedBefore)
    isOver = true
    await clients
    for (const store of stores) {
      const [value] = await store.get([counter])
      const count = Number(value)
      assert.ok(count >= acknowledged && count <= acknowledged + unknown, `${acknowledged} acknowledged, ${unknown} not, ${count} there`)
      await store.close()
    }
  })

  test('is not opened while all servers are standbys', { timeout: 60_000 }, async (t) => {
    const primary = await startPostgres()
    t.after(() => primary.remove())
    const standby = await primary.standby()
    t.after(() => standby.remove())
    for (const host of [standby.folder, `${standby.folder},${standby.folder}`]) {
      await assert.rejects(openPostgresStore({ url: `postgres://postgres@/postgres?host=${host}` }), (error) => {
        assert.ok(error instanceof StoreOpenError)
        assert.match(error.message, /takes no writes: it is a standby/)
        return true
      })
    }
  })
})
