/**
 * A table with secondary indexes as an array of items, to be compared with the real one: an index is a filter, a projection and a
 * sort, its size a sum. Slow and plain on purpose; it shares no code with what it checks.
 */

export type Value = { readonly S: string } | { readonly N: string } | { readonly B: string } | { readonly SS: readonly string[] }
export type Item = { readonly [name: string]: Value }

export interface KeySet {
  /** Undefined: the table itself. */
  readonly index: string | undefined
  readonly kind: 'table' | 'global' | 'local'
  readonly hash: readonly string[]
  readonly range: readonly string[]
  /** Attributes beside the keys that are held; undefined: all. */
  readonly includes: readonly string[] | undefined
}

export const tableKeys: KeySet = { index: undefined, kind: 'table', hash: ['pk'], range: ['sk'], includes: undefined }

/** Global indexes first, as in the description of the table. */
export const indexes: readonly KeySet[] = [
  { index: 'by-a', kind: 'global', hash: ['a'], range: [], includes: undefined },
  { index: 'by-a-b', kind: 'global', hash: ['a'], range: ['b'], includes: ['v'] },
  { index: 'by-all', kind: 'global', hash: ['a', 'b'], range: ['c', 'sk'], includes: [] },
  { index: 'by-b', kind: 'global', hash: ['b'], range: [], includes: [] },
  { index: 'by-c-a', kind: 'global', hash: ['c'], range: ['a'], includes: ['v', 'w'] },
  { index: 'own-b', kind: 'local', hash: ['pk'], range: ['b'], includes: [] },
  { index: 'own-a', kind: 'local', hash: ['pk'], range: ['a'], includes: undefined },
  { index: 'own-c', kind: 'local', hash: ['pk'], range: ['c'], includes: ['v'] },
]

export const attributeTypes: { readonly [name: string]: 'S' | 'N' | 'B' } = { pk: 'S', sk: 'S', a: 'S', b: 'N', c: 'B' }

/** What an index key and a table key together are, each attribute once. */
export function cursorNames({ hash, range }: KeySet): readonly string[] {
  return [...new Set([...hash, ...range, ...tableKeys.hash, ...tableKeys.range])]
}

export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
}

/** The item as the index holds it; undefined when it does not. */
export function entryOf(keys: KeySet, item: Item): Item | undefined {
  if ([...keys.hash, ...keys.range].some((name) => item[name] === undefined)) return undefined
  return keys.includes === undefined ? item : pick(item, [...cursorNames(keys), ...keys.includes])
}

export function entriesOf(keys: KeySet, items: readonly Item[]): Item[] {
  return items.map((item) => entryOf(keys, item)).filter((entry) => entry !== undefined)
}

/** Entries in the order of a Query: sort key attributes one after the other, then the key of the table. */
export function sortedEntries(keys: KeySet, items: readonly Item[]): Item[] {
  const names = [...keys.range, ...tableKeys.hash, ...tableKeys.range]
  return entriesOf(keys, items).sort((left, right) => {
    for (const name of names) {
      const order = compare(left[name], right[name])
      if (order !== 0) return order
    }
    return 0
  })
}

/** Entries by the values of their partition key attributes, as JSON. */
export function partitions(keys: KeySet, items: readonly Item[]): Map<string, Item[]> {
  return Map.groupBy(sortedEntries(keys, items), (entry) => JSON.stringify(keys.hash.map((name) => entry[name])))
}

export function compare(left: Value | undefined, right: Value | undefined): number {
  if (left === undefined || right === undefined) throw new Error('only key attributes are compared')
  if ('N' in left && 'N' in right) return Number(left.N) - Number(right.N)
  return Buffer.compare(bytesOf(left), bytesOf(right))
}

function bytesOf(value: Value): Buffer {
  if ('S' in value) return Buffer.from(value.S, 'utf8')
  if ('B' in value) return Buffer.from(value.B, 'base64')
  throw new Error('neither a number nor a set has bytes')
}

/** By data-model.md §5. */
export function sizeBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + valueBytes(value), 0)
}

function valueBytes(value: Value): number {
  if ('SS' in value) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0)
  if (!('N' in value)) return bytesOf(value).length
  const [whole = '', fraction = ''] = value.N.replace('-', '').split('.')
  const leading = whole.replace(/^0+/, '')
  const digits = fraction === '' ? leading.replace(/0+$/, '') : leading
  if (digits === '' && fraction === '') return 1
  return 1 + Math.ceil(digits.length / 2) + Math.ceil(fraction.length / 2) + (value.N.startsWith('-') ? 1 : 0)
}

/** Units that a write costs on each index it touches, by the matrix of capacity.md §4. */
export function indexUnits(oldItem: Item | undefined, newItem: Item | undefined): { [index: string]: number } {
  const units: { [index: string]: number } = {}
  for (const keys of indexes) {
    const before = oldItem && entryOf(keys, oldItem)
    const after = newItem && entryOf(keys, newItem)
    const cost = entryUnits(keys, before, after)
    if (cost > 0 && keys.index !== undefined) units[keys.index] = cost
  }
  return units
}

function entryUnits(keys: KeySet, before: Item | undefined, after: Item | undefined): number {
  if (before === undefined || after === undefined) return units(before) + units(after)
  if (isSame(before, after)) return 0
  const moved = [...keys.hash, ...keys.range].some((name) => compare(before[name], after[name]) !== 0)
  return moved ? units(before) + units(after) : Math.max(units(before), units(after))
}

/** Write units of one item; none for none. */
export function units(item: Item | undefined): number {
  return item === undefined ? 0 : Math.ceil(sizeBytes(item) / 1024)
}

function isSame(left: Item, right: Item): boolean {
  const names = Object.keys({ ...left, ...right })
  return names.every((name) => JSON.stringify(left[name]) === JSON.stringify(right[name]))
}
