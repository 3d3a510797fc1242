/** Values of partition keys as `dynamodb:LeadingKeys` has them: text as it is, numbers in canonical form, binary in base64. */
import { ServiceError } from '../../api/errors.ts'
import type { KeySchema } from '../../engine/schema/table.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { checkAttributeValue, type RawAttributes } from '../../values/check.ts'

/** Of the first partition key attribute in each of the keys or items. What is no key value at all is left out: it is refused later. */
export function leadingTexts({ hash: [first] }: KeySchema, maps: readonly RawAttributes[]): readonly string[] {
  if (first === undefined) return []
  return maps.flatMap((map) => (Object.hasOwn(map, first.name) ? (checkedText(map[first.name]) ?? []) : []))
}

export function keyText(value: AttributeValue): string | undefined {
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  return 'B' in value ? value.B : undefined
}

function checkedText(raw: RawAttributes[string] | undefined): string | undefined {
  if (raw === undefined) return undefined
  try {
    return keyText(checkAttributeValue(raw, 'older'))
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}
