/**
 * The grammar of ProjectionExpression (expressions.md §7): `path (',' path)*`. It has no keywords.
 */
import type { WrittenPath, WrittenProjection } from './ast.ts'
import { parsePath } from './parse-path.ts'
import { type Fault, TokenReader } from './token-reader.ts'

const keywords: ReadonlySet<string> = new Set()
const priority: readonly Fault[] = ['reservedWord', 'badPath']

/** Throws the syntax error or the most important of the other faults of the text. */
export function parseProjection(text: string): WrittenProjection {
  const reader = new TokenReader('ProjectionExpression', text, keywords)
  const paths: WrittenPath[] = [parsePath(reader)]
  while (reader.takeSymbol(',')) paths.push(parsePath(reader))
  reader.expectEnd()
  reader.finish(priority)
  return paths
}
