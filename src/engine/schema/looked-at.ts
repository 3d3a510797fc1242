/** Which attributes of an item a table looks at when the item is put: where it lies, and where its indexes hold it. */
import { attributesOfKey, type Table } from './table.ts'

const known = new WeakMap<Table, readonly string[]>()

/** The names of the key attributes of a table and of its indexes, and of what vector indexes search. The same list for the same table. */
export function attributesLookedAt(table: Table): readonly string[] {
  const names = known.get(table)
  if (names !== undefined) return names
  const all = new Set([
    ...attributesOfKey(table.key).map(({ name }) => name),
    ...table.indexes.flatMap(({ key }) => attributesOfKey(key).map(({ name }) => name)),
    ...table.vectorIndexes.flatMap(({ vectorAttribute, searchSchema }) => [vectorAttribute, ...searchSchema.map(({ name }) => name)]),
  ])
  known.set(table, [...all])
  return [...all]
}
