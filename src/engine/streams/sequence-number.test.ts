import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fault, openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import { logEntryNumber } from '../../storage/store.ts'
import { recordLog, recordRange } from '../keyspace/stream-keys.ts'
import { numberOfSequence, sequenceNumber } from './sequence-number.ts'

const numberMax = 2 ** 48 - 1
const stream = { tableId: 1, labelMs: 0 }

interface Commit {
  readonly records: number
  readonly fault: Fault
}

/** Appends records in commits that suffer these faults, with a new process after each crash. Returns the numbers seen after each. */
async function numbersSeen(commits: readonly Commit[]): Promise<readonly (readonly number[])[]> {
  let fault: Fault = 'none'
  const nextFault = (): Fault => {
    const now = fault
    fault = 'none'
    return now
  }
  const store = openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault })
  const seen: number[][] = []
  for (const commit of commits) {
    fault = commit.fault
    const writes = Array.from({ length: commit.records }, () => store.write([], (turn) => turn.append(recordLog(stream, 1), 'record')))
    await Promise.allSettled(writes)
    if (store.isCrashed) store.reopen()
    const { entries } = await store.view(async (view) => view.scan(recordRange(stream, 1), { entries: 1000, bytes: 1e9 }))
    seen.push(entries.map(({ key }) => logEntryNumber(key)))
  }
  return seen
}

test('a record has a greater number than every one that was seen before, over failed commits and crashes', async () => {
  const faults = fc.constantFrom<Fault>('none', 'commit-fails', 'crash-before', 'crash-after')
  const commits = fc.array(fc.record({ records: fc.integer({ min: 1, max: 3 }), fault: faults }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(commits, async (history) => {
      let before: readonly number[] = []
      for (const [at, numbers] of (await numbersSeen(history)).entries()) {
        assert.deepEqual(numbers.slice(0, before.length), before, 'what was seen stays')
        const added = numbers.slice(before.length)
        const { records = 0, fault } = history[at] ?? {}
        assert.equal(added.length, fault === 'none' || fault === 'crash-after' ? records : 0)
        for (const [place, number] of added.entries()) assert.ok(number > (added[place - 1] ?? before.at(-1) ?? 0), String(numbers))
        before = numbers
      }
    }),
    { numRuns: 50 },
  )
})

test('a sequence number has 24 digits and leads back to its number, and greater numbers have greater ones', () => {
  const number = fc.oneof(
    fc.integer({ min: 1, max: numberMax }),
    fc.integer({ min: 1, max: 2 ** 16 - 1 }).map((epoch) => epoch * 2 ** 32),
  )
  fc.assert(
    fc.property(number, number, (a, b) => {
      assert.match(sequenceNumber(a), /^\d{24}$/)
      assert.equal(numberOfSequence(sequenceNumber(a)), a)
      assert.equal(sequenceNumber(a) < sequenceNumber(b), a < b)
      assert.equal(BigInt(sequenceNumber(a)) < BigInt(sequenceNumber(b)), a < b)
    }),
  )
})

test('a sequence number that no record can have lies below or above all numbers, and text is none', () => {
  assert.equal(numberOfSequence('1'.repeat(21)), 0)
  assert.equal(numberOfSequence('0'.repeat(40)), 0)
  assert.equal(numberOfSequence('9'.repeat(40)), numberMax)
  assert.equal(numberOfSequence(sequenceNumber(numberMax)), numberMax)
  assert.equal(numberOfSequence(`${'1'.repeat(23)}x`), undefined)
  assert.equal(numberOfSequence(`-${'1'.repeat(23)}`), undefined)
})
