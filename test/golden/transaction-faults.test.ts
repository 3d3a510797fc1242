/**
 * Transactions that are held open or made to conflict through the control endpoint, and what everybody else meets then
 * (indexes-streams-ttl-transactions.md §7.1; TransactionConflictException and TransactionInProgressException by errors.md §5).
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'
import { FaultyService } from '../model/faulty-service.ts'

const startMs = 1_795_341_600_000
let service: Service
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock(startMs)
  service = await openTestService('any', { clock })
  await succeed(service, 'CreateTable', onDemandTable('Tab', { pk: 'S' }))
  for (const pk of ['a', 'b', 'free']) await succeed(service, 'PutItem', { TableName: 'Tab', Item: { ...key(pk), v: { N: '1' } } })
})

afterEach(() => service.close())

function key(pk: string): { readonly pk: { readonly S: string } } {
  return { pk: { S: pk } }
}

function put(pk: string, v: string): object {
  return { Put: { TableName: 'Tab', Item: { ...key(pk), v: { N: v } } } }
}

const check = { ConditionCheck: { TableName: 'Tab', Key: key('b'), ConditionExpression: 'attribute_exists(pk)' } }

function transact(actions: readonly object[], token?: string): Promise<Reply> {
  return call(service, 'TransactWriteItems', { TransactItems: actions, ...(token !== undefined && { ClientRequestToken: token }) })
}

/** A transaction that puts `a` and checks `b`, and is being held when this resolves. */
async function heldTransaction(token?: string): Promise<{ readonly reply: Promise<Reply> }> {
  await service.control.holdNextTransaction({ forMs: 5000 })
  const reply = transact([put('a', '2'), check], token)
  await isHeld(1)
  const { held } = await service.control.transactions()
  assert.deepEqual(held, [{ untilMs: clock.now() + 5000, itemCount: 2 }])
  return { reply }
}

/** Resolves when so many transactions are held: on a shared store a transaction is not, before the store has been asked about it. */
async function isHeld(count: number): Promise<void> {
  while ((await service.control.transactions()).held.length < count) await setImmediate()
}

async function numberIn(pk: string): Promise<unknown> {
  const { Item } = await succeed(service, 'GetItem', { TableName: 'Tab', Key: key(pk) })
  return (Item as { v: { N: string } } | undefined)?.v.N
}

function assertCancelled(reply: Reply, codes: readonly string[]): void {
  assert.equal(reply.exception, 'TransactionCanceledException')
  const reasons = reply.body.CancellationReasons as readonly { Code: string; Message?: string }[]
  assert.deepEqual(
    reasons.map(({ Code }) => Code),
    codes,
  )
  for (const { Code, Message } of reasons) {
    if (Code === 'TransactionConflict') assert.equal(Message, 'Transaction is ongoing for the item')
  }
}

function assertConflict(reply: Reply): void {
  assert.deepEqual([reply.exception, reply.message], ['TransactionConflictException', 'Transaction is ongoing for the item'])
}

test('nothing of a held transaction is visible until it is released', async () => {
  const { reply } = await heldTransaction()
  assert.equal(await numberIn('a'), '1')
  const { Items } = await succeed(service, 'Query', {
    TableName: 'Tab',
    KeyConditionExpression: 'pk = :a',
    ExpressionAttributeValues: { ':a': { S: 'a' } },
  })
  assert.deepEqual(Items, [{ ...key('a'), v: { N: '1' } }])
  assert.deepEqual(await service.control.releaseTransactions(), { released: 1 })
  assert.equal((await reply).status, 200)
  assert.equal(await numberIn('a'), '2')
})

test('a held transaction goes on by itself when its time has come', async () => {
  const { reply } = await heldTransaction()
  clock.advance(4999)
  await service.control.runJobs()
  assert.equal((await service.control.transactions()).held.length, 1)
  clock.advance(1)
  await service.control.runJobs()
  assert.equal(await numberIn('a'), '2')
  assert.equal((await reply).status, 200)
})

