/** The CreateTable input of an on-demand table with key `id` (a number) and the index `by-g`: what servers are killed, copied and checked with. */
import { onDemandTable } from './on-demand-table.ts'

export function groupedTable(name: string): object {
  const { AttributeDefinitions, ...table } = onDemandTable(name, { id: 'N' })
  return {
    ...table,
    AttributeDefinitions: [...AttributeDefinitions, { AttributeName: 'g', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  }
}
