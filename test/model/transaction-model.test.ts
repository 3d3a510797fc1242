/**
 * Random histories of transactions, at once and one after the other, with tokens on a moving clock: every answer, and what can be read
 * afterwards, is what a naive model says; with a token a transaction is done once, also when commits fail and the process crashes.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Service } from '../../src/server/start.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { repeatingStore } from '../harness/repeating-store.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { checkEverything, drawing } from './check-indexes.ts'
import { FaultyService } from './faulty-service.ts'
import { definition, tableName } from './item-histories.ts'
import type { Item } from './naive-table.ts'
import { type Expected, inputOf, NaiveTransactions, type Transaction, transactions } from './naive-transactions.ts'

const startMs = 1_795_341_600_000

/** Transactions that are asked for at once, after some time. */
interface Step {
  readonly afterMs: number
  readonly all: readonly Transaction[]
  /** The first of them is the last one before that had a token, again. */
  readonly repeats: boolean
}

const steps: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.constantFrom(0, 0, 0, 1, 299_999, 300_000, 599_999, 600_000, 1_200_000),
  all: fc.array(transactions, { minLength: 1, maxLength: 3 }),
  repeats: fc.boolean(),
})

/** The transactions of each step, with what is repeated in its place. */
function played(history: readonly Step[]): readonly (readonly Transaction[])[] {
  let last: Transaction | undefined
  return history.map(({ all, repeats }) => {
    const asked = repeats && last !== undefined ? [last, ...all.slice(1)] : all
    last = asked.findLast(({ token }) => token !== undefined) ?? last
    return asked
  })
}

function transact(service: Service, transaction: Transaction): Promise<Reply> {
  return call(service, 'TransactWriteItems', inputOf(transaction))
}

function assertIs(reply: Reply, expected: Expected): void {
  switch (expected.kind) {
    case 'done':
      assert.deepEqual([reply.status, reply.body], [200, { ConsumedCapacity: [expected.capacity] }])
      break
    case 'mismatch':
      assert.equal(reply.exception, 'IdempotentParameterMismatchException')
      break
    case 'cancelled':
      assert.deepEqual([reply.exception, reply.body.CancellationReasons], ['TransactionCanceledException', expected.reasons])
      break
  }
}

function kindOf(exception: string | undefined): Expected['kind'] {
  if (exception === undefined) return 'done'
  return exception === 'TransactionCanceledException' ? 'cancelled' : 'mismatch'
}

/**
 * The model after transactions that were asked for at once, in the first order in which it answers as they were answered: who asks at once has no
 * order, and one that takes its time lets another go first. Throws what is wrong with the order in which they were asked for when there is none.
 */
function afterSomeOrder(
  model: NaiveTransactions,
  asked: readonly Transaction[],
  replies: readonly Reply[],
  nowMs: number,
): NaiveTransactions {
  let fault: unknown
  for (const order of ordersOf([...asked.keys()])) {
    const after = new NaiveTransactions(model)
    try {
      for (const place of order) assertIs(replies[place] as Reply, after.take(asked[place] as Transaction, nowMs))
      return after
    } catch (error) {
      fault ??= error
    }
  }
  throw fault
}

function ordersOf(places: readonly number[]): readonly (readonly number[])[] {
  if (places.length <= 1) return [places]
  return places.flatMap((first) => ordersOf(places.filter((place) => place !== first)).map((rest) => [first, ...rest]))
}

test('every transaction of a random history answers and leaves what a naive model says', async () => {
  const kinds = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), fc.nat(), async (history, seed) => {
      const clock = new ManualClock(startMs)
      // Decides many a turn twice.
      const open = (): Store => repeatingStore(openMemoryStore(), seededRandom(seed))
      const service = await openTestService({ kind: 'custom', open }, { clock })
      try {
        await succeed(service, 'CreateTable', definition())
        let model = new NaiveTransactions()
        for (const [at, asked] of played(history).entries()) {
          clock.advance(history[at]?.afterMs ?? 0)
          await service.control.runJobs()
          const replies = await Promise.all(asked.map((transaction) => transact(service, transaction)))
          model = afterSomeOrder(model, asked, replies, clock.now())
          for (const { exception } of replies) kinds.set(kindOf(exception), (kinds.get(kindOf(exception)) ?? 0) + 1)
        }
        await checkEverything(service, [...model.items.values()], drawing(seed))
      } finally {
        await service.close()
      }
    }),
    { numRuns: propertyRuns(60), seed: 20261122 },
  )
  for (const kind of ['done', 'mismatch', 'cancelled']) assert.ok((kinds.get(kind) ?? 0) > propertyRuns(20), `${kind}: ${kinds.get(kind)}`)
})

test('what TransactGetItems sees is a state between two transactions', async () => {
  const service = await openTestService('any')
  try {
    await succeed(service, 'CreateTable', definition())
    const keys = ['1', '2', '3', '4'].map((sk) => ({ pk: { S: 'p' }, sk: { S: sk } }))
    const TransactItems = keys.map((Key) => ({ Get: { TableName: tableName, Key } }))
    const rounds = Array.from({ length: 40 }, async (_, round) => {
      const puts = keys.map((item) => ({ Put: { TableName: tableName, Item: { ...item, v: { N: String(round) } } } }))
      const written = succeed(service, 'TransactWriteItems', { TransactItems: round % 2 === 0 ? puts : puts.toReversed() })
      const { Responses } = await succeed(service, 'TransactGetItems', { TransactItems })
      await written
      return new Set((Responses as readonly { Item?: Item }[]).map(({ Item }) => JSON.stringify(Item?.v)))
    })
    for (const seen of await Promise.all(rounds)) assert.equal(seen.size, 1)
  } finally {
    await service.close()
  }
})

interface FaultyStep {
  readonly fault: Fault
  readonly transaction: Transaction
}

const faultySteps: fc.Arbitrary<FaultyStep> = fc.record({
  fault: fc.constantFrom<Fault[]>('none', 'commit-fails', 'crash-before', 'crash-after'),
  transaction: transactions,
})

test('a transaction that is tried with its token until it is answered is done once, whatever befalls the store', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultySteps, { minLength: 1, maxLength: 10 }), fc.nat(), async (history, seed) => {
      const faulty = await FaultyService.open()
      try {
        await succeed(faulty.service, 'CreateTable', definition())
        const model = new NaiveTransactions()
        for (const [at, { fault, transaction }] of history.entries()) {
          const withToken = { ...transaction, token: `step-${at}` }
          faulty.nextFault = fault
          let reply = await transact(faulty.service, withToken)
          faulty.nextFault = 'none'
          const wasAnswered = reply.status !== 500
          if (faulty.isCrashed) await faulty.restart()
          if (!wasAnswered) reply = await transact(faulty.service, withToken)
          const expected = model.take(withToken, startMs)
          // What a crash kept is answered as a repetition, whose charge is another.
          if (wasAnswered || expected.kind !== 'done') assertIs(reply, expected)
          else assert.deepEqual([reply.status, reply.message], [200, undefined])
        }
        await checkEverything(faulty.service, [...model.items.values()], drawing(seed))
      } finally {
        await faulty.service.close()
      }
    }),
    { numRuns: propertyRuns(40), seed: 20261122 },
  )
})
