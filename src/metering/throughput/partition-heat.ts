/**
 * How much one partition has to do: what was consumed and refused in each of the last minutes, and a bounded sample of the keys
 * behind it, from which the point of a split is chosen. It stands on the path of every request, so it adds and compares, and
 * allocates only for the rare sample.
 */

import { noBytes } from '../../base/bytes.ts'
import { minuteMs } from '../../base/clock.ts'
import { afterHash, hashOf, hasPartitionKey } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { HeatSample, MinuteHeat, SampledHeat } from '../../engine/partitions/choose-split.ts'
import type { PartitionLimits } from '../../engine/settings.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { heatSampleEverySeconds, heatSampleRestBytesMax, heatSamplesMax, partitionHeatMinutesMax } from '../limits.ts'

/** Hashes that a Scan went over in one partition: all of them alike, as far as is known. */
export interface HashRange {
  readonly fromHash: number
  /** Exclusive. */
  readonly toHash: number
}

const noHeat: MinuteHeat = { units: 0, refused: 0 }

export class PartitionHeat implements SampledHeat {
  readonly #read: AccessHeat
  readonly #write: AccessHeat

  /** `limits` may change; `seed` decides which keys are sampled. */
  constructor(limits: PartitionLimits, seed: number) {
    this.#read = new AccessHeat(() => limits.readUnitsPerSecondMax, seed * 2)
    this.#write = new AccessHeat(() => limits.writeUnitsPerSecondMax, seed * 2 + 1)
  }

  /** Something was read or written that this key stands for. */
  note(access: Access, key: KeyBytes, units: number, nowMs: number): void {
    this.#of(access).note(key, units, nowMs)
  }

  /** Something was read that no single key stands for. */
  noteRange(access: Access, range: HashRange, units: number, nowMs: number): void {
    this.#of(access).noteRange(range, units, nowMs)
  }

  /** A request was refused for the limit of the partition. The sample counts it as one unit: it shows where units are wanted. [I] */
  noteRefused(access: Access, key: KeyBytes, nowMs: number): void {
    this.#of(access).noteRefused(key, nowMs)
  }

  /** `minute` is the time in whole minutes since the epoch; all are zero that are not kept any more. */
  minute(access: Access, minute: number): MinuteHeat {
    return this.#of(access).minute(minute)
  }

  /** From when on all samples are there that were taken. */
  sampledFromMs(access: Access): number {
    return this.#of(access).sampledFromMs
  }

  /** Those taken from this time on, in the order of time. */
  samples(access: Access, fromMs: number): readonly HeatSample[] {
    return this.#of(access).samples(fromMs)
  }

  #of(access: Access): AccessHeat {
    return access === 'read' ? this.#read : this.#write
  }
}

class AccessHeat {
  readonly #unitsPerSecondMax: () => number
  /** The minute going on; its time in whole minutes since the epoch. */
  #minute = 0
  #minuteStartMs = 0
  #minuteEndMs = 0
  #units = 0
  #refused = 0
  /** The minutes before, each at its number modulo their count. */
  readonly #minutes: { readonly minute: number; readonly heat: MinuteHeat }[] = []
  #unitsToNextSample: number
  /** A ring once it is full: then the oldest stands at `#nextSample`. */
  readonly #samples: HeatSample[] = []
  #nextSample = 0
  #chance: number

  constructor(unitsPerSecondMax: () => number, seed: number) {
    this.#unitsPerSecondMax = unitsPerSecondMax
    this.#chance = Math.imul(seed + 1, 0x9e3779b1) | 1
    this.#unitsToNextSample = this.#sampleEveryUnits() * this.#random()
  }

