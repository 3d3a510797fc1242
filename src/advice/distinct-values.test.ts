import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DistinctValues } from './distinct-values.ts'
import { distinctExactMax } from './limits.ts'

test('DistinctValues counts few values exactly, and knows them', () => {
  const values = new DistinctValues()
  for (let at = 0; at < distinctExactMax * 3; at += 1) values.add(`value ${at % distinctExactMax}`)
  assert.equal(values.count, distinctExactMax)
  assert.equal(values.few?.size, distinctExactMax)
})

test('DistinctValues estimates many values in fixed room', () => {
  for (const count of [65, 1000, 30_000, 300_000]) {
    const values = new DistinctValues()
    for (let at = 0; at < count; at += 1) values.add(`value ${at}`)
    assert.ok(Math.abs(values.count - count) < 0.1 * count, `${count}: ${values.count}`)
    assert.equal(values.few, undefined)
  }
})
