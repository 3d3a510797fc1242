/** A key that secrets are sealed under, for what ends with the process: it ends with it, too, and is drawn when it is needed first. */
import type { Random } from '../base/random.ts'
import { newSealingKey, SealingKeys } from '../base/sealing.ts'

export function keysInMemory(random: Random): () => Promise<SealingKeys> {
  let keys: SealingKeys | undefined
  return async () => {
    keys ??= new SealingKeys([newSealingKey(random)], random)
    return keys
  }
}
