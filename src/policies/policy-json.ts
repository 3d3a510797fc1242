/** The JSON of a policy as what its elements are made of: objects with the members they may have, and texts alone or in lists. */
import { syntaxError } from './malformed-policy.ts'

export type Members<Name extends string> = { readonly [name in Name]?: unknown }

/** An object that has no other members than these. Their names are case-sensitive. */
export function readMembers<Name extends string>(value: unknown, names: readonly Name[]): Members<Name> {
  const object = readObject(value)
  if (Object.keys(object).some((name) => !(names as readonly string[]).includes(name))) throw syntaxError()
  return object as Members<Name>
}

export function readObject(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw syntaxError()
  return value as { readonly [name: string]: unknown }
}

export function readText(value: unknown): string {
  if (typeof value !== 'string') throw syntaxError()
  return value
}

/** A text, or a list of them that is not empty. Values of conditions may be numbers and booleans, too. */
export function readTexts(value: unknown, kind: 'texts' | 'scalars' = 'texts'): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0 && kind === 'texts') throw syntaxError()
  return values.map((each) => {
    const isScalar = kind === 'scalars' && (typeof each === 'number' || typeof each === 'boolean')
    return isScalar ? String(each) : readText(each)
  })
}
