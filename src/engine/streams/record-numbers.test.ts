import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { StoreObserver } from '../../storage/store.ts'
import { recordKey } from '../keyspace/keys.ts'
import { numberOfSequence, RecordNumbers, sequenceNumber } from './record-numbers.ts'

const numberMax = 2 ** 48 - 1
const stream = { tableId: 1, labelMs: 0 }

type Fault = 'none' | 'commit-fails' | 'crash-before' | 'crash-after'

/** Takes numbers for durable records under these faults, with a new process after each crash. Returns all that were given. */
async function numbersGiven(faults: readonly Fault[]): Promise<readonly number[]> {
  let numbers = new RecordNumbers()
  let fault: Fault = 'none'
  const observer: StoreObserver = { beforeCommit: (turn) => numbers.flush(turn), rolledBack: () => numbers.rolledBack() }
  const nextFault = (): Fault => {
    const now = fault
    fault = 'none'
    return now
  }
  const store = openFaultyStore({ open: (inner) => openMemoryStore({ observer: inner }), nextFault, observer })
  const given: number[] = []
  for (const next of faults) {
    fault = next
    const write = store.write([], (turn) => {
      const number = numbers.next()
      given.push(number)
      turn.put(recordKey(stream, 1, number), 'record')
    })
    await write.catch(() => {})
    if (!store.isCrashed) continue
    numbers = new RecordNumbers()
    store.reopen(observer)
    await numbers.load(store)
  }
  return given
}

test('a record number is greater than every one given before, over failed commits and crashes', async () => {
  const faults = fc.array(fc.constantFrom<Fault>('none', 'commit-fails', 'crash-before', 'crash-after'), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(faults, async (history) => {
      const given = await numbersGiven(history)
      // What a crash before the commit took away was seen by nobody: only such a number may come again.
      for (let at = 1; at < given.length; at += 1) {
        if (history[at - 1] !== 'crash-before') assert.ok((given[at] ?? 0) > (given[at - 1] ?? 0), JSON.stringify(given))
      }
    }),
    { numRuns: 50, seed: 20261122 },
  )
})

test('a sequence number has 24 digits and leads back to its number, and greater numbers have greater ones', () => {
  const number = fc.integer({ min: 1, max: numberMax })
  fc.assert(
    fc.property(number, number, (a, b) => {
      assert.match(sequenceNumber(a), /^\d{24}$/)
      assert.equal(numberOfSequence(sequenceNumber(a)), a)
      assert.equal(sequenceNumber(a) < sequenceNumber(b), a < b)
    }),
  )
})

test('a sequence number that no record can have lies below or above all numbers, and text is none', () => {
  assert.equal(numberOfSequence('1'.repeat(21)), 0)
  assert.equal(numberOfSequence('0'.repeat(40)), 0)
  assert.equal(numberOfSequence('9'.repeat(40)), numberMax)
  assert.equal(numberOfSequence(`${'1'.repeat(23)}x`), undefined)
  assert.equal(numberOfSequence(`-${'1'.repeat(23)}`), undefined)
})
