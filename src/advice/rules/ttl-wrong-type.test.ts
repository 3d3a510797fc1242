import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, startMs } from '../../../test/harness/advice-bench.ts'
import { ttlWrongTypeRule } from './ttl-wrong-type.ts'

const timeToLive = { attributeName: 'ttl', enabled: true }
const nowSeconds = startMs / 1000

async function severityAfter(values: readonly (object | undefined)[], enabled = true): Promise<string> {
  const bench = await openBench(ttlWrongTypeRule, { changes: { timeToLive: { ...timeToLive, enabled } } })
  for (const ttl of values) bench.hear({ writes: [{ attributes: { pk: { S: 'a' }, ...(ttl && { ttl }) } }] })
  return bench.severity()
}

function times(count: number, value: object | undefined): readonly (object | undefined)[] {
  return Array.from({ length: count }, () => value)
}

test('ttl-wrong-type is an error from the third text on', async () => {
  assert.equal(await severityAfter(times(2, { S: '1767225600' })), 'none')
  assert.equal(await severityAfter(times(3, { S: '1767225600' })), 'error')
  assert.equal(await severityAfter(times(3, { M: {} })), 'error')
  assert.equal(await severityAfter(times(3, { S: '1767225600' }), false), 'none')
})

test('ttl-wrong-type says nothing of numbers, of NULL, nor of items without the attribute', async () => {
  for (const value of [{ N: String(nowSeconds) }, { NULL: true }, undefined]) assert.equal(await severityAfter(times(50, value)), 'none')
})
