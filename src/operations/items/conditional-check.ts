/** What Put, Update and Delete answer when their condition does not hold. */
import { ServiceError } from '../../api/errors.ts'
import { JsonText } from '../../base/json-text.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'

/** `ALL_OLD` adds the item as it is, unless there is none (operations.md §2.1). */
export function conditionalCheckFailed(oldItem: StoredItem | undefined, returned: 'ALL_OLD' | 'NONE' | undefined): ServiceError {
  const members = returned === 'ALL_OLD' && oldItem !== undefined ? { Item: new JsonText(oldItem.text) } : {}
  return new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', { members })
}
