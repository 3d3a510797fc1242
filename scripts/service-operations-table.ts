/** The part of docs/<service>.md that lists the operations of a service beside DynamoDB, made from its table of operations. */
import type { OperationTable } from '../src/protocols/service-contract.ts'

const begin = '<!-- operations: made by `node scripts/service-operations.ts`, held to the table of operations by a test -->\n'
const end = '<!-- /operations -->'

/** The document with its list of operations made anew. */
export function withOperations(document: string, operations: OperationTable): string {
  const start = document.indexOf(begin) + begin.length
  const stop = document.indexOf(end)
  if (start < begin.length || stop < start) throw new Error('the document has no place for the operations')
  const rows = Object.entries(operations).map(([name, { notes }]) => `| ${name} | ${notes} |\n`)
  return `${document.slice(0, start)}\n| operation | notes |\n| --- | --- |\n${rows.join('')}\n${document.slice(stop)}`
}
