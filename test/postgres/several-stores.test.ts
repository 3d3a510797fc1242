/** Several stores on one database, as several processes have it: nothing is lost, given twice, or seen in halves. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { GuardChanged, logEntryNumber, logRange, type Store, type StoredValue, type WriteTurn } from '../../src/storage/store.ts'
import { key, unlimited } from '../contract/laws.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { findCircle, type SeenBy } from '../harness/transaction-graph.ts'

async function withStores(count: number, use: (stores: readonly Store[]) => Promise<void>): Promise<void> {
  const url = await (await sharedPostgres()).newUrl()
  const stores = await Promise.all(Array.from({ length: count }, () => openPostgresStore({ url })))
  try {
    await use(stores)
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

/** `work` for every store at once, `times` times each. */
async function everywhere(
  stores: readonly Store[],
  times: number,
  work: (store: Store, at: number, node: number) => Promise<unknown>,
): Promise<void> {
  await Promise.all(stores.flatMap((store, node) => Array.from({ length: times }, (_, at) => work(store, at, node))))
}

function numberIn(value: StoredValue | undefined): number {
  return Number(value ?? 0)
}

function below(random: Random, bound: number): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() % bound
}

describe('several stores on one database', { skip: skipWithoutPostgres }, () => {
  for (const count of [2, 3]) {
    test(`of ${count} stores that add up under the same keys no addition is lost`, async () => {
      await withStores(count, async (stores) => {
        await everywhere(stores, 200, (store, at) => {
          const name = key(`count ${at % 5}`)
          return store.write([name], (turn) => {
            turn.put(name, String(numberIn(turn.get(name)) + 1))
            turn.add(key('counter'), [1, at, -1])
          })
        })
        const [store] = stores as [Store]
        const found = await store.get([0, 1, 2, 3, 4].map((at) => key(`count ${at}`)))
        assert.deepEqual(found, Array(5).fill(String(40 * count)))
        assert.deepEqual(await store.sums([key('counter')]), [[200 * count, 199 * 100 * count, -200 * count]])
        await Promise.all(stores.map((each) => each.write([], (turn) => turn.add(key('counter'), [1, 0, 0]))))
        await store.write([], (turn) => turn.clear(key('counter')))
        assert.deepEqual(await store.sums([key('counter')]), [[0, 0, 0]])
      })
    })

    test(`${count} stores give each number of a log once, and a reader misses none`, async () => {
      await withStores(count, async (stores) => {
        const log = key('log')
        const [reader] = stores as [Store]
        const seen: number[] = []
        let isOver = false
        const read = async (): Promise<void> => {
          const chunk = await reader.view(async (view) => view.scan(logRange(log, (seen.at(-1) ?? 0) + 1), unlimited))
          seen.push(...chunk.entries.map((entry) => logEntryNumber(entry.key)))
        }
        const reading = (async () => {
          while (!isOver) await read()
        })()
        for (let round = 0; round < 5; round += 1) {
          await everywhere(stores, 30, (store, at) =>
            store.write([key(`key ${at}`)], (turn) => {
              turn.put(key(`key ${at}`), 'x')
              turn.append(log, `${at}`)
              if (at % 4 === 0) turn.append(key('other log'), 'x')
            }),
          )
        }
        isOver = true
        await reading
        await read()
        assert.deepEqual(
          seen,
          Array.from({ length: 150 * count }, (_, at) => at + 1),
        )
      })
    })
  }

  test('one of three makes what is not there, and a log that is closed has what was acknowledged', async () => {
    await withStores(3, async (stores) => {
      const winners = new Map<number, number>()
      await everywhere(stores, 60, async (store, at, node) => {
        const isMade = await store.write([key(`race ${at}`)], (turn) => {
          if (turn.get(key(`race ${at}`)) !== undefined) return false
          turn.put(key(`race ${at}`), String(node))
          return true
        })
        if (isMade) winners.set(at, (winners.get(at) ?? 0) + 1)
      })
      assert.deepEqual([...winners.values()], Array(60).fill(1))
      const [closer] = stores as [Store]
      for (let round = 0; round < 10; round += 1) {
        const log = key(`log ${round}`)
        let kept = 0
        const appending = everywhere(stores, 5, async (store) => {
          await store
            .write([], (turn) => turn.append(log, 'x'))
            .then(
              () => {
                kept += 1
              },
              (error) => assert.ok(error instanceof GuardChanged, String(error)),
            )
        })
        const last = closer.write([log], (turn) => turn.close(log))
        await appending
        assert.equal(await last, kept)
      }
    })
  })

  test('a guard is out of date as soon as another store has changed it', async () => {
    await withStores(2, async ([one, other]) => {
      assert.ok(one !== undefined && other !== undefined)
      for (const value of ['1', '2', '3']) {
        await one.write([], (turn) => turn.put(key('version'), value))
        const guards = [{ key: key('version'), value }]
        await other.get([], guards)
        await other.view(async () => {}, guards)
        await other.write([], () => {}, guards)
        const stale = [{ key: key('version'), value: String(Number(value) - 1) }]
        await assert.rejects(other.get([], stale), GuardChanged)
        await assert.rejects(
          other.view(async () => {}, stale),
          GuardChanged,
        )
        await assert.rejects(
          other.write([], () => {}, stale),
          GuardChanged,
        )
      }
    })
  })

  for (const seed of [1, 2, 3]) {
    test(`random turns and reads of three stores come in one serial order (seed ${seed})`, async () => {
      await withStores(3, async (stores) => {
        // New ones again and again, so that much rests on what is not there yet.
        const phases = Array.from({ length: 25 }, (_, phase) => ['p', 'q', 'r'].map((name) => `${name}${phase}`))
        const names = phases.flat()
        const all: SeenBy[] = []
        let clock = 0
        const now = (): number => {
          clock += 1
          return clock
        }
        const random = seededRandom(seed)
        const history = async (store: Store, client: string): Promise<void> => {
          for (let at = 0; at < 100; at += 1) {
            const name = `${client}.${at}`
            const read = (phases[Math.floor(at / 4)] ?? []).filter(() => below(random, 2) === 0)
            const appendedTo = read.filter(() => below(random, 2) === 0)
            const askedAt = now()
            const values = await ask(store, below(random, 4), { name, read, appendedTo })
            const isTurn = values.isTurn
            const seen = new Map(read.map((list, index) => [list, listIn(values.found[index])]))
            all.push({ name, seen, appendedTo: isTurn ? appendedTo : [], askedAt, answeredAt: now() })
          }
        }
        await Promise.all(stores.flatMap((store, node) => ['a', 'b', 'c'].map((client) => history(store, `${node}${client}`))))
        const [store] = stores as [Store]
        const found = await store.get(names.map(key))
        const lists = new Map(names.map((name, at) => [name, listIn(found[at])]))
        for (const { name, seen, appendedTo } of all) {
          for (const [list, values] of seen) assert.deepEqual(lists.get(list)?.slice(0, values.length), values, name)
          for (const list of appendedTo) assert.equal(lists.get(list)?.filter((each) => each === name).length, 1)
        }
        assert.equal(findCircle(all, lists), undefined)
      })
    })
  }
})

interface Asked {
  readonly name: string
  readonly read: readonly string[]
  readonly appendedTo: readonly string[]
}

async function ask(
  store: Store,
  drawn: number,
  { name, read, appendedTo }: Asked,
): Promise<{ readonly isTurn: boolean; readonly found: readonly (StoredValue | undefined)[] }> {
  const keys = read.map(key)
  if (drawn === 0) return { isTurn: false, found: await store.get(keys) }
  if (drawn === 1) return { isTurn: false, found: await store.view(async (view) => view.get(keys)) }
  const decide = (turn: WriteTurn): readonly (StoredValue | undefined)[] => {
    const before = keys.map((each) => turn.get(each))
    for (const list of appendedTo) turn.put(key(list), [...listIn(turn.get(key(list))), name].join(' '))
    return before
  }
  return { isTurn: true, found: await store.write(keys, decide) }
}

function listIn(value: StoredValue | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(' ') : []
}
