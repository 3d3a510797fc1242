/** Findings that nobody wants to be told any more, with the reason. Kept with the data, for all nodes and for ever. */
import { allMutedRange, fingerprintIn, mutedKey } from '../engine/keyspace/advice-keys.ts'
import { readSound } from '../engine/records/read-range.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { StoredValue } from '../storage/store.ts'
import { mutedBudget, mutedMax } from './limits.ts'

interface Muted {
  readonly why: string
  readonly sinceMs: number
}

export interface MutedFinding extends Muted {
  readonly fingerprint: string
}

/** In the order of their fingerprints. One that is damaged is told again. */
export async function mutedFindings({ store }: MeteredEngine): Promise<readonly MutedFinding[]> {
  return store.view(async (view) => {
    const muted: MutedFinding[] = []
    for await (const entries of readSound(view, allMutedRange(), { budget: mutedBudget, onDamaged: () => {} })) {
      for (const { key, value } of entries) muted.push({ fingerprint: fingerprintIn(key), ...decoded(value) })
    }
    return muted
  })
}

/** Undefined when there are too many already. */
export async function mute(engine: MeteredEngine, fingerprint: string, why: string): Promise<MutedFinding | undefined> {
  const known = await mutedFindings(engine)
  if (known.length >= mutedMax && !known.some((each) => each.fingerprint === fingerprint)) return undefined
  const muted: Muted = { why, sinceMs: engine.clock.now() }
  await engine.store.write([], (turn) => turn.put(mutedKey(fingerprint), JSON.stringify(muted)))
  return { fingerprint, ...muted }
}

/** What it was; undefined when it was not muted. */
export function unmute({ store }: MeteredEngine, fingerprint: string): Promise<MutedFinding | undefined> {
  const key = mutedKey(fingerprint)
  return store.write([key], (turn) => {
    const value = turn.get(key)
    if (value === undefined) return undefined
    turn.delete(key)
    return { fingerprint, ...decoded(value) }
  })
}

function decoded(value: StoredValue): Muted {
  return JSON.parse(String(value)) as Muted
}
