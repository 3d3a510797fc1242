/** The primary key that the WHERE of a statement names, for statements that are about one item. */
import { invalid } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import type { KeyAttribute, Table } from '../../engine/schema/table.ts'
import type { BoundCondition } from '../../expressions/ast.ts'
import { conjuncts, equalityOn } from '../../expressions/partiql/where-terms.ts'
import { type AttributeValue, type Item, typeOf } from '../../values/attribute-value.ts'

export interface StatementKey {
  readonly key: Item
  /** What the WHERE says beside the key. */
  readonly rest: readonly BoundCondition[]
}

/** Undefined unless there is an equality for every key attribute of the table. */
export function statementKey({ key: { hash, range } }: Table, where: BoundCondition | undefined): StatementKey | undefined {
  let rest = conjuncts(where)
  const key: Record<string, AttributeValue> = {}
  for (const attribute of [...hash, ...range]) {
    const term = rest.find((each) => equalityOn(attribute.name, each) !== undefined)
    const value = term && equalityOn(attribute.name, term)
    if (value === undefined) return undefined
    checkKeyType(attribute, [value])
    setOwn(key, attribute.name, value)
    rest = rest.filter((each) => each !== term)
  }
  return { key, rest }
}

export function checkKeyType({ type }: KeyAttribute, values: readonly AttributeValue[]): void {
  if (values.every((value) => typeOf(value) === type)) return
  throw invalid("Key attribute's data type should match its data type in table's schema")
}
