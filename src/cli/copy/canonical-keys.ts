/** Keys as their table has them, so that one key has one text: by it items are told apart, sampled and given pseudonyms. */
import { getOwn, setOwn } from '../../base/own.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { parseNumber } from '../../values/number.ts'

/** What a table says of keys: its own and those of its indexes. */
export interface KeyTypes {
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[]
}

/**
 * An item whose keys have the types of the table, where one is known, and whose numbers in keys are canonical: 1 for 1.0 and 10e-1. What
 * cannot be a key stays as it is.
 */
export function withCanonicalKeys(item: Item, keyNames: readonly string[], table: KeyTypes | undefined): Item {
  const types = new Map<string, string | undefined>([
    ...keyNames.map((name) => [name, undefined] as const),
    ...(table?.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType] as const),
  ])
  const changed: Record<string, AttributeValue> = {}
  for (const [name, type] of types) {
    const value = getOwn(item, name)
    const made = value === undefined ? undefined : canonicalKey(value, type)
    if (made !== undefined && made !== value) setOwn(changed, name, made)
  }
  if (Object.keys(changed).length === 0) return item
  const result: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(item)) setOwn(result, name, getOwn(changed, name) ?? value)
  return result
}

/** Texts that are numbers, and numbers that are texts. */
function canonicalKey(value: AttributeValue, type: string | undefined): AttributeValue {
  if ('S' in value && type === 'N') return { N: canonicalNumber(value.S) }
  if ('S' in value && type === 'B') return { B: value.S }
  if (!('N' in value)) return value
  if (type === 'S') return { S: value.N }
  const text = canonicalNumber(value.N)
  return text === value.N ? value : { N: text }
}

/** What is no number stays as it is: the table says so. */
export function canonicalNumber(text: string): string {
  try {
    return parseNumber(text, 'current')
  } catch {
    return text
  }
}
