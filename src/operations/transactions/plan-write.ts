/**
 * From a compiled action to the write of one item, and the border between the two kinds of fault that only the table shows: some are
 * the whole request's, others become the reason of their action (indexes-streams-ttl-transactions.md §7.1).
 */
import { ServiceError } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import type { Decision, ItemWrite } from '../../engine/items/decide-change.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesOfKey, type Table } from '../../engine/schema/table.ts'
import type { TransactionWrite } from '../../engine/transactions/write-transaction.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { Update } from '../../expressions/update.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { checkItemSize } from '../items/item-size.ts'
import { checkIndexKeyTypes, checkIndexKeyValues, checkItemKeyTypes, checkKeyTypes, checkKeyValues } from '../items/key-parameters.ts'
import { checkTargets, updatedItem } from '../items/updated-item.ts'
import { faultOf } from './cancellation.ts'
import type { TransactAction } from './transact-action.ts'

type PutAction = Extract<TransactAction, { kind: 'put' }>
type KeyedAction = Exclude<TransactAction, PutAction>

/** Throws a fault of the whole request; returns one that is the action's alone, when its key is not one of the table. */
export function planWrite(table: Table, action: TransactAction): TransactionWrite {
  return action.kind === 'put' ? planPut(table, action) : planKeyed(table, action)
}

function planPut(table: Table, { item, condition, mustBeNew }: PutAction): TransactionWrite {
  checkIndexKeyValues(table, item)
  const fault = faultOf(() => checkItemKeyTypes(table, item))
  if (fault !== undefined) return fault
  checkKeyValues(table.key, item)
  const newItem = StoredItem.of(item)
  checkItemSize(table, newItem)
  return {
    table,
    ...itemPlace(table, item),
    decide: (oldItem, current) => {
      checkIndexKeyTypes(current, item)
      if (current !== table) checkIndexKeyValues(current, item)
      if (mustBeNew === true && oldItem !== undefined) {
        throw new ServiceError('DuplicateItemException', 'Duplicate primary key exists in table')
      }
      return holds(condition, oldItem) ? { kind: 'become', newItem } : { kind: 'conditionFailed', attempted: newItem }
    },
  }
}

function planKeyed(table: Table, action: KeyedAction): TransactionWrite {
  if (action.kind === 'update') checkIndexKeyValues(table, assignedIndexKeys(table, action.update), new Set(action.update.attributes))
  const fault = faultOf(() => checkKeyTypes(table, action.key))
  if (fault !== undefined) return fault
  checkKeyValues(table.key, action.key)
  const place = itemPlace(table, action.key)
  // A check changes no item collection.
  const collectionKey = action.kind === 'check' ? undefined : place.collectionKey
  return { table, ...place, collectionKey, decide: decisionOf(action) }
}

function decisionOf(action: KeyedAction): ItemWrite['decide'] {
  const { kind, condition } = action
  const decide = (oldItem: StoredItem | undefined, current: Table): Decision => {
    if (kind === 'update') checkTargets(current, action.update)
    if (!holds(condition, oldItem)) return { kind: 'conditionFailed' }
    if (kind === 'update') return { kind: 'become', newItem: updatedItem(current, oldItem, action.key, action.update) }
    return { kind: 'become', newItem: kind === 'check' ? oldItem : undefined }
  }
  return decide
}

function holds(condition: Condition | undefined, oldItem: StoredItem | undefined): boolean {
  return condition === undefined || condition.matches(oldItem?.attributes ?? {})
}

/** What the update sets index keys to, as far as the request alone says it: an empty value there is the request's fault. */
function assignedIndexKeys(table: Table, update: Update): Item {
  const assigned: Record<string, AttributeValue> = {}
  for (const index of table.indexes) {
    for (const { name } of attributesOfKey(index.key)) {
      const value = update.constantOf(name)
      if (value !== undefined) setOwn(assigned, name, value)
    }
  }
  return assigned
}
