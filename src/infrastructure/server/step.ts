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
  /** It makes or drops an index: which one. What is refused of it beforehand keeps all steps of that index from being taken. */
  readonly index?: StepOfIndex
}

export interface StepOfIndex {
  readonly name: string
  /** A CreateTable of a table that is there: refused for what is wrong with the index, and else for being there. Left out: it is dropped. */
  readonly check?: object
}

export function updateTable(what: string, input: object): Step {
  return { what, service: 'dynamodb', operation: 'UpdateTable', input, waits: true }
}
