import assert from 'node:assert/strict'
import { test } from 'node:test'
import { musicByGenre, musicTable } from '../../../test/harness/music-table.ts'
import { settledTable, withoutRunning } from './settle-table.ts'
import type { RunningChange, Table } from './table.ts'

const more = { readUnits: 20_000, writeUnits: 9000 }
const few = { readUnits: 1, writeUnits: 1 }
const ofTable: RunningChange = { kind: 'warmThroughput', indexId: 0, sinceMs: 0, dueMs: 1000 }
const ofIndex: RunningChange = { kind: 'warmThroughput', indexId: 1, sinceMs: 0, dueMs: 2000 }
const table: Table = {
  ...musicTable,
  tableId: 1,
  upcoming: { warm: more },
  indexes: [{ ...musicByGenre, upcoming: { warm: more } }],
  running: [ofTable, ofIndex],
}

const over = (nowMs: number): Table => withoutRunning(table, ({ dueMs }) => dueMs <= nowMs)
const warmOf = ({ warm, indexes }: Table): readonly unknown[] => [warm, ...indexes.map((index) => index.kind === 'global' && index.warm)]

test('of changes that run beside each other those that are over come true, and the others go on', () => {
  assert.equal(over(999), table)
  assert.deepEqual([over(1000).running, warmOf(over(1000))], [[ofIndex], [more, musicByGenre.warm]])
  const { running, ...settled } = over(2000)
  assert.equal(running, undefined)
  assert.ok(!('running' in over(2000)), 'a table beside which nothing runs says nothing of it')
  assert.deepEqual(warmOf(settled), [more, more])
})

test('a status that ends brings true what it was about, and leaves what runs beside it alone', () => {
  const settled = settledTable({ ...table, status: 'UPDATING', statusDueMs: 500, upcoming: { provisioned: few, warm: more } })
  assert.deepEqual([settled.status, settled.statusDueMs, settled.running], ['ACTIVE', undefined, [ofTable, ofIndex]])
  assert.deepEqual([settled.provisioned, settled.warm], [few, musicTable.warm])
})
