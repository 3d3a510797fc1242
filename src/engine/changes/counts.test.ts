import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsKey } from '../keyspace/keys.ts'
import { countsKeysMax } from '../limits.ts'
import { knownCountsKey } from './counts.ts'

test('the key of the counts of a space is the same object while there are not too many', () => {
  const keyOf = (tableId: number) => knownCountsKey({ tableId, indexId: 0 })
  const first = keyOf(1)
  assert.deepEqual(first, countsKey({ tableId: 1, indexId: 0 }))
  for (let tableId = 2; tableId <= countsKeysMax; tableId += 1) keyOf(tableId)
  assert.equal(keyOf(1), first)
  keyOf(countsKeysMax + 1)
  assert.notEqual(keyOf(1), first)
  assert.deepEqual(keyOf(1), first)
})
