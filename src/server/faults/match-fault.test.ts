/** Which requests a fault is for, by what is known of them once they are understood. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { operations } from '../../api/operations.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { UnderstoodMember } from '../../metering/traffic/request-usage.ts'
import type { FaultMatch, NewFault } from './fault.ts'
import { type FacedRequest, matchedPlaces } from './match-fault.ts'
import { readFault } from './read-fault.ts'

const music: Table = { ...musicTable, tableId: 1, indexes: [musicByGenre] }
const films: Table = { ...musicTable, tableId: 2, name: 'films' }

function memberOf(pk: string, table: Table = music): UnderstoodMember {
  return { table, key: itemKey(table, { pk: { S: pk } }) }
}

const anybody = { caller: 'arn:root', tableNames: [], partitionOf: () => undefined }

function requestOf(name: keyof typeof operations, members: readonly UnderstoodMember[], more: Partial<FacedRequest> = {}): FacedRequest {
  const operation = operations[name]
  return { operation, access: operation.access === 'read' ? 'read' : 'write', members, ...anybody, ...more }
}

function placesOf(match: FaultMatch, request: FacedRequest, effect: NewFault['do'] = { delayMs: 0 }): readonly number[] | undefined {
  return matchedPlaces(readFault({ match, do: effect }), request)
}

const batch = requestOf('BatchWriteItem', [memberOf('a'), memberOf('b'), memberOf('a', films)])

test('matchedPlaces tells the members that a fault is for, by table and key', () => {
  assert.deepEqual(placesOf({}, batch), [0, 1, 2])
  assert.deepEqual(placesOf({ table: 'films' }, batch), [2])
  assert.deepEqual(placesOf({ key: { pk: { S: 'a' } } }, batch), [0, 2])
  assert.deepEqual(placesOf({ table: 'music', key: { pk: { S: 'a' } } }, batch), [0])
  assert.equal(placesOf({ key: { pk: { S: 'c' } } }, batch), undefined)
  assert.equal(placesOf({ table: 'books' }, batch), undefined)
  assert.equal(placesOf({ operation: 'GetItem' }, batch), undefined)
  assert.equal(placesOf({ caller: 'arn:ann' }, batch), undefined)
  assert.deepEqual(placesOf({ caller: 'arn:root', operation: 'BatchWriteItem' }, batch), [0, 1, 2])
})

test('matchedPlaces goes by the tables of a request that is for no items', () => {
  const request = requestOf('DescribeTable', [], { tableNames: ['music'] })
  assert.deepEqual(placesOf({}, request), [])
  assert.deepEqual(placesOf({ table: 'music' }, request), [])
  for (const match of [{ table: 'films' }, { index: 'genre' }, { key: { pk: { S: 'a' } } }])
    assert.equal(placesOf(match, request), undefined)
  assert.equal(placesOf({}, request, { conflict: true }), undefined)
})

test('matchedPlaces throttles what has the capacity that is to be missing', () => {
  const scan = requestOf('Scan', [{ table: music }])
  const ofIndex = requestOf('Scan', [{ table: music, index: musicByGenre }])
  const put = requestOf('PutItem', [memberOf('a')])
  const putFilm = requestOf('PutItem', [memberOf('a', films)])
  const tableRead = { throttle: 'TableReadKeyRangeThroughputExceeded' } as const
  const indexRead = { throttle: 'IndexReadKeyRangeThroughputExceeded' } as const
  const tableWrite = { throttle: 'TableWriteKeyRangeThroughputExceeded' } as const
  const indexWrite = { throttle: 'IndexWriteKeyRangeThroughputExceeded' } as const
  const isFor = (effect: NewFault['do'], match: FaultMatch = {}) =>
    [scan, ofIndex, put, putFilm].map((request) => placesOf(match, request, effect) !== undefined)
  assert.deepEqual(isFor(tableRead), [true, false, false, false])
  assert.deepEqual(isFor(indexRead), [false, true, false, false])
  assert.deepEqual(isFor(tableWrite), [false, false, true, true])
  assert.deepEqual(isFor(indexWrite), [false, false, true, false])
  assert.deepEqual(isFor(indexWrite, { index: 'genre' }), [false, false, true, false])
  assert.deepEqual(isFor(indexWrite, { index: 'other' }), [false, false, false, false])
  assert.deepEqual(isFor(tableWrite, { index: 'genre' }), [false, false, false, false])
  assert.deepEqual(isFor({ delayMs: 0 }, { index: 'genre' }), [false, true, false, false])
})

test('A fault for a key is for the requests with that key and for no others', () => {
  const text = fc.string({ minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(text, text, (sought, asked) => {
      const request = requestOf('GetItem', [memberOf(asked)])
      assert.equal(placesOf({ key: { pk: { S: sought } } }, request) !== undefined, sought === asked)
    }),
  )
})
