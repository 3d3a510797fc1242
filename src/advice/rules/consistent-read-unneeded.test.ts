import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, openBench } from '../../../test/harness/advice-bench.ts'
import { consistentReadUnneededRule } from './consistent-read-unneeded.ts'

const item = (at: number) => ({ keyHash: `${at}`, attributes: { pk: { S: `${at}` } } })

function read(at: number, parts: CallParts = {}): CallParts {
  return { operation: 'GetItem', input: { ConsistentRead: true }, readUnits: 10, reads: [item(at)], ...parts }
}

async function benchAfter(reads: number, partsOf: (at: number) => CallParts = () => ({})): Promise<AdviceBench> {
  const bench = await openBench(consistentReadUnneededRule)
  bench.hearTimes(reads, (at) => read(at, partsOf(at)), 10)
  return bench
}

test('consistent-read-unneeded names reads of a catalogue', async () => {
  const [draft] = await (await benchAfter(100)).find()
  assert.equal(draft?.severity, 'info')
  assert.equal(
    draft.sentence,
    '100 % of what 100 strongly consistent reads saw was older than a second: half of 1,000 units buys nothing. GetItem Orders.',
  )
})

test('consistent-read-unneeded begins with 1,000 units, of 95 % of the requests', async () => {
  assert.equal(await (await benchAfter(99)).severity(), 'none')
  assert.equal(await (await benchAfter(200, (at) => (at < 10 ? { input: {} } : {}))).severity(), 'info')
  assert.equal(await (await benchAfter(200, (at) => (at < 11 ? { input: {} } : {}))).severity(), 'none')
})

test('consistent-read-unneeded says nothing of reads of what was written within a second', async () => {
  for (const [fresh, severity] of [
    [2, 'info'],
    [3, 'none'],
  ] as const) {
    const bench = await openBench(consistentReadUnneededRule)
    for (let at = 0; at < 200; at += 1) {
      if (at < fresh) bench.hear({ writes: [item(at)] })
      bench.pass(1000)
      bench.hear(read(at))
    }
    assert.equal(await bench.severity(), severity, `${fresh}`)
  }
  const late = await openBench(consistentReadUnneededRule)
  for (let at = 0; at < 200; at += 1) {
    late.hear({ writes: [item(at)] })
    late.pass(1001)
    late.hear(read(at))
  }
  assert.equal(await late.severity(), 'info')
})

test('consistent-read-unneeded says nothing of locks, leases and other items that are written after they were read', async () => {
  const bench = await openBench(consistentReadUnneededRule)
  for (let at = 0; at < 200; at += 1) {
    bench.hear(read(at % 3))
    bench.pass(2000)
    bench.hear({ writes: [{ ...item(at % 3), isConditional: true }] })
    bench.pass(2000)
  }
  assert.equal(await bench.severity(), 'none')
})

test('consistent-read-unneeded says nothing when not all was heard', async () => {
  const bench = await benchAfter(200)
  assert.equal(await bench.severity(), 'info')
  bench.isDeaf = true
  assert.equal(await bench.severity(), 'none')
})
