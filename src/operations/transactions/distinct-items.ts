/** A transaction has one action for an item. */

import { invalid } from '../../api/errors.ts'
import { latin1 } from '../../base/bytes.ts'

/** Refuses equal store keys: the same item of the same table, however its key was written. */
export function checkDistinctItems(storeKeys: readonly Uint8Array[]): void {
  const seen = new Set(storeKeys.map(latin1))
  if (seen.size < storeKeys.length) throw invalid('Transaction request cannot include multiple operations on one item')
}
