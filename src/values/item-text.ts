/** Items as text: the canonical DynamoDB JSON in which they are stored and answered. */
import type { Item } from './attribute-value.ts'

/** JSON of a canonical item, attributes in the order they were written. Well-formed Unicode without NUL. */
export function itemText(item: Item): string {
  return JSON.stringify(item)
}

/** The item that `itemText` printed. JSON.parse makes `__proto__` an attribute like any other. */
export function parseItem(text: string): Item {
  return JSON.parse(text) as Item
}
