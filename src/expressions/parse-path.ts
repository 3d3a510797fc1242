/**
 * Document paths as all expressions write them (expressions.md §4):
 *
 *   path    := element ( '.' element | '[' digits ']' )*
 *   element := identifier | '#' name
 */
import { pathElementsMax, pathIndexMax } from '../api/limits.ts'
import type { WrittenElement, WrittenPath } from './ast.ts'
import { isReservedWord } from './reserved-words.ts'
import type { TokenReader } from './token-reader.ts'

export function parsePath(reader: TokenReader): WrittenPath {
  const elements = [parseElement(reader)]
  for (;;) {
    if (reader.takeSymbol('.')) elements.push(parseElement(reader))
    else if (reader.takeSymbol('[')) elements.push(parseIndex(reader))
    else break
  }
  // [I] The wording of this and of the index limit is inferred; the limits themselves are DynamoDB's.
  if (elements.length > pathElementsMax) {
    reader.note('badPath', `The document path has too many nesting elements; nesting levels: ${elements.length}`)
  }
  return { kind: 'path', elements }
}

function parseElement(reader: TokenReader): WrittenElement {
  if (reader.current.kind === 'alias') return { kind: 'alias', alias: reader.take().text }
  if (!reader.atName()) throw reader.syntaxError()
  const name = reader.take().text
  if (isReservedWord(name)) reader.note('reservedWord', `Attribute name is a reserved keyword; reserved keyword: ${name}`)
  return { kind: 'name', name }
}

function parseIndex(reader: TokenReader): WrittenElement {
  if (reader.current.kind !== 'number') throw reader.syntaxError()
  const digits = reader.take().text
  reader.expectSymbol(']')
  const index = Number(digits)
  if (index > pathIndexMax) reader.note('badPath', `List index is not within the allowable range; index: [${digits}]`)
  return { kind: 'index', index }
}
