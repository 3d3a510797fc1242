/** What an update makes of an item, by itself, in a transaction or in a statement (operations.md §2.4). */
import { invalid } from '../../api/errors.ts'
import { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesOfKey, type Table } from '../../engine/schema/table.ts'
import type { Update } from '../../expressions/update.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkUpdatedItemSize } from './item-size.ts'
import { checkIndexKeys } from './key-parameters.ts'

/** Refuses an update of key attributes. */
export function checkTargets(table: Table, update: Update): void {
  for (const { name } of attributesOfKey(table.key)) {
    if (update.attributes.includes(name)) {
      throw invalid(`One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`)
    }
  }
}

/** What an update makes of an item. A new item starts with its key, which the update may read. */
export function updatedItem(table: Table, oldItem: StoredItem | undefined, key: Item, update: Update | undefined): StoredItem | undefined {
  if (oldItem === undefined && update?.creates === false) return undefined
  const newItem = update === undefined ? (oldItem ?? StoredItem.of(key)) : StoredItem.of(update.apply(oldItem?.attributes ?? key))
  checkIndexKeys(table, newItem.attributes, new Set(update?.attributes))
  checkUpdatedItemSize(table, newItem)
  return newItem
}