test('writes of the items of a held transaction meet TransactionConflictException, also of one that it only checks', async () => {
  const { reply } = await heldTransaction()
  assertConflict(await call(service, 'PutItem', { TableName: 'Tab', Item: key('a') }))
  assertConflict(await call(service, 'DeleteItem', { TableName: 'Tab', Key: key('a') }))
  assertConflict(await call(service, 'DeleteItem', { TableName: 'Tab', Key: key('b') }))
  const update = { TableName: 'Tab', Key: key('b'), UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': { N: '7' } } }
  assertConflict(await call(service, 'UpdateItem', update))
  await succeed(service, 'PutItem', { TableName: 'Tab', Item: key('free') })
  await service.control.releaseTransactions()
  await reply
  await succeed(service, 'UpdateItem', update)
})

test('a batch gives items of a held transaction back as unprocessed, and writes the others', async () => {
  const { reply } = await heldTransaction()
  const requests = [
    { PutRequest: { Item: { ...key('free'), v: { N: '5' } } } },
    { DeleteRequest: { Key: key('a') } },
    { PutRequest: { Item: key('b') } },
  ]
  const answer = await succeed(service, 'BatchWriteItem', { RequestItems: { Tab: requests }, ReturnConsumedCapacity: 'TOTAL' })
  assert.deepEqual(answer, {
    UnprocessedItems: { Tab: [requests[1], requests[2]] },
    ConsumedCapacity: [{ TableName: 'Tab', CapacityUnits: 1 }],
  })
  const nothing = await succeed(service, 'BatchWriteItem', { RequestItems: { Tab: [requests[1]] }, ReturnConsumedCapacity: 'TOTAL' })
  assert.deepEqual(nothing, { UnprocessedItems: { Tab: [requests[1]] }, ConsumedCapacity: [] })
  await service.control.releaseTransactions()
  assert.equal((await reply).status, 200)
  assert.deepEqual([await numberIn('free'), await numberIn('a'), await numberIn('b')], ['5', '2', '1'])
})

test('transactions with an item of a held one are cancelled, with the reason at its place', async () => {
  const { reply } = await heldTransaction()
  assertCancelled(await transact([put('free', '9'), put('b', '9')]), ['None', 'TransactionConflict'])
  const gets = ['a', 'free'].map((pk) => ({ Get: { TableName: 'Tab', Key: key(pk) } }))
  assertCancelled(await call(service, 'TransactGetItems', { TransactItems: gets }), ['TransactionConflict', 'None'])
  assert.equal((await transact([put('free', '9')])).status, 200)
  await service.control.releaseTransactions()
  await reply
  assert.equal((await call(service, 'TransactGetItems', { TransactItems: gets })).status, 200)
})

test('the token of a held transaction meets TransactionInProgressException, afterwards its answer', async () => {
  const { reply } = await heldTransaction('token')
  const again = await transact([put('a', '2'), check], 'token')
  assert.deepEqual(
    [again.exception, again.message],
    ['TransactionInProgressException', 'The transaction with the given request token is already in progress.'],
  )
  assert.equal((await transact([put('free', '9')], 'another')).status, 200)
  await service.control.releaseTransactions()
  assert.equal((await reply).status, 200)
  const repeated = await call(service, 'TransactWriteItems', {
    TransactItems: [put('a', '2'), check],
    ClientRequestToken: 'token',
    ReturnConsumedCapacity: 'TOTAL',
  })
  assert.deepEqual(repeated.body.ConsumedCapacity, [{ TableName: 'Tab', CapacityUnits: 4, ReadCapacityUnits: 4 }])
})

test('a held transaction whose condition fails is cancelled when it goes on', async () => {
  await service.control.holdNextTransaction({ forMs: 1000 })
  const reply = transact([
    put('free', '9'),
    { Delete: { TableName: 'Tab', Key: key('a'), ConditionExpression: 'attribute_not_exists(pk)' } },
  ])
  await isHeld(1)
  assertConflict(await call(service, 'PutItem', { TableName: 'Tab', Item: key('a') }))
  clock.advance(1000)
  await service.control.runJobs()
  assertCancelled(await reply, ['None', 'ConditionalCheckFailed'])
  assert.equal(await numberIn('free'), '1')
  await succeed(service, 'PutItem', { TableName: 'Tab', Item: key('a') })
})

test('one transaction is held for each time it is asked, the one that has its items to itself', async () => {
  const first = await heldTransaction()
  await service.control.holdNextTransaction({ forMs: 9000 })
  assertCancelled(await transact([put('a', '3')]), ['TransactionConflict'])
  assert.deepEqual((await service.control.transactions()).holdNextMs, 9000)
  const second = transact([put('free', '3')])
  await isHeld(2)
  assert.equal((await service.control.transactions()).held.length, 2)
  assert.equal((await transact([put('other', '1')])).status, 200)
  clock.advance(5000)
  await service.control.runJobs()
  assert.equal((await first.reply).status, 200)
  assert.equal((await service.control.transactions()).held.length, 1)
  assert.deepEqual(await service.control.releaseTransactions(), { released: 1 })
  assert.equal((await second).status, 200)
})

test('a table that is deleted meanwhile is told to the transaction that was held', async () => {
  const { reply } = await heldTransaction()
  await succeed(service, 'DeleteTable', { TableName: 'Tab' })
  await service.control.runJobs()
  await service.control.releaseTransactions()
  assert.equal((await reply).exception, 'ResourceNotFoundException')
})

test('release without anything held also calls off the next hold', async () => {
  await service.control.holdNextTransaction({ forMs: 1000 })
  assert.deepEqual(await service.control.releaseTransactions(), { released: 0 })
  assert.deepEqual(await service.control.transactions(), { conflictsLeft: 0, held: [] })
  assert.equal((await transact([put('a', '2')])).status, 200)
})

test('closing lets held transactions go on first', async () => {
  const { reply } = await heldTransaction()
  await service.close()
  assert.equal((await reply).status, 200)
})

test('a hold that a failed commit took away keeps nothing from anybody', async () => {
  const faulty = await FaultyService.open()
  const failing = faulty.service
  await succeed(failing, 'CreateTable', onDemandTable('Tab', { pk: 'S' }))
  await failing.control.holdNextTransaction({ forMs: 1000 })
  faulty.nextFault = 'commit-fails'
  const replies = await Promise.all([
    call(failing, 'PutItem', { TableName: 'Tab', Item: key('c') }),
    call(failing, 'TransactWriteItems', { TransactItems: [put('a', '2')], ClientRequestToken: 'token' }),
  ])
  assert.deepEqual(
    replies.map(({ status }) => status),
    [500, 500],
  )
  // The one that took the hold never was, so that the next transaction is the one to be held.
  assert.deepEqual(await failing.control.transactions(), { holdNextMs: 1000, conflictsLeft: 0, held: [] })
  await succeed(failing, 'PutItem', { TableName: 'Tab', Item: key('a') })
  await failing.control.releaseTransactions()
  await succeed(failing, 'TransactWriteItems', { TransactItems: [put('a', '2')], ClientRequestToken: 'token' })
  await failing.close()
})

test('so many transactions conflict as were asked to, reading or writing', async () => {
  await service.control.conflictNextTransactions({ count: 2 })
  assertCancelled(await transact([put('a', '2'), check]), ['TransactionConflict', 'None'])
  const gets = ['a', 'b'].map((pk) => ({ Get: { TableName: 'Tab', Key: key(pk) } }))
  assertCancelled(await call(service, 'TransactGetItems', { TransactItems: gets }), ['TransactionConflict', 'None'])
  assert.equal(await numberIn('a'), '1')
  assert.equal((await transact([put('a', '2')])).status, 200)
})

test('the repetition of a transaction that is done meets neither a hold nor a conflict', async () => {
  assert.equal((await transact([put('a', '2')], 'done')).status, 200)
  await service.control.conflictNextTransactions({ count: 1 })
  await service.control.holdNextTransaction({ forMs: 1000 })
  assert.equal((await transact([put('a', '2')], 'done')).status, 200)
  assertCancelled(await transact([put('a', '3')]), ['TransactionConflict'])
})

test('a transaction that was cancelled for a conflict may be tried again with its token', async () => {
  await service.control.conflictNextTransactions({ count: 1 })
  assertCancelled(await transact([put('a', '2')], 'retry'), ['TransactionConflict'])
  assert.equal((await transact([put('a', '2')], 'retry')).status, 200)
  assert.equal(await numberIn('a'), '2')
})
