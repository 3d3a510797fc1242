/** The FilterSpecification of an export (backup-export-import.md §5.2): which items it has, and what of them. */
import { invalid } from '../../api/errors.ts'
import { type InputOf, operations } from '../../api/operations.ts'
import { keyRange } from '../../engine/items/key-range.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesOfKey, type KeySchema } from '../../engine/schema/table.ts'
import type { ExportFilter } from '../../engine/transfers/run-exports.ts'
import { fitKeyCondition } from '../../expressions/fit-key-condition.ts'
import { compileClauses, languagesOf, readClauses } from '../request/request-clauses.ts'

const languages = languagesOf('FilterSpecification', operations.ExportTableToPointInTime.wording)

interface FilteredTable {
  readonly tableId: number
  readonly key: KeySchema
}

/** Undefined: all. Throws ValidationException for what is wrong with it, or does not go with the key of the table. */
export function exportFilter(
  { tableId, key }: FilteredTable,
  { FilterSpecification: given }: Pick<InputOf<'ExportTableToPointInTime'>, 'FilterSpecification'>,
): ExportFilter | undefined {
  if (given === undefined) return undefined
  const { keyCondition, filter, projection } = compileClauses(readClauses(given, languages))
  const fitted = keyCondition && fitKeyCondition(keyCondition, key)
  const keys = attributesOfKey(key).map(({ name }) => name)
  const filtered = fitted && filter?.attributes.find((name) => keys.includes(name))
  if (filtered !== undefined) {
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered}`)
  }
  return {
    ...(fitted && { range: keyRange({ tableId, indexId: 0 }, fitted) }),
    has: (item) => filter === undefined || filter.matches(item.attributes),
    part: (item) => (projection === undefined ? item : StoredItem.of(projection.apply(item.attributes))),
  }
}
