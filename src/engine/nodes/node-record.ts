/**
 * What a node says of itself in the store, and who holds a lease. JSON, both:
 *
 *   node   { "startedMs": 1795341600000, "version": "1.0.0", "levelMax": 1, "settings": { "throughput": "enforce" … }, "beat": 17,
 *            "host": "db-7", "url": "http://db-7:8000", "machineAheadMs": -3, "done": { "round": 4, "isBusy": false } }
 *   lease  { "holder": "4f1c…", "fence": 3 }       a holder of "" is nobody
 */
import type { StoredValue } from '../../storage/store.ts'
import type { StartSettings } from '../settings.ts'

export interface NodeRecord extends NodeNews {
  /** Milliseconds since the epoch, by the node's clock. */
  readonly startedMs: number
  /** Of Stator. */
  readonly version: string
  /** The newest feature level that it reads (feature-level.ts). */
  readonly levelMax: number
  /** What it was started with, which it goes by as long as nobody sets anything else for all. Not told by versions from before. */
  readonly settings?: StartSettings
  /** Another number each time the node says that it is alive. */
  readonly beat: number
}

/** What changes while a node lives. */
export interface NodeNews {
  /** The name of its machine, and where it is asked; as far as it was told. */
  readonly host?: string
  readonly url?: string
  /** How far the clock of its machine is ahead of the store's, where the store has one. */
  readonly machineAheadMs?: number
  /** Of a cluster for tests: the last round in which it did what was due. */
  readonly done?: DoneRound
}

export interface DoneRound {
  readonly round: number
  /** Whether there was anything to do: others may have something to do because of that. */
  readonly isBusy: boolean
  /** What kept it from doing it all. */
  readonly failure?: string
}

export interface LeaseRecord {
  readonly holder: string
  /** Another number each time the lease goes from one to another. */
  readonly fence: number
}

export const nobody = ''

export function encodeRecord(record: NodeRecord | LeaseRecord): string {
  return JSON.stringify(record)
}

export function decodeNode(value: StoredValue): NodeRecord {
  // Of a version from before there were levels it is not known what it reads.
  const { levelMax = 0, ...record } = JSON.parse(String(value)) as Partial<NodeRecord> & Omit<NodeRecord, 'levelMax'>
  return { ...record, levelMax }
}

export function decodeLease(value: StoredValue | undefined): LeaseRecord {
  return value === undefined ? { holder: nobody, fence: 0 } : (JSON.parse(String(value)) as LeaseRecord)
}
