/** Throttles are told apart by table, index and reason, and memory for them is bounded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../../engine/schema/table.ts'
import { ThrottleCounts, type ThrottledThing } from './throttle-counts.ts'

const named = { region: '', table: 'T', index: undefined, reason: 'TableWriteProvisionedThroughputExceeded' }
const thing: ThrottledThing = { ...named, space: { tableId: 1, indexId: 0 }, keyAttributes: [] }
const shown = { ...named, space: 256 }
const tableOf = (tableId: number): Partial<ThrottledThing> => ({ table: `T${tableId}`, space: { tableId, indexId: 0 } })

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
    { ...thing, index: 'g', space: { tableId: 1, indexId: 1 } },
    { ...thing, region: 'eu-west-1', space: { tableId: 2, indexId: 0 } },
    { ...thing, table: 'U', space: { tableId: 3, indexId: 0 } },
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
  for (let at = 0; at < 10_100; at += 1) counts.tally({ ...thing, ...tableOf(at) }).note('enforce', at)
  assert.equal(counts.list().length, 10_000)
  counts.tally({ ...thing, ...tableOf(5) }).note('enforce', 0)
  assert.equal(counts.list('T5')[0]?.refused, 2)
})

test('what is deleted is forgotten: the counts of a table with it, those of an index with that, and those of either in whose place another comes', () => {
  const counts = new ThrottleCounts()
  const left = (): readonly string[] => counts.list().map(({ region, table, index = '-' }) => `${region} ${table} ${index}`)
  const noteAll = (): void => {
    for (const [table, tableId] of [
      ['T', 1],
      ['T', 2],
      ['Other', 3],
    ] as const) {
      const region = tableId === 2 ? 'eu-west-1' : ''
      for (const [indexId, index] of [undefined, 'g', 'h'].entries())
        counts.tally({ ...thing, region, table, index, space: { tableId, indexId } }).note('enforce', 0)
    }
  }
  const tableWith = (tableId: number, indexes: { readonly [name: string]: number } = {}): Table =>
    ({ name: 'T', tableId, indexes: Object.entries(indexes).map(([name, indexId]) => ({ name, indexId })) }) as unknown as Table
  const changed = (before: Table | undefined, after: Table | undefined): void =>
    counts.catalogChanged({ tables: [{ region: '', before, after }], partitioned: [], isSet: false })
  const elsewhere = ['eu-west-1 T -', 'eu-west-1 T g', 'eu-west-1 T h', ' Other -', ' Other g', ' Other h']

  noteAll()
  changed(undefined, tableWith(1, { g: 1, h: 2 }))
  changed(tableWith(1, { g: 1, h: 2 }), tableWith(1, { h: 2, g: 1 }))
  assert.deepEqual(left(), [' T -', ' T g', ' T h', ...elsewhere])
  changed(tableWith(1, { g: 1, h: 2 }), tableWith(1, { g: 3, h: 2 }))
  assert.deepEqual(left(), [' T -', ' T h', ...elsewhere])
  changed(tableWith(1, { h: 2 }), undefined)
  assert.deepEqual(left(), elsewhere)
  assert.equal(counts.forgotten, 3)
  noteAll()
  changed(tableWith(1, { g: 1, h: 2 }), tableWith(4, { g: 1, h: 2 }))
  assert.deepEqual(left().toSorted(), elsewhere.toSorted())
  const namesake = counts.tally({ ...thing, space: { tableId: 4, indexId: 0 } })
  assert.equal(namesake.times, 0)
})

test('ten thousand kinds of tables that are gone keep no new one from being counted', () => {
  const counts = new ThrottleCounts()
  for (let at = 0; at < 10_000; at += 1) counts.tally({ ...thing, ...tableOf(at) }).note('enforce', at)
  const gone = Array.from({ length: 10_000 }, (_, at) => ({ region: '', before: { tableId: at } as Table, after: undefined }))
  counts.catalogChanged({ tables: gone, partitioned: [], isSet: false })
  counts.tally(thing).note('enforce', 0)
  assert.deepEqual(
    counts.list().map(({ table }) => table),
    ['T'],
  )
})
