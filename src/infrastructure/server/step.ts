/** One call of those that make a table what it is to be. */
import type { Described } from './current-table.ts'

export interface Step {
  /** For the report: `billing`, `index byStatus`. */
  readonly what: string
  readonly service: 'dynamodb' | 'scaling'
  readonly operation: string
  /** Of what is only known when the steps before it are done. */
  readonly input: object | ((table: Described) => object)
  /** Whether the table is UPDATING from then on. */
  readonly waits: boolean
}

export function updateTable(what: string, input: object): Step {
  return { what, service: 'dynamodb', operation: 'UpdateTable', input, waits: true }
}
