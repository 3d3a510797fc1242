/** How a statement was done, and what would be less to pay for. */
import { percent } from '../../values/shown-numbers.ts'

/** `evaluated`: how many items were read for it; undefined when nobody told. */
export function explain(statement: string, returned: number, evaluated: number | undefined): string {
  if (!/^\s*select\b/i.test(statement))
    return 'A write names its item by the whole key: one item is read and written, and each index that has it.'
  if (evaluated === undefined) return ''
  const isPlain = !/\bwhere\b/i.test(statement)
  if (isPlain) return 'Without WHERE everything is read: a Scan, page by page.'
  if (evaluated === 0) return 'Nothing was there to be read for it.'
  const dropped = 1 - returned / evaluated
  if (dropped > 0.5) {
    return `${percent(dropped)} of what was read was dropped. With the partition key compared by = or IN (of the table, or of an index in FROM "Table"."Index") only those items are read.`
  }
  return 'Nearly all that was read was returned.'
}
