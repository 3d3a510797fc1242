/**
 * What the contributors of one rule came to in one minute, as it is stored: JSON `{ "all": [sum, samples, max, min, unique], "keys": [[key, sum,
 * samples, max], …] }`, the largest first, keys as base64 of the bytes that stand in store keys. What several nodes counted of one minute is
 * added up when it is put.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { contributorsKeptMax } from '../limits.ts'
import type { Contribution, ContributorCounts, Totals } from './contributor-counts.ts'

export interface MinuteContributors {
  readonly all: Totals
  /** By bytes of a key, a letter each; the largest first. */
  readonly keys: ReadonlyMap<string, Readonly<Contribution>>
}

export function minuteOf(counts: ContributorCounts): MinuteContributors {
  return { all: counts.totals, keys: new Map(counts.contributors().slice(0, contributorsKeptMax)) }
}

export function joined(one: MinuteContributors, other: MinuteContributors): MinuteContributors {
  const keys = new Map([...one.keys].map(([key, contribution]) => [key, { ...contribution }]))
  let known = 0
  for (const [key, { sum, samples, max }] of other.keys) {
    const before = keys.get(key)
    if (before !== undefined) known += 1
    keys.set(key, {
      sum: sum + (before?.sum ?? 0),
      samples: samples + (before?.samples ?? 0),
      max: Math.max(max, before?.max ?? 0),
    })
  }
  const largest = [...keys].sort(([, a], [, b]) => b.sum - a.sum).slice(0, contributorsKeptMax)
  const all = {
    sum: one.all.sum + other.all.sum,
    samples: one.all.samples + other.all.samples,
    max: Math.max(one.all.max, other.all.max),
    min: Math.min(one.all.min, other.all.min),
    unique: one.all.unique + other.all.unique - known,
  }
  return { all, keys: new Map(largest) }
}

export function encodeMinute({ all, keys }: MinuteContributors): string {
  return JSON.stringify({
    all: [all.sum, all.samples, all.max, all.min, all.unique],
    keys: [...keys].map(([key, { sum, samples, max }]) => [Buffer.from(key, 'latin1').toString('base64'), sum, samples, max]),
  })
}

export function decodeMinute(value: StoredValue): MinuteContributors {
  assert(typeof value === 'string', 'contributors are stored as text')
  const { all, keys } = JSON.parse(value) as Stored
  const [sum, samples, max, min, unique] = all
  return {
    all: { sum, samples, max, min, unique },
    keys: new Map(
      keys.map(([key, ofKey, samplesOfKey, maxOfKey]) => [
        Buffer.from(key, 'base64').toString('latin1'),
        { sum: ofKey, samples: samplesOfKey, max: maxOfKey },
      ]),
    ),
  }
}

interface Stored {
  readonly all: readonly [number, number, number, number, number]
  readonly keys: readonly (readonly [string, number, number, number])[]
}
