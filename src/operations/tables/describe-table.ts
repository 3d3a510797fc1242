/** DescribeTable (operations.md §5.3). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { type CountsByIndex, tableDescription } from '../../engine/catalog/describe.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { type Counts, noCounts, readCounts } from '../../engine/changes/counts.ts'
import { allIndexes, type Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function describeTable(engine: MeteredEngine, input: InputOf<'DescribeTable'>): Promise<OutputOf<'DescribeTable'>> {
  const name = tableNameOf(input.TableName)
  const table = engine.catalog.find(name)
  if (table === undefined) throw tableNotFound(name)
  return { Table: tableDescription(engine, table, await countsByIndex(engine, table)) }
}

/** The counts of the table (index id 0) and its indexes, all of one moment. */
export async function countsByIndex({ store }: Pick<MeteredEngine, 'store'>, table: Table): Promise<CountsByIndex> {
  const ids = [0, ...allIndexes(table).map(({ indexId }) => indexId)]
  const found = await readCounts(
    store,
    ids.map((indexId) => ({ tableId: table.tableId, indexId })),
  )
  const counts = new Map<number, Counts>(ids.map((indexId, at) => [indexId, found[at] ?? noCounts]))
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
