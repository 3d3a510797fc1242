/** The lines of data files (backup-export-import.md §5.4): an item of a full export, a changed item of an incremental one. */
import { ionDecimal, ionStruct } from '../../values/files/ion-text.ts'
import type { PastChange } from '../history/read-changes.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { type KeySchema, keyAttributesIn } from '../schema/table.ts'

export type ExportFormat = 'DYNAMODB_JSON' | 'ION'

export function itemLine(format: ExportFormat, { text, attributes }: StoredItem): string {
  return format === 'ION' ? `$ion_1_0 {Item:${ionStruct(attributes)}}\n` : `{"Item":${text}}\n`
}

export interface ExportedImages {
  readonly key: KeySchema
  readonly hasOldImages: boolean
}

/** The time is an attribute value in the files, as programs read it that read exports of AWS. */
export function changeLine(format: ExportFormat, { key, hasOldImages }: ExportedImages, change: PastChange): string {
  const { oldItem, newItem, writtenUs } = change
  const keys = keyAttributesIn(key, (newItem ?? oldItem)?.attributes ?? {})
  const old = hasOldImages ? oldItem : undefined
  if (format === 'ION') {
    const images = `${imageIn('OldImage', old)}${imageIn('NewImage', newItem)}`
    const time = ionDecimal(String(writtenUs))
    return `$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:${time}},Keys:${ionStruct(keys)}${images}}}\n`
  }
  const images = `${old === undefined ? '' : `,"OldImage":${old.text}`}${newItem === undefined ? '' : `,"NewImage":${newItem.text}`}`
  return `{"Metadata":{"WriteTimestampMicros":{"N":"${writtenUs}"}},"Keys":${JSON.stringify(keys)}${images}}\n`
}

function imageIn(name: string, item: StoredItem | undefined): string {
  return item === undefined ? '' : `,${name}:${ionStruct(item.attributes)}`
}
