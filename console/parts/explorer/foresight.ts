/** What a question will cost at most before it is asked, and whether an index would answer it for less. */
import { readBytesMax } from '../../limits.ts'
import { indexesOf, type TableDescription } from '../../server/tables.ts'
import { count, counted, dollars } from '../../values/shown-numbers.ts'
import { isQuery, keyAttributes, keyOf, type Question } from './question.ts'

/** What a million read request units on demand cost in US East (N. Virginia). */
const dollarsPerMillionReads = 0.125

export interface Foresight {
  readonly words: string
  /** An index that has what a filter compares as its partition key. */
  readonly better: { readonly index: string; readonly name: string; readonly words: string } | undefined
}

/** `partitions`: how many the table, or the index that is asked, is divided into: a Scan pays for each that it comes across at the least. */
export function foresee(table: TableDescription, question: Question, partitions: number): Foresight {
  const { items, sizeBytes } = sizeOf(table, question.index)
  const unit = question.isConsistent ? 1 : 0.5
  const unitsFor = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4096)) * unit
  const itemBytes = items === 0 ? 0 : sizeBytes / items
  const pageUnits = unitsFor(Math.min(readBytesMax, itemBytes * question.limit, sizeBytes))
  const words = (units: number): string => `a page reads ${counted(Math.min(question.limit, items), 'item')} for up to ${count(units)} RCU`
  if (isQuery(question)) return { words: words(pageUnits), better: undefined }
  const borders = (partitions - 1) * unit
  const allUnits = unitsFor(sizeBytes) + borders
  const all = `all of it ${count(allUnits)} RCU (${dollars((allUnits / 1e6) * dollarsPerMillionReads)})`
  return { words: `${words(pageUnits + borders)}; ${all}`, better: betterIndex(table, question) }
}

function sizeOf(table: TableDescription, index: string): { readonly items: number; readonly sizeBytes: number } {
  const found = indexesOf(table).find(({ IndexName }) => IndexName === index)
  if (found === undefined) return { items: table.ItemCount, sizeBytes: table.TableSizeBytes }
  return { items: found.ItemCount ?? 0, sizeBytes: found.IndexSizeBytes ?? 0 }
}

function betterIndex(table: TableDescription, { filters, index }: Question): Foresight['better'] {
  for (const { name, condition } of filters) {
    if (condition !== '=') continue
    if (keyOf(table, '').partition === name) return { index: '', name, words: `${name} is the partition key: a Query reads only its items` }
    const fitting = indexesOf(table).find((each) => each.IndexName !== index && keyAttributes(each.KeySchema).partition === name)
    if (fitting !== undefined)
      return {
        index: fitting.IndexName,
        name,
        words: `the index ${fitting.IndexName} has ${name} as its partition key: a Query reads only those items`,
      }
  }
  return undefined
}

/** The same question of the index, with what was a filter as its key. */
export function askedBetter(question: Question, { index, name }: NonNullable<Foresight['better']>): Question {
  const at = question.filters.findIndex((each) => each.name === name && each.condition === '=')
  return { ...question, index, partition: question.filters[at]?.value ?? '', filters: question.filters.toSpliced(at, 1) }
}
