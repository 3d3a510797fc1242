/** Each test begins with the wallets of stator.config.ts, whatever the one before it did. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useStator } from 'stator/node-test'
import { balanceOf, giveVoucher, transfer, transfersOf, vouchersOf } from '../wallet.ts'

const stator = useStator()
const thirty = { id: 't1', from: 'ada', to: 'bo', amount: 30 }

async function balances(): Promise<readonly number[]> {
  return [await balanceOf('ada'), await balanceOf('bo')]
}

test('a transfer moves money and is noted on both sides', async () => {
  assert.equal(await transfer(thirty), true)
  assert.deepEqual(await balances(), [70, 30])
  assert.deepEqual(await transfersOf('ada'), [{ id: 't1', amount: -30 }])
  assert.deepEqual(await transfersOf('bo'), [{ id: 't1', amount: 30 }])
})

test('more than there is moves nothing', async () => {
  assert.equal(await transfer({ ...thirty, amount: 101 }), false)
  assert.deepEqual(await balances(), [100, 0])
  assert.deepEqual(await transfersOf('bo'), [])
})

test('a transfer that is asked for twice is done once', async () => {
  await transfer(thirty)
  assert.equal(await transfer(thirty), true)
  assert.deepEqual(await balances(), [70, 30])
})

test('twenty transfers at once leave nobody below zero', async () => {
  const transfers = Array.from({ length: 20 }, (_, number) => transfer({ ...thirty, id: `t${number}`, amount: 10 }))
  const done = (await Promise.all(transfers)).filter((isDone) => isDone)
  assert.equal(done.length, 10)
  assert.deepEqual(await balances(), [0, 100])
})

test('a transfer is done although the table is throttled', async () => {
  await stator.control.addFault({
    match: { operation: 'TransactWriteItems' },
    times: 2,
    do: { throttle: 'TableWriteKeyRangeThroughputExceeded' },
  })
  assert.equal(await transfer(thirty), true)
  assert.deepEqual(await balances(), [70, 30])
})

test('a transfer whose answer is lost is done once', async () => {
  await stator.control.addFault({ match: { operation: 'TransactWriteItems' }, times: 1, do: { lose: 'answer' } })
  assert.equal(await transfer(thirty), true)
  assert.deepEqual(await balances(), [70, 30])
})

test('a transfer that meets another one tries again', async () => {
  await stator.control.addFault({ match: { operation: 'TransactWriteItems' }, times: 3, do: { conflict: true } })
  assert.equal(await transfer(thirty), true)
  const { faults } = await stator.control.faults()
  assert.equal(faults[0]?.struck, 3)
})

test('a voucher is good until its time is over, and gone when DynamoDB comes to it', async () => {
  await stator.control.setClock({ now: '2030-06-01T00:00:00Z', frozen: true })
  const noon = Date.parse('2030-06-01T12:00:00Z') / 1000
  await giveVoucher('bo', 'summer', noon)
  assert.deepEqual(await vouchersOf('bo', noon - 1), ['summer'])
  assert.deepEqual(await vouchersOf('bo', noon), [])
  await stator.control.advanceClock({ byMs: 86_400_000 })
  assert.deepEqual(await vouchersOf('bo', 0), [])
})

test('the transfers of a wallet are asked for by one Query, and by nothing else', async () => {
  await transfersOf('ada')
  const { requests } = await stator.control.requests({ table: 'Wallets', operation: 'Query' })
  assert.deepEqual(
    requests.map(({ pattern }) => pattern),
    ['Query Wallets where owner = ? AND begins_with(entry, ?)'],
  )
})
