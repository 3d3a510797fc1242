/** What a seed makes repeatable besides faults: everything by chance, where nothing outlives the process. */
import { type Random, seededRandom } from '../../base/random.ts'
import type { StorageOptions } from '../../engine/engine.ts'

/** What is stored must not be named twice, as it would be after a restart, or by two servers of one store (docs/decisions/0040-faults.md). */
export function seededIfInMemory(seed: number | undefined, storage: StorageOptions): { readonly random?: Random } {
  return seed === undefined || storage.kind !== 'memory' ? {} : { random: seededRandom(seed) }
}
