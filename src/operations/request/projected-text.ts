/** What an answer shows of a stored item. */
import { JsonText } from '../../base/json-text.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { Projection } from '../../expressions/projection.ts'
import { itemText } from '../../values/item-text.ts'

/** The item as its JSON text; untouched when nothing is cut out of it. */
export function projectedText(item: StoredItem, projection: Projection | undefined): JsonText {
  return new JsonText(projection === undefined ? item.text : itemText(projection.apply(item.attributes)))
}
