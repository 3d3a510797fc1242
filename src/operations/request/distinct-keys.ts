/** Batches name every item once. */

import { invalid } from '../../api/errors.ts'
import { latin1 } from '../../base/bytes.ts'

/** Refuses equal store keys: the same item of the same table, however its key was written. */
export function checkDistinct(storeKeys: readonly Uint8Array[]): void {
  const seen = new Set(storeKeys.map(latin1))
  if (seen.size < storeKeys.length) throw invalid('Provided list of item keys contains duplicates')
}
