/**
 * Operands of PartiQL (partiql.md §1):
 *
 *   term    := literal | '?' | call | path
 *   literal := string | ['+'|'-'] number | TRUE | FALSE | NULL | MISSING
 *            | '[' [ term (',' term)* ] ']' | '{' [ string ':' term (',' string ':' term)* ] '}' | '<<' [ term (',' term)* ] '>>'
 *   call    := word '(' [ '*' | term (',' term)* ] ')'
 *   path    := name ( '.' name | '[' digits ']' )*
 *   name    := word | quoted                                         a word that is no keyword
 */
import { pathElementsMax, pathIndexMax } from '../../api/limits.ts'
import type { DocumentPath } from '../../values/path.ts'
import { notWellFormed } from './not-well-formed.ts'
import type { CallTerm, Term } from './statement.ts'
import type { StatementReader } from './statement-reader.ts'

export function parseTerm(reader: StatementReader): Term {
  switch (reader.current.kind) {
    case 'string':
      return { kind: 'string', text: reader.take().text }
    case 'number':
      return { kind: 'number', text: reader.take().text }
    case 'quoted':
      return { kind: 'path', path: parsePath(reader) }
    case 'word':
      return parseWord(reader)
    default:
      return parseSymbol(reader)
  }
}

function parseWord(reader: StatementReader): Term {
  if (reader.atCall()) return parseCall(reader)
  if (reader.takeWord('TRUE')) return { kind: 'boolean', value: true }
  if (reader.takeWord('FALSE')) return { kind: 'boolean', value: false }
  if (reader.takeWord('NULL')) return { kind: 'null' }
  if (reader.takeWord('MISSING')) return { kind: 'missing' }
  if (!reader.atName()) throw reader.unexpected()
  return { kind: 'path', path: parsePath(reader) }
}

function parseSymbol(reader: StatementReader): Term {
  if (reader.atSymbol('?')) return { kind: 'parameter', index: reader.takeParameter() }
  if (reader.takeSymbol('[')) return { kind: 'list', elements: parseElements(reader, ']') }
  if (reader.takeSymbol('<<')) return { kind: 'set', elements: parseElements(reader, '>>') }
  if (reader.takeSymbol('{')) return parseMap(reader)
  if (reader.atSymbol('-') || reader.atSymbol('+')) {
    const sign = reader.take().text
    if (reader.current.kind !== 'number') throw reader.unexpected()
    return { kind: 'number', text: `${sign === '-' ? '-' : ''}${reader.take().text}` }
  }
  throw reader.unexpected()
}

/** The terms up to the closing symbol, which is taken. */
export function parseElements(reader: StatementReader, closing: string): readonly Term[] {
  if (reader.takeSymbol(closing)) return []
  return reader.nested(() => {
    const elements = [parseTerm(reader)]
    while (reader.takeSymbol(',')) elements.push(parseTerm(reader))
    expectSymbol(reader, closing)
    return elements
  })
}

function parseMap(reader: StatementReader): Term {
  if (reader.takeSymbol('}')) return { kind: 'map', members: [] }
  return reader.nested(() => {
    const members = [parseMember(reader)]
    while (reader.takeSymbol(',')) members.push(parseMember(reader))
    expectSymbol(reader, '}')
    return { kind: 'map', members }
  })
}

function parseMember(reader: StatementReader): { readonly name: string; readonly value: Term } {
  if (reader.current.kind !== 'string') throw reader.unexpected()
  const name = reader.take().text
  expectSymbol(reader, ':')
  return { name, value: parseTerm(reader) }
}

export function parseCall(reader: StatementReader): CallTerm {
  const at = reader.placeOf(reader.current)
  const name = reader.take().text
  reader.takeSymbol('(')
  const operandAt = reader.placeOf(reader.current)
  if (reader.takeSymbol('*')) {
    expectSymbol(reader, ')')
    return { kind: 'call', name, operands: [], at, operandAt }
  }
  return { kind: 'call', name, operands: parseElements(reader, ')'), at, operandAt }
}

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

function parseIndex(reader: StatementReader): number {
  const { kind, text } = reader.current
  if (kind !== 'number' || !/^\d+$/.test(text)) throw reader.unexpected()
  reader.take()
  expectSymbol(reader, ']')
  const index = Number(text)
  if (index > pathIndexMax) reader.note(`List index is not within the allowable range; index: [${text}]`)
  return index
}

/** [I] What stands instead of a comma or a closing symbol is told as a term that does not belong there. */
export function expectSymbol(reader: StatementReader, symbol: string): void {
  if (!reader.takeSymbol(symbol)) throw notWellFormed('Unexpected term')
}
