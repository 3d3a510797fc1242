/** What becomes of a commit whose answer was lost: it counts once, or not at all, and whoever waits is told which. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { logEntryNumber, logRange, type Store, type WriteTurn } from '../../src/storage/store.ts'
import { key, unlimited } from '../contract/laws.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { type CommitFate, PostgresProxy } from '../harness/postgres-proxy.ts'

/** Adds one in every way there is. Tells what its attempts heard. */
async function increment(store: Store, heard: string[]): Promise<void> {
  await store.write([key('count')], (turn: WriteTurn) => {
    turn.follow({ durable: () => heard.push('durable'), dropped: () => heard.push('dropped'), refused: () => heard.push('refused') })
    turn.put(key('count'), String(Number(turn.get(key('count')) ?? 0) + 1))
    turn.add(key('counter'), [1, 0, 0])
    turn.append(key('log'), 'x')
  })
}

async function checkCounts(store: Store, expected: number): Promise<void> {
  assert.deepEqual(await store.get([key('count')]), [String(expected)])
  assert.deepEqual(await store.sums([key('counter')]), [[expected, 0, 0]])
  const { entries } = await store.view(async (view) => view.scan(logRange(key('log')), unlimited))
  assert.deepEqual(
    entries.map((entry) => logEntryNumber(entry.key)),
    Array.from({ length: expected }, (_, at) => at + 1),
  )
}

describe('a store whose commits are cut off', { skip: skipWithoutPostgres }, () => {
  for (const fate of ['is lost', 'is not answered', 'comes late'] as const) {
    test(`when COMMIT ${fate}, the turn counts once and its followers hear once that it is durable`, async () => {
      const postgres = await sharedPostgres()
      let isCutting = false
      const fates: CommitFate[] = []
      const proxy = await PostgresProxy.start(postgres.folder, () => {
        const next = isCutting ? fate : 'passes'
        isCutting = false
        fates.push(next)
        return next
      })
      const url = (await postgres.newUrl()).replace(postgres.folder, proxy.folder)
      const store = await openPostgresStore({ url })
      try {
        const heard: string[] = []
        await increment(store, heard)
        for (let round = 1; round <= 5; round += 1) {
          heard.length = 0
          isCutting = true
          await Promise.all([increment(store, heard), increment(store, heard)])
          assert.deepEqual(heard, fate === 'is not answered' ? ['durable', 'durable'] : ['dropped', 'dropped', 'durable', 'durable'])
        }
        // One that comes late has come by then.
        await postgres.sql('SELECT pg_sleep(0.3)')
        await checkCounts(store, 11)
        assert.equal(fates.filter((each) => each === fate).length, 5)
      } finally {
        await store.close()
        await proxy.close()
      }
    })
  }

  test('commits of three stores that are cut off at random, and backends that are terminated, count once each', async () => {
    const postgres = await sharedPostgres()
    const random = seededRandom(20261129)
    const fatesDrawn: readonly CommitFate[] = ['is lost', 'is not answered', 'comes late']
    let cut = 0
    const proxy = await PostgresProxy.start(postgres.folder, () => {
      const [drawn = 0] = random.bytes(1)
      if (drawn > 60) return 'passes'
      cut += 1
      return fatesDrawn[drawn % 3] ?? 'passes'
    })
    const direct = await postgres.newUrl()
    const url = direct.replace(postgres.folder, proxy.folder)
    const stores: Store[] = []
    let isOver = false
    const terminate = async (): Promise<void> => {
      while (!isOver) {
        await postgres.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stator' AND random() < 0.1`)
        await postgres.sql('SELECT pg_sleep(0.05)')
      }
    }
    try {
      const fresh = await openPostgresStore({ url: direct })
      stores.push(fresh)
      for (const each of [url, url, url]) stores.push(await openPostgresStore({ url: each }))
      const terminating = terminate()
      const heard: string[] = []
      const clients = stores.slice(1).flatMap((store) => [1, 2].map(() => store))
      await Promise.all(
        clients.map(async (store) => {
          for (let at = 0; at < 30; at += 1) await increment(store, heard)
        }),
      )
      isOver = true
      await terminating
      assert.equal(heard.filter((word) => word === 'durable').length, 180)
      assert.ok(cut > 10, `${cut} were cut`)
      await postgres.sql('SELECT pg_sleep(0.3)')
      await checkCounts(fresh, 180)
    } finally {
      isOver = true
      await Promise.all(stores.map((store) => store.close()))
      await proxy.close()
    }
  })
})