  note(key: KeyBytes, units: number, nowMs: number): void {
    this.#enterMinute(nowMs)
    this.#units += units
    this.#unitsToNextSample -= units
    if (this.#unitsToNextSample <= 0) this.#sampleKey(key, nowMs)
  }

  noteRange({ fromHash, toHash }: HashRange, units: number, nowMs: number): void {
    this.#enterMinute(nowMs)
    this.#units += units
    if (toHash <= fromHash) return
    this.#unitsToNextSample -= units
    if (this.#unitsToNextSample <= 0) this.#sample(fromHash + Math.floor(this.#random() * (toHash - fromHash)), noBytes, nowMs)
  }

  noteRefused(key: KeyBytes, nowMs: number): void {
    this.#enterMinute(nowMs)
    this.#refused += 1
    this.#unitsToNextSample -= 1
    if (this.#unitsToNextSample <= 0) this.#sampleKey(key, nowMs)
  }

  minute(minute: number): MinuteHeat {
    if (minute === this.#minute) return { units: this.#units, refused: this.#refused }
    const kept = this.#minutes[minute % partitionHeatMinutesMax]
    return kept?.minute === minute ? kept.heat : noHeat
  }

  samples(fromMs: number): readonly HeatSample[] {
    const inOrder = [...this.#samples.slice(this.#nextSample), ...this.#samples.slice(0, this.#nextSample)]
    return inOrder.filter(({ atMs }) => atMs >= fromMs)
  }

  get sampledFromMs(): number {
    return this.#samples.length < heatSamplesMax ? 0 : (this.#samples[this.#nextSample]?.atMs ?? 0)
  }

  #enterMinute(nowMs: number): void {
    if (nowMs < this.#minuteEndMs && nowMs >= this.#minuteStartMs) return
    this.#minutes[this.#minute % partitionHeatMinutesMax] = { minute: this.#minute, heat: { units: this.#units, refused: this.#refused } }
    // A clock that was set back begins the minute anew, and what is to come was not sampled yet.
    if (nowMs < this.#minuteStartMs) this.#forgetSamplesAfter(nowMs)
    this.#minute = Math.floor(nowMs / minuteMs)
    this.#minuteStartMs = this.#minute * minuteMs
    this.#minuteEndMs = this.#minuteStartMs + minuteMs
    this.#units = 0
    this.#refused = 0
    // The limit may be far lower than it was.
    this.#unitsToNextSample = Math.min(this.#unitsToNextSample, 1.5 * this.#sampleEveryUnits())
  }

  #forgetSamplesAfter(timeMs: number): void {
    const kept = this.samples(0).filter(({ atMs }) => atMs <= timeMs)
    this.#samples.splice(0, heatSamplesMax, ...kept)
    this.#nextSample = kept.length % heatSamplesMax
  }

  #sampleKey(key: KeyBytes, nowMs: number): void {
    // A copy: keys may share large blocks of memory.
    if (hasPartitionKey(key)) this.#sample(hashOf(key), Uint8Array.from(afterHash(key).subarray(0, heatSampleRestBytesMax)), nowMs)
    else this.#weightOfSample()
  }

  #sample(hash: number, rest: Uint8Array, nowMs: number): void {
    this.#samples[this.#nextSample] = { hash, rest, weight: this.#weightOfSample(), atMs: nowMs }
    this.#nextSample = (this.#nextSample + 1) % heatSamplesMax
  }

  /** How many samples are due, one at least; it begins to count down to the next. */
  #weightOfSample(): number {
    const everyUnits = this.#sampleEveryUnits()
    const passed = Math.floor(-this.#unitsToNextSample / everyUnits)
    // Chance keeps the sample from going in step with requests that come in turns.
    this.#unitsToNextSample += everyUnits * (passed + 0.5 + this.#random())
    return passed + 1
  }

  #sampleEveryUnits(): number {
    return Math.max(1, this.#unitsPerSecondMax()) * heatSampleEverySeconds
  }

  /** 0 … 1, always the same ones for a seed (xorshift). */
  #random(): number {
    this.#chance ^= this.#chance << 13
    this.#chance ^= this.#chance >>> 17
    this.#chance ^= this.#chance << 5
    return (this.#chance >>> 0) / 0x1_0000_0000
  }
}
