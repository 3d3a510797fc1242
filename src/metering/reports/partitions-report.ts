/**
 * What one node's partitions of a table or a global index did in a minute, as JSON: a row for each that did anything. Samples that there
 * is no room for are left out, first of the partitions that did least: units are always told, and decide about heat.
 */
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { HeatSample, MinuteHeat } from '../../engine/partitions/choose-split.ts'
import type { StoredValue } from '../../storage/store.ts'
import { reportedSamplesMax } from '../limits.ts'
import type { PartitionHeat } from '../throughput/partition-heat.ts'

type ToldSample = readonly [hash: number, rest: string, weight: number, atMs: number]
type ToldAccess = readonly [units: number, refused: number, ...samples: readonly ToldSample[]]
type ToldRow = readonly [partitionId: number, read: ToldAccess, write: ToldAccess]

/** One access to a partition in a minute. */
export interface AccessReport extends MinuteHeat {
  readonly samples: readonly HeatSample[]
}

export interface PartitionReport {
  readonly partitionId: number
  readonly read: AccessReport
  readonly write: AccessReport
}

/** Undefined when the partition did nothing in this minute, which is from one time (inclusive) to another (exclusive). */
export function partitionReport(partitionId: number, heat: PartitionHeat, minute: Minute): PartitionReport | undefined {
  const of = (access: Access): AccessReport => ({ ...heat.minute(access, minute.number), samples: samplesOf(heat, access, minute) })
  const report = { partitionId, read: of('read'), write: of('write') }
  return workOf(report) > 0 ? report : undefined
}

export interface Minute {
  /** Since the epoch. */
  readonly number: number
  readonly fromMs: number
  readonly toMs: number
}

/** How much there was to do for it. */
export function workOf({ read, write }: PartitionReport): number {
  return read.units + read.refused + write.units + write.refused
}

export function withoutSamples({ partitionId, read, write }: PartitionReport): PartitionReport {
  return { partitionId, read: { ...read, samples: [] }, write: { ...write, samples: [] } }
}

export function encodePartitions(reports: readonly PartitionReport[]): string {
  const row = ({ partitionId, read, write }: PartitionReport): ToldRow => [partitionId, toldAccess(read), toldAccess(write)]
  return JSON.stringify(reports.map(row))
}

export function decodePartitions(value: StoredValue): readonly PartitionReport[] {
  const rows = JSON.parse(String(value)) as readonly ToldRow[]
  return rows.map(([partitionId, read, write]) => ({ partitionId, read: accessOf(read), write: accessOf(write) }))
}

function toldAccess({ units, refused, samples }: AccessReport): ToldAccess {
  return [units, refused, ...samples.map(({ hash, rest, weight, atMs }) => [hash, base64Of(rest), weight, atMs] as const)]
}

function accessOf([units, refused, ...told]: ToldAccess): AccessReport {
  const samples = told.map(([hash, rest, weight, atMs]) => ({ hash, rest: new Uint8Array(Buffer.from(rest, 'base64')), weight, atMs }))
  return { units, refused, samples }
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

function samplesOf(heat: PartitionHeat, access: Access, { fromMs, toMs }: Minute): readonly HeatSample[] {
  return thinned(heat.samples(access, fromMs).filter(({ atMs }) => atMs < toMs))
}

/** Of as many in a row one stands for all of them. */
function thinned(samples: readonly HeatSample[]): readonly HeatSample[] {
  const each = Math.ceil(samples.length / reportedSamplesMax)
  if (each <= 1) return samples
  const kept: HeatSample[] = []
  for (let at = 0; at < samples.length; at += each) {
    const group = samples.slice(at, at + each)
    const first = group[0]
    if (first !== undefined) kept.push({ ...first, weight: group.reduce((sum, { weight }) => sum + weight, 0) })
  }
  return kept
}
