/** DescribeTable (operations.md §5.3). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { type CountsByIndex, tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { type Counts, decodeCounts, noCounts } from '../../engine/changes/counts.ts'
import type { Engine } from '../../engine/engine.ts'
import { countsKey } from '../../engine/keyspace/keys.ts'
import { allIndexes, type Table } from '../../engine/schema/table.ts'

export async function describeTable(engine: Engine, input: InputOf<'DescribeTable'>): Promise<OutputOf<'DescribeTable'>> {
  const name = tableNameOf(input.TableName)
  const table = engine.catalog.durable.find(name)
  if (table === undefined) throw tableNotFound(name)
  return { Table: tableDescription(engine, table, await readCounts(engine, table)) }
}

/** The counts of the table (index id 0) and its indexes, out of one view. */
export async function readCounts({ store }: Engine, table: Table): Promise<CountsByIndex> {
  using snapshot = store.snapshot()
  const { tableId } = table
  const counts = new Map<number, Counts>()
  for (const { indexId } of [{ indexId: 0 }, ...allIndexes(table)]) {
    counts.set(indexId, decodeCounts(await snapshot.get(countsKey({ tableId, indexId }))))
  }
  const savedBytes = vectorSavings(table, counts)
  return (indexId) => {
    const { itemCount, sizeBytes } = counts.get(indexId) ?? noCounts
    return { itemCount, sizeBytes: indexId === 0 ? sizeBytes - savedBytes : sizeBytes }
  }
}

/** Vectors that an index covers count as floats in the size of the table, too (data-model.md §5). Of several indexes on one attribute the first tells. */
function vectorSavings({ vectorIndexes }: Table, counts: ReadonlyMap<number, Counts>): number {
  let savedBytes = 0
  const told = new Set<string>()
  for (const { indexId, vectorAttribute, status } of vectorIndexes) {
    if (status !== 'ACTIVE' || told.has(vectorAttribute)) continue
    told.add(vectorAttribute)
    savedBytes += counts.get(indexId)?.savedBytes ?? 0
  }
  return savedBytes
}
