/** Capacity arithmetic: bytes to units (capacity.md §1). */
import { readUnitBytes, writeUnitBytes } from '../../api/limits.ts'

/** What consumes capacity, each of its own. */
export type Access = 'read' | 'write'

/** Read units of `sizeBytes` bytes, at least one unit's worth: halves for eventually consistent reads. */
export function readUnits(sizeBytes: number, { consistent }: { readonly consistent: boolean }): number {
  const units = Math.max(1, Math.ceil(sizeBytes / readUnitBytes))
  return consistent ? units : units / 2
}

export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / writeUnitBytes))
}
