import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionCount } from './partition-count.ts'

const none = { readUnits: 0, writeUnits: 0 }

test('a provisioned table has as many partitions as its throughput takes together', () => {
  const provisioned = (readUnits: number, writeUnits: number): number =>
    partitionCount({ provisioned: { readUnits, writeUnits }, warm: none })
  assert.equal(provisioned(1, 1), 1)
  assert.equal(provisioned(1500, 500), 1)
  assert.equal(provisioned(1500, 501), 2)
  assert.equal(provisioned(3000, 1000), 2)
  assert.equal(provisioned(40_000, 40_000), 54)
})

test('an on-demand table has four partitions, more when it was warmed up', () => {
  assert.equal(partitionCount({ warm: { readUnits: 12_000, writeUnits: 4000 } }), 4)
  assert.equal(partitionCount({ warm: { readUnits: 12_000, writeUnits: 10_000 } }), 10)
  assert.equal(partitionCount({ warm: { readUnits: 40_000, writeUnits: 4000 } }), 14)
})
