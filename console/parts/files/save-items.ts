/** Items as a file of the reader's: DynamoDB's JSON a line each, plain JSON, or CSV with what most of them have as columns. */
import { type Item, lineOf } from '../../values/attribute-value.ts'
import { textOf } from '../item/item-text.ts'

export const forms = ['DynamoDB JSON', 'JSON', 'CSV'] as const
export type FileForm = (typeof forms)[number]

const endings: Readonly<Record<FileForm, string>> = { 'DynamoDB JSON': 'jsonl', JSON: 'json', CSV: 'csv' }

export function saveItems(name: string, items: readonly Item[], form: FileForm): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([fileText(items, form)], { type: 'text/plain' }))
  link.download = `${name}.${endings[form]}`
  link.click()
  URL.revokeObjectURL(link.href)
}

function fileText(items: readonly Item[], form: FileForm): string {
  if (form === 'DynamoDB JSON') return items.map((item) => `${JSON.stringify({ Item: item })}\n`).join('')
  if (form === 'JSON') return `[\n${items.map((item) => textOf(item, 'plain')).join(',\n')}\n]\n`
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))]
  const rows = items.map((item) => names.map((name) => (item[name] === undefined ? '' : cell(plainText(item, name)))).join(','))
  return `${[names.map(cell).join(','), ...rows].join('\n')}\n`
}

/** Scalars as they are, everything else as JSON. */
function plainText(item: Item, name: string): string {
  const value = item[name]
  if (value === undefined) return ''
  if ('S' in value) return value.S
  if ('M' in value || 'L' in value || 'SS' in value || 'NS' in value || 'BS' in value) return JSON.stringify(value)
  return lineOf(value)
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
