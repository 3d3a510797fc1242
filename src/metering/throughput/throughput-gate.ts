/**
 * What a table or a global index as a whole lets through, reads or writes (capacity.md §7.2, §7.3): provisioned units with what was
 * left over of five minutes, or on demand the warm throughput, the quota and the maximum that was set.
 */

import { burstSecondsMax, tableReadUnitsPerSecondMax, tableWriteUnitsPerSecondMax } from '../../api/limits.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { OnDemandMaxima, Throughput } from '../../engine/schema/table.ts'
import { type BucketSize, TokenBucket } from './token-bucket.ts'

export type ThrottleCause =
  | 'ProvisionedThroughputExceeded'
  | 'AccountLimitExceeded'
  | 'KeyRangeThroughputExceeded'
  | 'MaxOnDemandThroughputExceeded'

/** The part of a table or global index that says how much it can do. */
export interface ThroughputSetting {
  readonly provisioned?: Throughput
  readonly onDemandMaxima?: OnDemandMaxima
  readonly warm: Throughput
}

/** On demand nothing is saved up; a second's worth lets the requests of one moment in. [I] */
const onDemandBurstSeconds = 1
/** A warm throughput at the quota can't grow: then it is the quota that refuses. */
const quotas = { read: tableReadUnitsPerSecondMax, write: tableWriteUnitsPerSecondMax } as const

export class ThroughputGate {
  readonly #access: Access
  readonly #createdMs: number
  #isProvisioned = false
  #isAtQuota = false
  /** Undefined until the setting is known, and for the maximum where none is set. */
  #capacity: TokenBucket | undefined
  #maximum: TokenBucket | undefined

  /** `createdMs`: since when capacity could be left over. */
  constructor(access: Access, createdMs: number) {
    this.#access = access
    this.#createdMs = createdMs
  }

  /** To be called first, and whenever the setting changes. */
  use({ provisioned, onDemandMaxima, warm }: ThroughputSetting, nowMs: number): void {
    const isProvisioned = provisioned !== undefined
    if (isProvisioned !== this.#isProvisioned) this.#capacity = undefined
    this.#isProvisioned = isProvisioned
    const warmUnits = this.#unitsOf(warm)
    this.#isAtQuota = warmUnits >= quotas[this.#access]
    const unitsPerSecond = isProvisioned ? this.#unitsOf(provisioned) : Math.min(warmUnits, quotas[this.#access])
    this.#capacity = this.#resized(this.#capacity, sized(unitsPerSecond, isProvisioned ? burstSecondsMax : onDemandBurstSeconds), nowMs)
    const maximum = this.#access === 'read' ? onDemandMaxima?.readUnitsMax : onDemandMaxima?.writeUnitsMax
    this.#maximum = maximum === undefined ? undefined : this.#resized(this.#maximum, sized(maximum, onDemandBurstSeconds), nowMs)
  }

  /** What is left of its capacity, units saved up included. */
  unitsLeft(nowMs: number): number | undefined {
    return this.#capacity?.units(nowMs)
  }

  /** No more is left of its capacity than that. */
  lowerTo(units: number, nowMs: number): void {
    this.#capacity?.lowerTo(units, nowMs)
  }

  /** Why a request would be refused now; undefined when it may pass. */
  refusal(nowMs: number): ThrottleCause | undefined {
    if (this.#maximum !== undefined && !this.#maximum.hasUnits(nowMs)) return 'MaxOnDemandThroughputExceeded'
    if (this.#capacity === undefined || this.#capacity.hasUnits(nowMs)) return undefined
    if (this.#isProvisioned) return 'ProvisionedThroughputExceeded'
    return this.#isAtQuota ? 'AccountLimitExceeded' : 'KeyRangeThroughputExceeded'
  }

  take(units: number, nowMs: number): void {
    this.#capacity?.take(units, nowMs)
    this.#maximum?.take(units, nowMs)
  }

  #unitsOf({ readUnits, writeUnits }: Throughput): number {
    return this.#access === 'read' ? readUnits : writeUnits
  }

  /** A new bucket holds what can have been left over since the table is there: a second's worth at least. [I] */
  #resized(bucket: TokenBucket | undefined, size: BucketSize, nowMs: number): TokenBucket {
    if (bucket === undefined) {
      const ageSeconds = Math.max(1, (nowMs - this.#createdMs) / 1000)
      return new TokenBucket({ ...size, units: Math.min(size.depth, ageSeconds * size.unitsPerSecond), nowMs })
    }
    bucket.resize(size, nowMs)
    return bucket
  }
}

function sized(unitsPerSecond: number, seconds: number): BucketSize {
  return { unitsPerSecond, depth: unitsPerSecond * seconds }
}
