/**
 * The partition keys that stand for much of what is counted, found in fixed memory and in constant time for each request: the
 * majority-vote sketch (MV-sketch; Tang, Huang, Lee: "MV-Sketch", INFOCOM 2019) over the hashes that store keys carry.
 *
 * Each of `sketchRows` rows has `sketchColumns` buckets, and a key falls into one bucket of each row. A bucket holds the sum V of
 * what fell into it, a candidate K and an indicator C: what K votes for C is voted against by all others, and whoever brings it
 * below zero is the next candidate. So for every key x and every bucket that x falls into,
 *
 *   K = x:  C ≤ amount of x ≤ (V + C) / 2        K ≠ x:  0 ≤ amount of x ≤ (V − C) / 2
 *
 * and the best bounds of all rows hold together, always, but for keys whose 32-bit hashes are equal, which count as one key. The
 * estimate is the upper bound: it is above the truth by more than 1/256 of everything with a probability of at most 1/8, and a
 * key with more than half of what falls into one of its buckets is a candidate there.
 */

import { copyOfKey } from '../../engine/keyspace/keys.ts'
import type { KeyBytes } from '../../storage/store.ts'
import {
  hotKeyShareMin,
  keyNamesBytesMax,
  provenKeyAmountMin,
  provenKeyShareMin,
  sketchColumns,
  sketchNamesMax,
  sketchRows,
} from '../limits.ts'

/** So that as many bits of a hash are left as there are columns for. */
const columnShift = 32 - Math.log2(sketchColumns)
/** Odd, so that every bit of a hash counts for the column: its first bits are alike for all keys of a partition. */
const multipliers: Uint32Array = Uint32Array.of(0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d)

/** What a key came to. The truth lies between the two bounds, which are included. */
export interface Estimate {
  readonly amountMin: number
  readonly amountMax: number
}

/** What is asked of a sketch, or of several together (joined-keys.ts). */
export interface KeyAmounts {
  readonly total: number
  estimate(hash: number): Estimate
  candidates(): ReadonlySet<number>
  nameOf(hash: number): KeyBytes | undefined
}

/** A sketch as plain data: what it takes to answer as it does. */
export interface SketchData {
  readonly total: number
  /** Of each bucket that is not empty: its place, sum, indicator, candidate. */
  readonly buckets: readonly number[]
  /** Of the keys that may be heavy. */
  readonly names: readonly (readonly [hash: number, key: KeyBytes])[]
}

export class HeavyKeys implements KeyAmounts {
  /** A typed cell, so that adding to it allocates nothing. */
  readonly #total = new Float64Array(1)
  readonly #sums = new Float64Array(sketchRows * sketchColumns)
  readonly #indicators = new Float64Array(sketchRows * sketchColumns)
  readonly #candidates = new Int32Array(sketchRows * sketchColumns)
  readonly #named = new Uint8Array(sketchRows * sketchColumns)
  /** For each a store key that has it, by hash, in the order in which they proved themselves. */
  readonly #names = new Map<number, KeyBytes>()
  #namesBytes = 0

  static of({ total, buckets, names }: SketchData): HeavyKeys {
    const keys = new HeavyKeys()
    keys.#total[0] = total
    for (let next = 0; next + 3 < buckets.length; next += 4) {
      const [at = 0, sum = 0, indicator = 0, candidate = 0] = buckets.slice(next, next + 4)
      keys.#sums[at] = sum
      keys.#indicators[at] = indicator
      keys.#candidates[at] = candidate
    }
    for (const [hash, name] of names) keys.#names.set(hash, name)
    return keys
  }

  data(): SketchData {
    const buckets: number[] = []
    for (const [at, sum] of this.#sums.entries()) {
      if (sum > 0) buckets.push(at, sum, this.#indicators[at] ?? 0, this.#candidates[at] ?? 0)
    }
    // A key with a share of all amounts has at least that share of those of one of the nodes.
    const names = [...this.#names].filter(([hash]) => this.estimate(hash).amountMax >= hotKeyShareMin * this.total)
    return { total: this.total, buckets, names }
  }

  /** The sum of all amounts. */
  get total(): number {
    return this.#total[0] ?? 0
  }

  /** What the names take. */
  get namesBytes(): number {
    return this.#namesBytes
  }

  /** Counts an amount, not below zero, for the partition key of a store key with this hash (as a signed integer). */
  note(hash: number, key: KeyBytes, amount: number): void {
    const total = this.total + amount
    this.#total[0] = total
    for (let row = 0; row < sketchRows; row += 1) {
      const at = bucketOf(row, hash)
      this.#sums[at] = (this.#sums[at] ?? 0) + amount
      const indicator = this.#indicators[at] ?? 0
      if (this.#candidates[at] === hash) {
        this.#indicators[at] = indicator + amount
        if (this.#named[at] === 0 && indicator >= total * provenKeyShareMin && indicator >= provenKeyAmountMin) this.#name(at, hash, key)
      } else if (indicator >= amount) this.#indicators[at] = indicator - amount
      else {
        this.#candidates[at] = hash
        this.#indicators[at] = amount - indicator
        this.#named[at] = 0
      }
    }
  }

  estimate(hash: number): Estimate {
    let amountMin = 0
    let amountMax = Number.POSITIVE_INFINITY
    for (let row = 0; row < sketchRows; row += 1) {
      const at = bucketOf(row, hash)
      const sum = this.#sums[at] ?? 0
      const indicator = this.#indicators[at] ?? 0
      const isCandidate = this.#candidates[at] === hash
      if (isCandidate) amountMin = Math.max(amountMin, indicator)
      amountMax = Math.min(amountMax, (isCandidate ? sum + indicator : sum - indicator) / 2)
    }
    return { amountMin, amountMax }
  }

  /** The hashes of all candidates, among which are those of all heavy keys. */
  candidates(): ReadonlySet<number> {
    const hashes = new Set<number>()
    for (const [at, indicator] of this.#indicators.entries()) if (indicator > 0) hashes.add(this.#candidates[at] ?? 0)
    return hashes
  }

  /** A store key that has the partition key; undefined unless that has proven itself. */
  nameOf(hash: number): KeyBytes | undefined {
    return this.#names.get(hash)
  }

  clear(): void {
    this.#total.fill(0)
    this.#sums.fill(0)
    this.#indicators.fill(0)
    this.#named.fill(0)
    this.#names.clear()
    this.#namesBytes = 0
  }

  /** Once for each time that a key becomes a candidate. The names that came first give way when they take too much. */
  #name(at: number, hash: number, key: KeyBytes): void {
    this.#named[at] = 1
    if (this.#names.has(hash)) return
    const name = copyOfKey(key)
    this.#names.set(hash, name)
    this.#namesBytes += name.length
    for (const [oldHash, oldName] of this.#names) {
      if (this.#namesBytes <= keyNamesBytesMax && this.#names.size <= sketchNamesMax) return
      this.#names.delete(oldHash)
      this.#namesBytes -= oldName.length
      this.#unname(oldHash)
    }
  }

  /** A key that is still heavy is named again at its next request. */
  #unname(hash: number): void {
    for (let row = 0; row < sketchRows; row += 1) {
      const at = bucketOf(row, hash)
      if (this.#candidates[at] === hash) this.#named[at] = 0
    }
  }
}

function bucketOf(row: number, hash: number): number {
  return row * sketchColumns + (Math.imul(hash, multipliers[row] ?? 1) >>> columnShift)
}
