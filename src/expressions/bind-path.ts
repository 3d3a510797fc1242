/** From a path as it is written to the path it means: aliases replaced by the names they stand for. */
import type { DocumentPath } from '../values/path.ts'
import type { ExpressionKind, WrittenPath } from './ast.ts'
import type { Placeholders } from './placeholders.ts'

/** Throws for an alias that is not defined. */
export function bindPath(kind: ExpressionKind, written: WrittenPath, placeholders: Placeholders): DocumentPath {
  return written.elements.map((element) => {
    if (element.kind === 'index') return element.index
    return element.kind === 'name' ? element.name : placeholders.name(kind, element.alias)
  })
}

export function samePath(a: DocumentPath, b: DocumentPath): boolean {
  return a.length === b.length && a.every((element, at) => element === b[at])
}
