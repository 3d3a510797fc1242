/** Batches and transactions name every item once: equal store keys are the same item, however its key was written. */
import { invalid } from '../../api/errors.ts'
import { areDistinct } from '../../base/hash.ts'

export function checkDistinctInBatch(storeKeys: readonly Uint8Array[]): void {
  if (!areDistinct(storeKeys)) throw invalid('Provided list of item keys contains duplicates')
}

export function checkDistinctInTransaction(storeKeys: readonly Uint8Array[]): void {
  if (!areDistinct(storeKeys)) throw invalid('Transaction request cannot include multiple operations on one item')
}
