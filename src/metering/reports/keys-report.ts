/** The heavy keys of a node in one window as JSON: whole sketches, so that others add them up without losing anything of their bounds (joined-keys.ts). */
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import { HeavyKeys } from '../traffic/heavy-keys.ts'
import type { WindowKeys } from '../traffic/space-traffic.ts'

interface ToldSketch {
  readonly total: number
  readonly buckets: readonly number[]
  /** Hash, store key in base64. */
  readonly names: readonly (readonly [number, string])[]
}

interface ToldKeys {
  readonly epoch: number
  readonly sinceMs: number
  readonly read?: ToldSketch | undefined
  readonly write?: ToldSketch | undefined
  readonly refusedRead?: ToldSketch | undefined
  readonly refusedWrite?: ToldSketch | undefined
}

export function encodeKeys({ sinceMs, read, write, refusedRead, refusedWrite }: WindowKeys, epoch: number): string {
  const told: ToldKeys = {
    epoch,
    sinceMs,
    read: read && toldSketch(read),
    write: write && toldSketch(write),
    refusedRead: refusedRead && toldSketch(refusedRead),
    refusedWrite: refusedWrite && toldSketch(refusedWrite),
  }
  return JSON.stringify(told)
}

/** Undefined when it was counted before all was forgotten. */
export function decodeKeys(value: StoredValue, wantedEpoch: number): WindowKeys | undefined {
  const { epoch, sinceMs, read, write, refusedRead, refusedWrite } = JSON.parse(String(value)) as ToldKeys
  if (epoch !== wantedEpoch) return undefined
  return {
    sinceMs,
    read: read && sketchOf(read),
    write: write && sketchOf(write),
    refusedRead: refusedRead && sketchOf(refusedRead),
    refusedWrite: refusedWrite && sketchOf(refusedWrite),
  }
}

/** What changes whenever anything is counted. */
export function countedIn({ read, write, refusedRead, refusedWrite }: WindowKeys): number {
  return [read, write, refusedRead, refusedWrite].reduce((sum, keys) => sum + (keys?.total ?? 0), 0)
}

function toldSketch(keys: HeavyKeys): ToldSketch {
  const { names, ...sketch } = keys.data()
  return { ...sketch, names: names.map(([hash, key]) => [hash, Buffer.from(key).toString('base64')]) }
}

function sketchOf({ names, ...sketch }: ToldSketch): HeavyKeys {
  return HeavyKeys.of({ ...sketch, names: names.map(([hash, key]) => [hash, new Uint8Array(Buffer.from(key, 'base64')) as KeyBytes]) })
}
