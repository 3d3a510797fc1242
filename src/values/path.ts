/** Document paths: which part of an item an expression speaks of. */
import { type AttributeValue, attributeOf, type Item } from './attribute-value.ts'

/** Names of attributes and members of maps, indexes of lists. The first element is the name of a top-level attribute. */
export type DocumentPath = readonly (string | number)[]

/** What the path leads to in this item; undefined when an element is missing or the value before it is of another type. */
export function resolvePath(item: Item, path: DocumentPath): AttributeValue | undefined {
  const [first] = path
  let value = typeof first === 'string' ? attributeOf(item, first) : undefined
  for (let depth = 1; depth < path.length && value !== undefined; depth += 1) {
    const element = path[depth]
    if (typeof element === 'string') value = 'M' in value ? attributeOf(value.M, element) : undefined
    else value = 'L' in value && element !== undefined ? value.L[element] : undefined
  }
  return value
}

/** The path as error messages print it: `[a, [0], b]`. */
export function printPath(path: DocumentPath): string {
  return `[${path.map((element) => (typeof element === 'string' ? element : `[${element}]`)).join(', ')}]`
}
