/** Capacity arithmetic: bytes to units (capacity.md §1). */
import { readUnitBytes, writeUnitBytes } from '../../api/limits.ts'

/** What consumes capacity, each of its own. */
export type Access = 'read' | 'write'

export interface ReadOf {
  readonly consistent: boolean
  /** How many partitions were read. Default 1. */
  readonly partitions?: number
}

/** Read units of `sizeBytes` bytes, at least one unit's worth for each partition that was read: halves for eventually consistent reads. */
export function readUnits(sizeBytes: number, { consistent, partitions = 1 }: ReadOf): number {
  const units = Math.max(partitions, Math.ceil(sizeBytes / readUnitBytes))
  return consistent ? units : units / 2
}

export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / writeUnitBytes))
}
