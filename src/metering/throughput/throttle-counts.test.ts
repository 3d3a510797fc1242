/** Throttles are told apart by table, index and reason, and memory for them is bounded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../../engine/schema/table.ts'
import { ThrottleCounts, type ThrottledThing } from './throttle-counts.ts'

const shown = { region: '', table: 'T', index: undefined, reason: 'TableWriteProvisionedThroughputExceeded' }
const thing = { ...shown, keyAttributes: [] }

test('what was refused and what was let through are counted apart, with the time of the last', () => {
  const counts = new ThrottleCounts()
  counts.tally(thing).note('enforce', 1)
  counts.tally(thing).note('observe', 2)
  counts.tally(thing).note('observe', 3)
  assert.deepEqual(counts.list(), [{ ...shown, refused: 1, observed: 2, lastMs: 3, keys: [] }])
})

test('tables, indexes, regions and reasons are counted apart, the most frequent first', () => {
  const counts = new ThrottleCounts()
  const others = [
    { ...thing, index: 'g' },
    { ...thing, region: 'eu-west-1' },
    { ...thing, table: 'U' },
    { ...thing, reason: 'TableReadKeyRangeThroughputExceeded' },
  ]
  for (const other of [...others, others[3] ?? thing]) counts.tally(other).note('enforce', 0)
  assert.equal(counts.list().length, 4)
  assert.equal(counts.list()[0]?.reason, 'TableReadKeyRangeThroughputExceeded')
  assert.deepEqual(
    counts.list('U').map(({ table, refused }) => ({ table, refused })),
    [{ table: 'U', refused: 1 }],
  )
})

test('the log is told of each throttle once', () => {
  const counts = new ThrottleCounts()
  counts.tally(thing).note('enforce', 1)
  counts.tally(thing).note('enforce', 2)
  assert.deepEqual(
    counts.takeUntold().map(({ refused, observed }) => ({ refused, observed })),
    [{ refused: 2, observed: 0 }],
  )
  assert.deepEqual(counts.takeUntold(), [])
  counts.tally(thing).note('observe', 3)
  assert.deepEqual(
    counts.takeUntold().map(({ refused, observed }) => ({ refused, observed })),
    [{ refused: 0, observed: 1 }],
  )
  assert.equal(counts.list()[0]?.refused, 2, 'the sum since the start is kept')
})

test('beyond ten thousand kinds nothing new is counted, and what is known still is', () => {
  const counts = new ThrottleCounts()
  for (let at = 0; at < 10_100; at += 1) counts.tally({ ...thing, table: `T${at}` }).note('enforce', at)
  assert.equal(counts.list().length, 10_000)
  counts.tally({ ...thing, table: 'T5' }).note('enforce', 0)
  assert.equal(counts.list('T5')[0]?.refused, 2)
})

test('what is deleted is forgotten: the counts of a table with it, those of an index with that, and those of a table in whose place another comes', () => {
  const counts = new ThrottleCounts()
  const note = (things: Partial<ThrottledThing>): void => counts.tally({ ...thing, ...things }).note('enforce', 0)
  const left = (): readonly string[] =>
    counts
      .list()
      .map(({ region, table, index = '-' }) => `${region} ${table} ${index}`)
      .toSorted()
  const noteAll = (): void => {
    for (const index of [undefined, 'g', 'h']) {
      note({ index })
      note({ index, region: 'eu-west-1' })
    }
    note({ table: 'Other' })
  }
  const tableWith = (tableId: number, ...names: readonly string[]): Table =>
    ({ name: 'T', tableId, indexes: names.map((name) => ({ name })) }) as unknown as Table
  const changed = (before: Table | undefined, after: Table | undefined): void =>
    counts.catalogChanged({ tables: [{ region: '', before, after }], partitioned: [], isSet: false })
  const elsewhere = [' Other -', 'eu-west-1 T -', 'eu-west-1 T g', 'eu-west-1 T h']

  noteAll()
  changed(undefined, tableWith(1, 'g', 'h'))
  changed(tableWith(1, 'g', 'h'), tableWith(1, 'h', 'g'))
  assert.deepEqual(left(), [' Other -', ' T -', ' T g', ' T h', ...elsewhere.slice(1)])
  changed(tableWith(1, 'g', 'h'), tableWith(1, 'h'))
  assert.deepEqual(left(), [' Other -', ' T -', ' T h', ...elsewhere.slice(1)])
  changed(tableWith(1, 'h'), undefined)
  assert.deepEqual(left(), elsewhere)
  noteAll()
  changed(tableWith(1, 'g', 'h'), tableWith(2, 'g', 'h'))
  assert.deepEqual(left(), elsewhere)
})

test('ten thousand kinds of tables that are gone keep no new one from being counted', () => {
  const counts = new ThrottleCounts()
  for (let at = 0; at < 10_000; at += 1) counts.tally({ ...thing, table: `T${at}` }).note('enforce', at)
  const gone = Array.from({ length: 10_000 }, (_, at) => ({ region: '', before: { name: `T${at}` } as Table, after: undefined }))
  counts.catalogChanged({ tables: gone, partitioned: [], isSet: false })
  counts.tally(thing).note('enforce', 0)
  assert.deepEqual(
    counts.list().map(({ table }) => table),
    ['T'],
  )
})
