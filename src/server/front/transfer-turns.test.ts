import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Newcomers } from '../budget/newcomers.ts'
import { longTransferBytesMin, transferPerTurnBytesMax } from '../limits.ts'
import { TransferTurns } from './transfer-turns.ts'

test('What is short waits for nobody', () => {
  const turns = new TransferTurns(new Newcomers())
  const transfer = { goOn: () => assert.fail('it did not wait') }
  for (let count = 0; count < 1000; count += 1) assert(turns.mayGoOn(transfer, longTransferBytesMin - 1))
})

test('Once so much has been moved in a turn, whoever moves more waits for the next, and is asked in order, some in each', async () => {
  const turns = new TransferTurns(new Newcomers())
  const asked: number[] = []
  const bytes = 64 * 1024
  const perTurn = transferPerTurnBytesMax / bytes
  const transfers = Array.from({ length: perTurn + 2 }, (_, number) => ({ goOn: () => asked.push(number) }))
  const [first = { goOn: () => {} }, second = first] = transfers
  assert(turns.mayGoOn(first, transferPerTurnBytesMax - 1))
  for (const transfer of transfers) assert(!turns.mayGoOn(transfer, bytes))
  turns.leave(second)
  await nextTurn()
  assert.deepEqual(asked, [0, ...Array.from({ length: perTurn - 1 }, (_, number) => number + 2)])
  assert(!turns.mayGoOn(first, bytes), 'others still wait')
  await nextTurn()
  assert.deepEqual(asked.slice(perTurn), [perTurn + 1, 0])
  assert(turns.mayGoOn(first, bytes))
})

test('While connections are let in nobody goes on', async () => {
  const newcomers = new Newcomers()
  const turns = new TransferTurns(newcomers)
  let wentOn = 0
  assert(!turns.mayGoOn({ goOn: () => (wentOn += 1) }, transferPerTurnBytesMax))
  for (let turn = 0; turn < 5; turn += 1) {
    newcomers.note()
    await nextTurn()
  }
  assert.equal(wentOn, 0)
  await nextTurn()
  await nextTurn()
  assert.equal(wentOn, 1)
})
