import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, indexOn, openBench } from '../../../test/harness/advice-bench.ts'
import { gsiBackPressureRule } from './gsi-back-pressure.ts'

const units = (writeUnits: number) => ({ readUnits: 5, writeUnits })
const byState = indexOn('byState', 'state', { provisioned: units(5), warm: units(5) })
const table = { indexes: [byState], changes: { billingMode: 'PROVISIONED', provisioned: units(100), warm: units(100) } } as const

function open(): Promise<AdviceBench> {
  return openBench(gsiBackPressureRule, table)
}

test('gsi-back-pressure is an error when an index of 5 units makes a table of 100 refuse writes', async () => {
  const bench = await open()
  bench.refuse('IndexWriteProvisionedThroughputExceeded', 'open', 1, { index: byState })
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'error')
  assert.match(draft.sentence, /^1 of the writes to Orders were refused because byState is full\. It has 5 write units\/s/)
})

test('gsi-back-pressure says nothing of refused reads, nor when the table has no room itself', async () => {
  const bench = await open()
  bench.refuse('IndexReadProvisionedThroughputExceeded', 'open', 50, { index: byState })
  assert.equal(await bench.severity(), 'none')
  bench.refuse('IndexWriteProvisionedThroughputExceeded', 'open', 50, { index: byState })
  assert.equal(await bench.severity(), 'error')
  bench.refuse('TableWriteProvisionedThroughputExceeded', 'a', 1)
  assert.equal(await bench.severity(), 'none')
})

test('gsi-back-pressure only warns where nothing is refused, and not in a test', async () => {
  const bench = await open()
  bench.refuse('IndexWriteProvisionedThroughputExceeded', 'open', 3, { index: byState, mode: 'observe' })
  assert.equal(await bench.severity(), 'none')
  bench.profile = 'prod'
  assert.equal(await bench.severity(), 'warning')
  assert.match((await bench.find())[0]?.sentence ?? '', /would have been refused/)
})

test('gsi-back-pressure warns when an index has less than 80 % of what the writes to its table need', async () => {
  for (const [rate, severity] of [
    [6.25, 'none'],
    [6.3, 'warning'],
  ] as const) {
    const bench = await open()
    bench.minutes(3, 'write', [[bench.key('open', undefined, 1), rate * 60]])
    assert.equal(await bench.severity(), severity, `${rate}`)
  }
  const short = await open()
  short.minutes(2, 'write', [[short.key('open', undefined, 1), 6000]])
  assert.equal(await short.severity(), 'none')
})
