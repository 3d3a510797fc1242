/** Compares an answer with an expectation that may leave a value open or a list unordered. Apart because goldens and scenarios share it. */

export interface Likeness {
  /** Dotted paths of lists that are compared as multisets. */
  readonly unordered?: readonly string[]
  /** Members of `actual` that `expected` does not name are ignored. */
  readonly subset?: boolean
  /** Ids that are drawn need only look like ids: not every store has as many of them drawn. */
  readonly drawnIds?: boolean
}

/** What an expectation may hold in place of a value that no specification fixes. */
const openValues: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['<uuid>', isUuid],
  ['<number>', (value: unknown) => typeof value === 'number'],
  ['<string>', (value: unknown) => typeof value === 'string'],
])

/**
 * `actual` rewritten so that a strict deep comparison with `expected` says whether they are alike: open values become their
 * placeholder, unordered lists take the order of the expectation, members that do not matter go.
 */
export function alignWith(expected: unknown, actual: unknown, likeness: Likeness = {}, path = ''): unknown {
  if (likeness.drawnIds && isUuid(expected) && isUuid(actual)) return expected
  if (typeof expected === 'string') return openValues.get(expected)?.(actual) ? expected : actual
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const aligned = likeness.unordered?.includes(path) ? inOrderOf(expected, actual) : actual
    return aligned.map((element, index) => alignWith(expected[index], element, likeness, `${path}.${index}`))
  }
  if (!isObject(expected) || !isObject(actual)) return actual
  const members = Object.entries(actual).filter(([name]) => !likeness.subset || Object.hasOwn(expected, name))
  const memberPath = (name: string): string => (path === '' ? name : `${path}.${name}`)
  return Object.fromEntries(
    members.map(([name, value]) => [
      name,
      alignWith(Object.hasOwn(expected, name) ? expected[name] : undefined, value, likeness, memberPath(name)),
    ]),
  )
}

function inOrderOf(expected: readonly unknown[], actual: readonly unknown[]): readonly unknown[] {
  const rest = actual.map((element) => ({ element, text: canonicalText(element) }))
  const found: unknown[] = []
  for (const text of expected.map(canonicalText)) {
    const index = rest.findIndex((candidate) => candidate.text === text)
    if (index >= 0) found.push(...rest.splice(index, 1).map(({ element }) => element))
  }
  return [...found, ...rest.map(({ element }) => element)]
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  )
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
