/** Reading beside what is damaged, in one view: what a check needs, and nobody else may do. */
import type { Entry, KeyRange, StoreDamaged, View } from '../../storage/store.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { checkBudget } from '../limits.ts'
import { readSound } from '../records/read-range.ts'

export interface SoundChunk {
  readonly entries: readonly Entry[]
  readonly damaged: readonly StoreDamaged[]
  /** What comes after it; undefined: nothing. */
  readonly rest: KeyRange | undefined
}

/** The next entries of an ascending range, without the damaged ones before them. */
export async function soundChunk(view: View, range: KeyRange): Promise<SoundChunk> {
  const damaged: StoreDamaged[] = []
  for await (const entries of readSound(view, range, { budget: checkBudget, onDamaged: (error) => damaged.push(error) })) {
    const last = entries.at(-1)
    return { entries, damaged, rest: last && rangeBeyond(range, last.key) }
  }
  return { entries: [], damaged, rest: undefined }
}
