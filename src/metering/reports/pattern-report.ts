/** An access pattern as JSON, with all that a node has counted of it since it started. */
import type { Buckets } from '../../base/log-histogram.ts'
import type { StoredValue } from '../../storage/store.ts'
import { AccessPattern, type PatternName, patternCounters } from '../traffic/access-pattern.ts'

interface ToldPattern {
  readonly epoch: number
  readonly name: PatternName
  /** In the order of `patternCounters`. */
  readonly counts: readonly number[]
  readonly firstMs: number
  readonly lastMs: number
  /** Its buckets that are not empty, and the greatest one. */
  readonly latency: readonly [buckets: readonly (readonly [bucket: number, count: number])[], maximumMs: number]
}

export function encodePattern(pattern: AccessPattern, epoch: number): string {
  const { name, firstMs, lastMs, latency } = pattern
  const buckets: Buckets = latency.buckets()
  const told: ToldPattern = {
    epoch,
    name,
    counts: patternCounters.map((counter) => pattern[counter]),
    firstMs,
    lastMs,
    latency: [[...buckets], latency.maximum],
  }
  return JSON.stringify(told)
}

/** Undefined when it was counted before all was forgotten. Its id means nothing. */
export function decodePattern(value: StoredValue, wantedEpoch: number): AccessPattern | undefined {
  const { epoch, name, counts, firstMs, lastMs, latency } = JSON.parse(String(value)) as ToldPattern
  if (epoch !== wantedEpoch) return undefined
  // An index that is not there was left out.
  const pattern = new AccessPattern(0, { ...name, index: name.index })
  for (const [at, counter] of patternCounters.entries()) pattern[counter] = counts[at] ?? 0
  pattern.firstMs = firstMs
  pattern.lastMs = lastMs
  pattern.latency.addBuckets(...latency)
  return pattern
}
