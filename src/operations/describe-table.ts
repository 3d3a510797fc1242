/** DescribeTable (operations.md §5.3). */
import type { InputOf, OutputOf } from '../api/operations.ts'
import { tableNameOf } from '../api/table-name.ts'
import { type CountsByIndex, tableDescription } from '../engine/catalog/describe.ts'
import { tableNotFound } from '../engine/catalog/find-table.ts'
import type { Table } from '../engine/catalog/table.ts'
import { type Counts, decodeCounts, noCounts } from '../engine/changes/counts.ts'
import type { Engine } from '../engine/engine.ts'
import { countsKey } from '../engine/keyspace/keys.ts'

export async function describeTable(engine: Engine, input: InputOf<'DescribeTable'>): Promise<OutputOf<'DescribeTable'>> {
  const name = tableNameOf(input.TableName)
  const table = engine.catalog.durable.find(name)
  if (table === undefined) throw tableNotFound(name)
  return { Table: tableDescription(engine, table, await readCounts(engine, table)) }
}

/** The counts of the table (index id 0) and its indexes, out of one view. */
export async function readCounts({ store }: Engine, { tableId, indexes, vectorIndexes }: Table): Promise<CountsByIndex> {
  using snapshot = store.snapshot()
  const counts = new Map<number, Counts>()
  for (const { indexId } of [{ indexId: 0 }, ...indexes, ...vectorIndexes]) {
    counts.set(indexId, decodeCounts(await snapshot.get(countsKey({ tableId, indexId }))))
  }
  return (indexId) => counts.get(indexId) ?? noCounts
}
