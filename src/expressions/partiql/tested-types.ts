/** The types of PartiQL that IS can ask for, by their names in upper case (partiql.md §6). */
import type { TestedType } from './statement.ts'

/** How many lengths or digits PartiQL takes behind a type, in parentheses; behind all others none. */
export const typeArgumentsMax: ReadonlyMap<string, number> = new Map([
  ['FLOAT', 1],
  ['REAL', 1],
  ['DECIMAL', 2],
  ['NUMERIC', 2],
  ['CHAR', 1],
  ['CHARACTER', 1],
  ['CHARACTER VARYING', 1],
  ['VARCHAR', 1],
])

/** [I] Which of them can be tested, and what they are here; those that are undefined can be named and not tested. */
export const testedTypes: ReadonlyMap<string, TestedType | undefined> = new Map<string, TestedType | undefined>([
  ['MISSING', 'MISSING'],
  ['NULL', ['NULL']],
  ['BOOL', ['BOOL']],
  ['BOOLEAN', ['BOOL']],
  ['STRING', ['S']],
  ['NUMBER', ['N']],
  ['DECIMAL', ['N']],
  ['NUMERIC', ['N']],
  ['INT', ['N']],
  ['INTEGER', ['N']],
  ['FLOAT', ['N']],
  ['BLOB', ['B']],
  ['BINARY', ['B']],
  ['LIST', ['L']],
  ['STRUCT', ['M']],
  ['TUPLE', ['M']],
  ['MAP', ['M']],
  ['BAG', ['SS', 'NS', 'BS']],
  ['INT2', undefined],
  ['INT4', undefined],
  ['INT8', undefined],
  ['SMALLINT', undefined],
  ['BIGINT', undefined],
  ['REAL', undefined],
  ['DOUBLE PRECISION', undefined],
  ['CHAR', undefined],
  ['CHARACTER', undefined],
  ['CHARACTER VARYING', undefined],
  ['VARCHAR', undefined],
  ['SYMBOL', undefined],
  ['CLOB', undefined],
  ['DATE', undefined],
  ['TIME', undefined],
  ['TIMESTAMP', undefined],
  ['SEXP', undefined],
  ['ANY', undefined],
])
