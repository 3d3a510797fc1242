import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, startMs } from '../../../test/harness/advice-bench.ts'
import { ttlWrongUnitRule } from './ttl-wrong-unit.ts'

const timeToLive = { attributeName: 'ttl', enabled: true }
const nowSeconds = startMs / 1000

async function severityAfter(values: readonly (object | undefined)[], enabled = true): Promise<string> {
  const bench = await openBench(ttlWrongUnitRule, { changes: { timeToLive: { ...timeToLive, enabled } } })
  for (const ttl of values) bench.hear({ writes: [{ attributes: { pk: { S: 'a' }, ...(ttl && { ttl }) } }] })
  return bench.severity()
}

function times(count: number, value: object | undefined): readonly (object | undefined)[] {
  return Array.from({ length: count }, () => value)
}

test('ttl-wrong-unit is an error from the third write of milliseconds on', async () => {
  assert.equal(await severityAfter(times(2, { N: String(startMs) })), 'none')
  assert.equal(await severityAfter(times(3, { N: String(startMs) })), 'error')
  assert.equal(await severityAfter(times(3, { N: '99999999999' })), 'none')
  assert.equal(await severityAfter(times(3, { N: '100000000000' })), 'error')
  assert.equal(await severityAfter(times(3, { N: String(startMs) }), false), 'none')
})

test('ttl-wrong-unit says nothing of seconds, however far away, nor of items that are to stay', async () => {
  assert.equal(await severityAfter(times(50, { N: '4102444800' })), 'none')
  assert.equal(await severityAfter(times(50, { N: String(nowSeconds) })), 'none')
  assert.equal(await severityAfter(times(50, undefined)), 'none')
})

test('ttl-wrong-unit shows the code in seconds', async () => {
  const bench = await openBench(ttlWrongUnitRule, { changes: { timeToLive } })
  bench.hearTimes(3, { writes: [{ attributes: { ttl: { N: String(startMs) } } }] })
  const [draft] = await bench.find()
  assert.match(draft?.change.code ?? '', /^ttl: Math\.floor\(Date\.now\(\) \/ 1000\) \+ days \* 86400$/)
  bench.pass(61 * 60_000)
  assert.equal(await bench.severity(), 'none')
})
