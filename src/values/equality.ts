/** Equality of attribute values: same type and same content. Canonical values need no conversion to be compared. */
import { type AttributeMap, type AttributeValue, attributeOf } from './attribute-value.ts'

/** Sets are equal whatever order they were sent in (they are stored sorted), lists element by element, maps by name. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true
  if ('S' in a) return 'S' in b && a.S === b.S
  if ('N' in a) return 'N' in b && a.N === b.N
  if ('B' in a) return 'B' in b && a.B === b.B
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL
  if ('NULL' in a) return 'NULL' in b
  if ('SS' in a) return 'SS' in b && equalTexts(a.SS, b.SS)
  if ('NS' in a) return 'NS' in b && equalTexts(a.NS, b.NS)
  if ('BS' in a) return 'BS' in b && equalTexts(a.BS, b.BS)
  if ('L' in a) return 'L' in b && equalLists(a.L, b.L)
  return 'M' in b && equalMaps(a.M, b.M)
}

function equalTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, index) => bothAndEqual(value, b[index]))
}

function equalMaps(a: AttributeMap, b: AttributeMap): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => bothAndEqual(attributeOf(a, name), attributeOf(b, name)))
}

function bothAndEqual(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a !== undefined && b !== undefined && equalValues(a, b)
}
