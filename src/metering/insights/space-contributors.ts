/**
 * The contributors of one table or global index, by the rules that look at it: those of the minute that is going on, and those of minutes
 * that are over and wait to be stored. Units count as AWS adds them up: three for a write unit, one for a read unit.
 */
import { minuteMs } from '../../base/clock.ts'
import type { InsightRule } from '../../engine/keyspace/insight-keys.ts'
import { afterHash, type DataSpace, hasPartitionKey } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { KeyAttribute, KeySchema } from '../../engine/schema/table.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { decodeScalar } from '../../values/key-bytes.ts'
import { contributedByWriteUnit, contributorMinutesWaitingMax } from '../limits.ts'
import { ContributorCounts } from './contributor-counts.ts'
import { joined, type MinuteContributors, minuteOf } from './minute-contributors.ts'

export interface EndedMinute {
  readonly space: DataSpace
  readonly rule: InsightRule
  /** Since the epoch. */
  readonly minute: number
  readonly contributors: MinuteContributors
}

export class SpaceContributors {
  readonly space: DataSpace
  readonly #key: KeySchema
  readonly #rules: ReadonlySet<InsightRule>
  #minute = Number.NaN
  #counts = new Map<InsightRule, ContributorCounts>()
  #ended: EndedMinute[] = []

  constructor(space: DataSpace, key: KeySchema, rules: readonly InsightRule[]) {
    this.space = space
    this.#key = key
    this.#rules = new Set(rules)
  }

  /** Counts units for an item or index entry, or for what is read of one partition key from this place on. */
  note(access: Access, key: KeyBytes, units: number, nowMs: number): void {
    this.#note('PKC', 'SKC', key, access === 'write' ? contributedByWriteUnit * units : units, nowMs)
  }

  /** Counts one event that was, or in observe mode would have been, refused. */
  noteRefused(key: KeyBytes, nowMs: number): void {
    this.#note('PKT', 'SKT', key, 1, nowMs)
  }

  /** What the minute that is going on came to so far, and those that are not stored. */
  unstored(rule: InsightRule): readonly EndedMinute[] {
    const counts = this.#counts.get(rule)
    const current = counts === undefined ? [] : [this.#endedOf(rule, counts)]
    return [...this.#ended.filter((each) => each.rule === rule), ...current]
  }

  /** Those of minutes that are over at `nowMs`, or of all; they are no longer here. */
  takeEnded(nowMs: number): readonly EndedMinute[] {
    if (Math.floor(nowMs / minuteMs) !== this.#minute) this.#end()
    const ended = this.#ended
    this.#ended = []
    return ended
  }

  /** They could not be stored. The oldest give way when there are too many. */
  giveBack(ended: readonly EndedMinute[]): void {
    this.#ended = [...ended, ...this.#ended].slice(-contributorMinutesWaitingMax * Math.max(1, this.#rules.size))
  }

  #note(ofPartition: InsightRule, ofItem: InsightRule, key: KeyBytes, amount: number, nowMs: number): void {
    if (!this.#rules.has(ofPartition) || !hasPartitionKey(key)) return
    const minute = Math.floor(nowMs / minuteMs)
    if (minute !== this.#minute) {
      this.#end()
      this.#minute = minute
    }
    const bytes = afterHash(key)
    const partitionEnd = endOf(bytes, 0, this.#key.hash)
    if (partitionEnd === undefined) return
    this.#countsOf(ofPartition).note(latin1(bytes, partitionEnd), amount)
    if (!this.#rules.has(ofItem)) return
    // What is read of a partition key from its beginning on is of no sort key.
    const itemEnd = bytes.length > partitionEnd ? endOf(bytes, partitionEnd, this.#key.range) : undefined
    if (itemEnd !== undefined) this.#countsOf(ofItem).note(latin1(bytes, itemEnd), amount)
  }

  #countsOf(rule: InsightRule): ContributorCounts {
    const known = this.#counts.get(rule)
    if (known !== undefined) return known
    const counts = new ContributorCounts()
    this.#counts.set(rule, counts)
    return counts
  }

  #end(): void {
    const over = [...this.#counts].map(([rule, counts]) => this.#endedOf(rule, counts))
    this.#counts = new Map()
    if (over.length > 0) this.giveBack([...this.#ended.splice(0), ...over])
  }

  #endedOf(rule: InsightRule, counts: ContributorCounts): EndedMinute {
    return { space: this.space, rule, minute: this.#minute, contributors: minuteOf(counts) }
  }
}

/** Ended minutes of the same minute as one. */
export function joinedMinutes(minutes: readonly EndedMinute[]): readonly EndedMinute[] {
  const byPlace = Map.groupBy(minutes, ({ space, rule, minute }) => `${space.tableId} ${space.indexId} ${rule} ${minute}`)
  return [...byPlace.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, contributors: others.reduce((all, { contributors }) => joined(all, contributors), first.contributors) }],
  )
}

/** Where the values of these attributes end; undefined when they are not all there, as where a read begins between two keys. */
function endOf(bytes: Uint8Array, from: number, attributes: readonly KeyAttribute[]): number | undefined {
  let offset = from
  try {
    for (const { type } of attributes) {
      if (offset >= bytes.length) return undefined
      offset = decodeScalar(bytes, offset, type).nextOffset
    }
  } catch {
    return undefined
  }
  return offset <= bytes.length ? offset : undefined
}

function latin1(bytes: Uint8Array, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1')
}
