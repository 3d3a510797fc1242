/**
 * Items in CSV and in Ion beside infrastructure code. A column of CSV is `name` or `name:TYPE`; without a type a key has that of its table, and
 * everything else is text.
 *
 * | TYPE         | a cell holds                        |
 * | ------------ | ----------------------------------- |
 * | S N B        | the value; of B base64              |
 * | BOOL         | true or false, whatever their case  |
 * | NULL         | anything                            |
 * | L M          | JSON, as in `.jsonl`                |
 * | SS NS BS     | the elements, with `;` between them |
 */
import { setOwn } from '../../base/own.ts'
import type { ScalarType } from '../../values/attribute-value.ts'
import type { FileRecord, RecordReader } from '../../values/files/file-record.ts'
import { attributeValueOf, parsePlainJson } from '../../values/files/plain-json.ts'
import { csvReader } from '../../values/files/read-csv.ts'
import { ionReader } from '../../values/files/read-ion.ts'
import { placeItem } from '../documents/item-places.ts'
import { SourceFault } from '../documents/tree.ts'

type Item = { readonly [name: string]: unknown }

/** Of the keys of the table. */
export type KeyTypes = ReadonlyMap<string, ScalarType>

/** Throws SourceFault with the number of what is no item. */
export function itemsInCsv(text: string, path: string, keyTypes: KeyTypes): readonly Item[] {
  return itemsOf(csvReader({ delimiter: ',', types: new Map(), required: [] }), text, path).map((row, at) => {
    const item: Record<string, unknown> = {}
    for (const [header, cell] of Object.entries(row)) {
      const { S: field } = cell as { readonly S: string }
      if (field === '') continue
      const [, name = header, type = keyTypes.get(header) ?? 'S'] = /^(.+):(S|N|B|BOOL|NULL|L|M|SS|NS|BS)$/.exec(header) ?? []
      const value = valueOfCell(field, type)
      if (value === undefined) throw new SourceFault({ file: path, line: 0 }, `its item ${at + 1} has no ${type} in ${name}.`)
      setOwn(item, name, value)
    }
    return placeItem(item, `item ${at + 1}`)
  })
}

/** Throws SourceFault with the number of what is no item. */
export function itemsInIon(text: string, path: string): readonly Item[] {
  return itemsOf(ionReader(), text, path)
}

function itemsOf(reader: RecordReader, text: string, path: string): readonly Item[] {
  const records: readonly FileRecord[] = [...reader.push(text), ...reader.end()]
  return records.map((record, at) => {
    const fault = (why: string): SourceFault => new SourceFault({ file: path, line: 0 }, `its item ${at + 1}: ${why}.`)
    if (record.kind !== 'record') throw fault(record.reason)
    const { Item: item } = record.members
    if (typeof item !== 'object' || item === null) throw fault('it has no member Item')
    return placeItem(item, `item ${at + 1}`) as Item
  })
}

/** In DynamoDB JSON. Undefined when it is none of this type; of numbers and bytes the table says so. */
function valueOfCell(field: string, type: string): object | undefined {
  switch (type) {
    case 'BOOL':
      return /^(true|false)$/i.test(field) ? { BOOL: field.toLowerCase() === 'true' } : undefined
    case 'NULL':
      return { NULL: true }
    case 'L':
    case 'M':
      return valueOfJson(field, type)
    case 'SS':
    case 'NS':
    case 'BS':
      return { [type]: field.split(';') }
    default:
      return { [type]: field }
  }
}

function valueOfJson(field: string, type: 'L' | 'M'): object | undefined {
  try {
    const value = attributeValueOf(parsePlainJson(field))
    return type in value ? value : undefined
  } catch {
    return undefined
  }
}
