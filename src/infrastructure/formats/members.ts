/** Members of CreateTable made of what other formats call otherwise. */
import { fieldsOf, type Place, scalarOf, type Tree } from '../documents/tree.ts'

/** Without those that are undefined. */
export function made(place: Place, members: { readonly [name: string]: Tree | undefined }): Tree {
  return fieldsOf(
    Object.entries(members).flatMap(([name, tree]) => (tree === undefined ? [] : [[name, tree] as const])),
    place,
  )
}

export function listOf(place: Place, elements: readonly Tree[]): Tree {
  return { kind: 'list', elements, place }
}

/** An attribute of a key. */
export function keyElement(name: Tree, keyType: 'HASH' | 'RANGE'): Tree {
  return made(name.place, { AttributeName: name, KeyType: scalarOf(keyType, name.place) })
}

export function attributeDefinition(name: Tree, type: Tree | undefined): Tree {
  return made(name.place, { AttributeName: name, AttributeType: type })
}
