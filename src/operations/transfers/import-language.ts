/** What imports ask of those who know items and tables: what a record of a file must be to be put, and how files are read. */
import { invalid } from '../../api/errors.ts'
import { operations } from '../../api/operations.ts'
import { type Conform, conformOf } from '../../api/wire-types.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesOfKey, type Table } from '../../engine/schema/table.ts'
import type { TableImport } from '../../engine/schema/transfer.ts'
import type { ImportLanguage } from '../../engine/transfers/run-imports.ts'
import { checkAttributes, type RawAttributes } from '../../values/check.ts'
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import { csvReader } from '../../values/files/read-csv.ts'
import { ionReader } from '../../values/files/read-ion.ts'
import { jsonLinesReader } from '../../values/files/read-json-lines.ts'
import { checkItemSize } from '../items/item-size.ts'
import { checkIndexKeys, checkItemKey } from '../items/key-parameters.ts'

const { wording } = operations.PutItem
let conform: Conform | undefined

export const importLanguage: ImportLanguage = { itemOf: itemOfRecord, readerOf }

/** The checks of PutItem (backup-export-import.md §6). Throws ServiceError. */
export function itemOfRecord(table: Table, { Item: raw }: RecordMembers): StoredItem {
  if (raw === undefined) throw invalid('Unable to parse the item: it has no member Item')
  conform ??= conformOf('PutItemInputAttributeMap', 'member')
  const item = StoredItem.of(checkAttributes(conform(raw, 0) as RawAttributes, wording))
  checkItemKey(table, item.attributes)
  checkIndexKeys(table, item.attributes)
  checkItemSize(table, item)
  return item
}

function readerOf({ request }: TableImport, table: Table): () => RecordReader {
  switch (request.InputFormat) {
    case 'CSV': {
      const { Delimiter: delimiter = ',', HeaderList: headers } = request.InputFormatOptions?.Csv ?? {}
      const types = new Map(table.attributes.map(({ name, type }) => [name, type]))
      const required = attributesOfKey(table.key).map(({ name }) => name)
      return () => csvReader({ delimiter, types, required, ...(headers !== undefined && { headers }) })
    }
    case 'ION':
      return ionReader
    default:
      return jsonLinesReader
  }
}
