import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench, withStream } from '../../../test/harness/advice-bench.ts'
import { hourMs } from '../../base/clock.ts'
import { streamNotReadRule } from './stream-not-read.ts'

const day = 24 * hourMs

async function benchWith(records: number): Promise<AdviceBench> {
  const bench = await openBench(streamNotReadRule, withStream(1))
  bench.hear()
  await bench.record(1, records)
  return bench
}

test('stream-not-read names a stream of 2,000 puts that nobody reads for 25 hours', async () => {
  const bench = await benchWith(2000)
  bench.pass(25 * hourMs)
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.sentence, 'Nobody has read the stream of Orders for 25 hours; it took 2,000 records.')
})

test('stream-not-read begins with 1,000 records and 24 hours', async () => {
  const bench = await benchWith(1000)
  bench.pass(day - 1)
  assert.equal(await bench.severity(), 'none')
  bench.pass(1)
  assert.equal(await bench.severity(), 'info')
  const few = await benchWith(999)
  few.pass(day)
  assert.equal(await few.severity(), 'none')
})

test('stream-not-read says nothing when somebody came within 24 hours, heard or only measured, nor in tests', async () => {
  const bench = await benchWith(2000)
  bench.pass(2 * hourMs)
  bench.poll(1, 1, 1)
  bench.pass(day - 1)
  assert.equal(await bench.severity(), 'none')
  const measured = await benchWith(2000)
  measured.pass(2 * hourMs)
  const { metering, catalog } = measured.engine
  const dimensions = { region: catalog.region, TableName: 'Orders', Operation: 'GetRecords', StreamLabel: measured.table.streamLabel ?? '' }
  metering.metrics.series('ReturnedRecordsCount', dimensions).add(0, measured.clock.now())
  measured.pass(day - 1)
  assert.equal(await measured.severity(), 'none')
  assert.equal(streamNotReadRule.isForProduction, true)
})
