/** Batches name every item once. */
import { invalid } from '../../api/errors.ts'

/** Refuses equal store keys: the same item of the same table, however its key was written. */
export function checkDistinct(storeKeys: readonly Uint8Array[]): void {
  const seen = new Set(storeKeys.map((key) => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')))
  if (seen.size < storeKeys.length) throw invalid('Provided list of item keys contains duplicates')
}
