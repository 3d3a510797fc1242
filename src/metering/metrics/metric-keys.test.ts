import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBytes } from '../../base/bytes.ts'
import { minuteIn, pointKey, pointsRange, seriesIdIn, seriesKey } from './metric-keys.ts'
import { decodeSeries, leavingText, seriesIdOf, seriesText } from './stored-series.ts'

const definition = { name: 'ConsumedReadCapacityUnits', dimensions: { region: '', TableName: 'Orders' } } as const
const text = 'ConsumedReadCapacityUnits  Orders    '
const id = seriesIdOf(text)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

test('the keys of a series and of its points never change, for every store has them', () => {
  assert.equal(seriesText(definition), text)
  assert.equal(hex(seriesKey(id)), '164b38fdb12e227d13')
  assert.equal(hex(pointKey(id, 29_922_360, 258)), '174b38fdb12e227d1301c894380102')
  assert.equal(seriesIdIn(seriesKey(id)), id)
  assert.equal(minuteIn(pointKey(id, 29_922_360, 258)), 29_922_360)
})

test('points are ordered by minutes, and a range has those of all writers', () => {
  const { start, end } = pointsRange(id, 10, 12)
  const keys = [
    pointKey(id, 9, 65_535),
    start,
    pointKey(id, 10, 0),
    pointKey(id, 10, 65_535),
    pointKey(id, 11, 65_535),
    end,
    pointKey(id, 12, 0),
  ]
  assert.deepEqual(keys.toSorted(compareBytes), keys)
})

test('a series is read as it was stored, leaving or not', () => {
  assert.deepEqual(decodeSeries(text), { text, definition, isLeaving: false })
  assert.deepEqual(decodeSeries(leavingText(text)), { text, definition, isLeaving: true })
})

test('a definition that says more than this version knows is no series that it knows', () => {
  for (const strange of [`${text} eighth`, 'NotYetInvented  Orders    ', 'UserErrors ']) {
    assert.deepEqual(decodeSeries(strange), { text: strange, definition: undefined, isLeaving: false })
  }
})
