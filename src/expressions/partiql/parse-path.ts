/**
 * Document paths of PartiQL (partiql.md §1):
 *
 *   path := name ( '.' name | '[' ('+'|'-')* digits ']' )*
 *   name := word | quoted                                         a word that is no keyword
 */
import { pathElementsMax, pathIndexMax } from '../../api/limits.ts'
import type { DocumentPath } from '../../values/path.ts'
import { notWellFormed } from './not-well-formed.ts'
import type { StatementReader } from './statement-reader.ts'

/** A path of an attribute: at least one name. */
export function parsePath(reader: StatementReader): DocumentPath {
  if (!reader.atName()) throw reader.unexpected()
  const path: (string | number)[] = [reader.take().text]
  for (;;) {
    if (reader.takeSymbol('.')) path.push(parseStep(reader))
    else if (reader.takeSymbol('[')) path.push(parseIndex(reader))
    else break
  }
  if (path.length > pathElementsMax) {
    reader.note(`The document path has too many nesting elements; nesting levels: ${path.length}`)
  }
  return path
}

/** The name behind a dot. */
export function parseStep(reader: StatementReader): string {
  if (!reader.atName()) throw notWellFormed('Invalid path dot component')
  return reader.take().text
}

/** The place in the message is that of the digits, without their sign. */
function parseIndex(reader: StatementReader): number {
  const isNegative = reader.takeSigns()
  const { kind, text } = reader.current
  if (kind !== 'number' || !/^\d+$/.test(text)) throw reader.unexpected()
  const token = reader.take()
  expectSymbol(reader, ']')
  const index = Number(text)
  if (index <= pathIndexMax && (index === 0 || !isNegative)) return index
  reader.note(`List index is not within the allowable range; index: [${isNegative ? '-' : ''}${text}] at ${reader.placeOf(token)}`)
  return 0
}

/** The path that an assignment or REMOVE is about. */
export function parseTarget(reader: StatementReader): DocumentPath {
  if (!reader.atName()) throw notWellFormed('Expected identifier for simple path')
  return parsePath(reader)
}

/** What messages call the symbols that something must end with or go on with. */
const symbolNames: { readonly [symbol: string]: string } = {
  ')': 'RIGHT_PAREN',
  ']': 'RIGHT_BRACKET',
  '}': 'RIGHT_CURLY',
  '>>': 'RIGHT_DOUBLE_ANGLE_BRACKET',
  ':': 'COLON',
  '=': "'='",
}

export function expectSymbol(reader: StatementReader, symbol: string): void {
  if (reader.takeSymbol(symbol)) return
  const name = symbolNames[symbol]
  throw notWellFormed(name === undefined ? 'Unexpected term' : `Expected ${name}`)
}
