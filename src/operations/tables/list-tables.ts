/** ListTables (operations.md §5.3): names in byte order, a page at a time. */
import { listTablesPageMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function listTables(engine: MeteredEngine, input: InputOf<'ListTables'>): Promise<OutputOf<'ListTables'>> {
  const names = engine.catalog.allNames()
  const start = firstAfter(names, input.ExclusiveStartTableName)
  const page = names.slice(start, start + (input.Limit ?? listTablesPageMax))
  const last = page.at(-1)
  const isMore = start + page.length < names.length
  return isMore && last !== undefined ? { TableNames: page, LastEvaluatedTableName: last } : { TableNames: page }
}

/** Where the names greater than `name` begin. */
function firstAfter(names: readonly string[], name: string | undefined): number {
  if (name === undefined) return 0
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((names[middle] ?? '') <= name) low = middle + 1
    else high = middle
  }
  return low
}
