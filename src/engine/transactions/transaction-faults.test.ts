import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableKey } from '../keyspace/keys.ts'
import { TransactionFaults } from './transaction-faults.ts'

const itemOf = (id: number) => ({ keys: [tableKey('us-east-1', String(id))], tokenName: undefined })

test('releaseDue lets go those whose time has come, and says whether there were any', async () => {
  const faults = new TransactionFaults()
  assert.equal(await faults.releaseDue(0), false)
  faults.holdNext(10)
  const first = faults.takeHold(itemOf(1), 100)
  faults.holdNext(20)
  const second = faults.takeHold(itemOf(2), 100)
  assert.deepEqual(faults.status.held, [
    { untilMs: 110, itemCount: 1 },
    { untilMs: 120, itemCount: 1 },
  ])
  void first?.released.then(() => first.end())
  void second?.released.then(() => second.end())
  assert.equal(await faults.releaseDue(109), false)
  assert.equal(await faults.releaseDue(110), true)
  assert.deepEqual(faults.status.held, [{ untilMs: 120, itemCount: 1 }])
  assert.equal(await faults.releaseDue(200), true)
  assert.equal(await faults.releaseDue(300), false)
})

test('a hold that nobody was told of is the next one again', () => {
  const faults = new TransactionFaults()
  faults.holdNext(10)
  const hold = faults.takeHold(itemOf(1), 100)
  assert.deepEqual(faults.status, { conflictsLeft: 0, held: [{ untilMs: 110, itemCount: 1 }] })
  hold?.giveBack()
  assert.deepEqual(faults.status, { holdNextMs: 10, conflictsLeft: 0, held: [] })
})

test('a hold that ends late lets nothing go that another has taken since', async () => {
  const faults = new TransactionFaults()
  const held = { ...itemOf(1), tokenName: 'token' }
  faults.holdNext(10)
  const first = faults.takeHold(held, 100)
  const releasing = faults.releaseDue(110)
  faults.holdNext(10)
  const second = faults.takeHold(held, 110)
  assert.ok(second !== undefined, 'what is released is free at once')
  first?.end()
  assert.equal(await releasing, true)
  assert.equal(faults.takeHold(held, 111), undefined)
  for (const key of held.keys) assert.throws(() => faults.checkNotHeld(key), { name: 'TransactionConflictException' })
  assert.throws(() => faults.checkTokenNotHeld(held.tokenName), { name: 'TransactionInProgressException' })
  second.end()
  for (const key of held.keys) faults.checkNotHeld(key)
  faults.checkTokenNotHeld(held.tokenName)
})
