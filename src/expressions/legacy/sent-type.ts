/** The type of a value as it was sent, for the checks of form that come before values are looked at (errors.md §4.4). */
import type { AttributeType } from '../../values/attribute-value.ts'
import type { RawAttributeValue } from '../../values/check.ts'

const types: readonly AttributeType[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']

/** Undefined for a value with no type or with several: the check of values refuses it later. */
export function sentType(raw: RawAttributeValue): AttributeType | undefined {
  let found: AttributeType | undefined
  for (const type of types) {
    if (raw[type] === undefined || raw[type] === null) continue
    if (found !== undefined) return undefined
    found = type
  }
  return found
}
