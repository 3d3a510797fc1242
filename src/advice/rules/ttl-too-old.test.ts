import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, startMs } from '../../../test/harness/advice-bench.ts'
import { ttlTooOldRule } from './ttl-too-old.ts'

const timeToLive = { attributeName: 'ttl', enabled: true }
const nowSeconds = startMs / 1000

async function severityAfter(values: readonly (object | undefined)[], enabled = true): Promise<string> {
  const bench = await openBench(ttlTooOldRule, { changes: { timeToLive: { ...timeToLive, enabled } } })
  for (const ttl of values) bench.hear({ writes: [{ attributes: { pk: { S: 'a' }, ...(ttl && { ttl }) } }] })
  return bench.severity()
}

function times(count: number, value: object | undefined): readonly (object | undefined)[] {
  return Array.from({ length: count }, () => value)
}

const fiveYears = 5 * 365 * 86_400

test('ttl-too-old is an error from the third time before five years ago on', async () => {
  assert.equal(await severityAfter(times(2, { N: '0' })), 'none')
  assert.equal(await severityAfter(times(3, { N: '0' })), 'error')
  assert.equal(await severityAfter(times(3, { N: String(nowSeconds - fiveYears) })), 'none')
  assert.equal(await severityAfter(times(3, { N: String(nowSeconds - fiveYears - 1) })), 'error')
})

test('ttl-too-old says nothing of what expired lately or will, nor of items without the attribute', async () => {
  for (const value of [{ N: String(nowSeconds - 86_400) }, { N: '4102444800' }, undefined]) {
    assert.equal(await severityAfter(times(50, value)), 'none')
  }
})

test('ttl-too-old does not mind birthdays in another attribute', async () => {
  const bench = await openBench(ttlTooOldRule, { changes: { timeToLive } })
  bench.hearTimes(50, { writes: [{ attributes: { birthday: { N: '0' } } }] })
  assert.equal(await bench.severity(), 'none')
})
