import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import type { LineCapacity, LineScaling } from '../table-capacity.ts'
import { autoScalingPinnedRule } from './auto-scaling-pinned.ts'

const scaling: LineScaling = { min: 1, max: 10, targetPercent: 70, minutesAtMax: 0 }
const line: LineCapacity = { index: undefined, access: 'write', provisioned: 10, mean: 8, peak: 20, minutes: 1440, scaling }

async function severityWith(...lines: readonly LineCapacity[]): Promise<string> {
  const bench = await openBench(autoScalingPinnedRule)
  bench.capacity = lines
  return bench.severity()
}

test('auto-scaling-pinned warns of a maximum of 10 under a load of 20', async () => {
  const bench = await openBench(autoScalingPinnedRule)
  bench.capacity = [{ ...line, scaling: { ...scaling, minutesAtMax: 30 } }]
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.sentence, 'The write capacity of Orders was at its maximum of 10 for 30 minutes.')
  bench.refuse('TableWriteProvisionedThroughputExceeded', 'a', 1)
  assert.equal(await bench.severity(), 'error')
})

test('auto-scaling-pinned begins with 10 minutes at the maximum, no room, or more than 85 %', async () => {
  assert.equal(await severityWith({ ...line, scaling: { ...scaling, minutesAtMax: 9 } }), 'none')
  assert.equal(await severityWith({ ...line, scaling: { ...scaling, minutesAtMax: 10 } }), 'warning')
  assert.equal(await severityWith({ ...line, scaling: { ...scaling, min: 10 } }), 'warning')
  assert.equal(await severityWith({ ...line, scaling: { ...scaling, targetPercent: 85 } }), 'none')
  assert.equal(await severityWith({ ...line, scaling: { ...scaling, targetPercent: 86 } }), 'warning')
})

test('auto-scaling-pinned warns of an index that is not scaled beside its table', async () => {
  const { scaling: _, ...unscaled } = { ...line, index: 'byState' }
  assert.equal(await severityWith(line, unscaled), 'warning')
  assert.equal(await severityWith(line, { ...unscaled, access: 'read' }), 'none')
  assert.equal(await severityWith(line, { ...unscaled, provisioned: undefined }), 'none')
  assert.equal(await severityWith({ ...unscaled, index: undefined }, unscaled), 'none')
})

test('auto-scaling-pinned says nothing of scaling within its bounds, nor of less than a day', async () => {
  assert.equal(await severityWith(line), 'none')
  assert.equal(await severityWith({ ...line, minutes: 1439, scaling: { ...scaling, minutesAtMax: 30 } }), 'none')
  assert.equal(autoScalingPinnedRule.isForProduction, true)
})
