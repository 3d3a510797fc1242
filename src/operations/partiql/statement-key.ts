/** The primary key that the WHERE of a statement names, for statements that are about one item. */
import { invalid } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import type { KeyAttribute, Table } from '../../engine/schema/table.ts'
import type { BoundCondition } from '../../expressions/ast.ts'
import { type KeyNames, planReads } from '../../expressions/partiql/plan-reads.ts'
import { conjuncts, equalitiesOn } from '../../expressions/partiql/where-terms.ts'
import { type AttributeValue, type Item, typeOf } from '../../values/attribute-value.ts'

/** Of a write. Its values are of whatever types they are written. */
export interface WriteKey {
  /** The key attributes for which there is an equality. */
  readonly key: Item
  readonly isWhole: boolean
  /** What the WHERE says beside the key. */
  readonly rest: readonly BoundCondition[]
}

/** Throws when a key attribute must equal several values, and be it the same. */
export function writeKey({ key: { hash, range } }: Table, where: BoundCondition | undefined): WriteKey {
  const attributes = [...hash, ...range]
  const terms = conjuncts(where)
  const key: Record<string, AttributeValue> = {}
  for (const { name } of attributes) {
    const [value, ...others] = terms.flatMap((term) => equalitiesOn(name, term) ?? [])
    if (others.length > 0) {
      throw invalid(`Multiple conditions on same key ${name}. Only single item Update/Insert/Delete are supported`)
    }
    if (value !== undefined) setOwn(key, name, value)
  }
  const isOfKey = (term: BoundCondition): boolean => attributes.some(({ name }) => equalitiesOn(name, term) !== undefined)
  return { key, isWhole: Object.keys(key).length === attributes.length, rest: terms.filter((term) => !isOfKey(term)) }
}

/** The one item that a SELECT reads. Its key has values of whatever types they are written. */
export interface ReadKey {
  readonly key: Item
  readonly filter: BoundCondition | undefined
}

/** Undefined unless the WHERE comes to one read by the whole key of the table. */
export function readKey(table: Table, where: BoundCondition | undefined): ReadKey | undefined {
  const names = keyNames(table.key)
  const plan = planReads(where, names)
  if (plan.kind === 'scan' || plan.partitions.length !== 1) return undefined
  const [partition] = plan.partitions
  const [read, ...others] = partition?.reads ?? []
  if (partition === undefined || read === undefined || others.length > 0) return undefined
  const key: Record<string, AttributeValue> = {}
  setOwn(key, names.hash, partition.hash)
  if (names.range === undefined) return { key, filter: read.filter }
  const equal = read.range?.operator === '=' ? read.range.values[0] : undefined
  if (equal === undefined) return undefined
  setOwn(key, names.range, equal)
  return { key, filter: read.filter }
}

export function keyNames({ hash, range }: Table['key']): KeyNames {
  return { hash: hash[0]?.name ?? '', range: range[0]?.name }
}

export function checkKeyType({ name, type }: KeyAttribute, values: readonly AttributeValue[]): void {
  if (values.every((value) => typeOf(value) === type)) return
  throw invalid(`Key attribute's data type should match its data type in table's schema: Key ${name}`)
}
