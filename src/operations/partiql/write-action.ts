/**
 * From a bound INSERT, UPDATE, DELETE or EXISTS to the action that a transaction is made of, and from that to the write of one item
 * by itself. What tells PartiQL from the other writes is said in conditions: an UPDATE needs the item, a DELETE weighs its further
 * conditions only if there is one (partiql.md §3).
 */
import { invalid, type ServiceError } from '../../api/errors.ts'
import type { ItemWrite } from '../../engine/items/decide-change.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesOfKey, type Table } from '../../engine/schema/table.ts'
import type { BoundCondition } from '../../expressions/ast.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { BoundDelete, BoundExists, BoundInsert, BoundUpdate, BoundWrite } from '../../expressions/partiql/bound-statement.ts'
import { filterOf, hasAlternatives } from '../../expressions/partiql/where-terms.ts'
import { attributeOf } from '../../values/attribute-value.ts'
import { checkItemSize } from '../items/item-size.ts'
import { checkIndexKeys, checkItemKey, checkKey } from '../items/key-parameters.ts'
import { checkTargets, updatedItem } from '../items/updated-item.ts'
import type { TransactAction } from '../transactions/transact-action.ts'
import { checkKeyType, readKey, type WriteKey, writeKey } from './statement-key.ts'

export type WriteAction = Exclude<TransactAction, { kind: 'check' }>
type CheckAction = Extract<TransactAction, { kind: 'check' }>

/** Of a statement by itself: throws unless its WHERE names the whole key, by values of its types. */
export function writeAction(table: Table, write: BoundWrite): WriteAction {
  if (write.kind === 'insert') return putAction(write)
  const found = checkedKey(table, write)
  if (!found.isWhole) throw incompleteKey()
  for (const attribute of attributesOfKey(table.key)) checkKeyType(attribute, [attributeOf(found.key, attribute.name) ?? { NULL: true }])
  return keyedAction(table, write, found)
}

/** Of a member of a transaction, which finds out itself whether the key is one of the table. */
export function transactedAction(table: Table, write: BoundWrite): WriteAction {
  return write.kind === 'insert' ? putAction(write) : keyedAction(table, write, checkedKey(table, write))
}

function putAction({ tableName, item }: BoundInsert): WriteAction {
  return { kind: 'put', tableName, item, mustBeNew: true }
}

function keyedAction(table: Table, write: BoundUpdate | BoundDelete, { key, rest }: WriteKey): WriteAction {
  const { tableName } = write
  if (write.kind === 'update') {
    return { kind: 'update', tableName, key, update: write.update, condition: filterOf(all([isThere(table), ...rest])) }
  }
  const condition = rest.length === 0 ? undefined : filterOf({ kind: 'or', terms: [isNotThere(table), all(rest)] })
  return { kind: 'delete', tableName, key, condition }
}

export function checkAction(table: Table, { select: { tableName, where } }: BoundExists): CheckAction {
  const found = readKey(table, where)
  if (found?.filter === undefined) throw invalid('EXISTS() must contain a single item read with additional condition')
  return { kind: 'check', tableName, key: found.key, condition: filterOf(all([isThere(table), found.filter])) }
}

/** The action as a write in a turn of its own. An item that an INSERT finds there counts as a condition that failed. */
export function itemWrite(table: Table, action: WriteAction): ItemWrite {
  if (action.kind === 'put') {
    checkItemKey(table, action.item)
    checkIndexKeys(table, action.item)
    const newItem = StoredItem.of(action.item)
    return {
      table,
      ...itemPlace(table, action.item),
      decide: (oldItem, current) => {
        if (current !== table) checkIndexKeys(current, action.item)
        if (oldItem !== undefined) return { kind: 'conditionFailed', attempted: newItem }
        checkItemSize(table, newItem)
        return { kind: 'become', newItem }
      },
    }
  }
  checkKey(table, action.key)
  if (action.kind === 'update') checkTargets(table, action.update)
  return {
    table,
    ...itemPlace(table, action.key),
    decide: (oldItem, current) => {
      if (!holds(action.condition, oldItem)) return { kind: 'conditionFailed' }
      return { kind: 'become', newItem: action.kind === 'delete' ? undefined : updatedItem(current, oldItem, action.key, action.update) }
    },
  }
}

/** [I] An OR beside the key is told like a missing key. */
function checkedKey(table: Table, { where }: BoundUpdate | BoundDelete): WriteKey {
  const found = writeKey(table, where)
  if (found.rest.some(hasAlternatives)) throw incompleteKey()
  return found
}

function incompleteKey(): ServiceError {
  return invalid('Where clause does not contain a mandatory equality on all key attributes')
}

function all(terms: readonly BoundCondition[]): BoundCondition {
  return { kind: 'and', terms }
}

function isThere(table: Table): BoundCondition {
  return { kind: 'call', name: 'attribute_exists', operands: [{ kind: 'path', path: [table.key.hash[0]?.name ?? ''] }] }
}

function isNotThere(table: Table): BoundCondition {
  return { kind: 'not', term: isThere(table) }
}

function holds(condition: Condition | undefined, oldItem: StoredItem | undefined): boolean {
  return condition === undefined || condition.matches(oldItem?.attributes ?? {})
}
