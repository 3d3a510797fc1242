/**
 * What a node says of itself in the store, and who holds a lease. JSON, both:
 *
 *   node   { "startedMs": 1795341600000, "version": "1.0.0", "beat": 17 }
 *   lease  { "holder": "4f1c…", "fence": 3 }       a holder of "" is nobody
 */
import type { StoredValue } from '../../storage/store.ts'

export interface NodeRecord {
  /** Milliseconds since the epoch, by the node's clock. */
  readonly startedMs: number
  /** Of Stator. */
  readonly version: string
  /** Another number each time the node says that it is alive. */
  readonly beat: number
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
  return JSON.parse(String(value)) as NodeRecord
}

export function decodeLease(value: StoredValue | undefined): LeaseRecord {
  return value === undefined ? { holder: nobody, fence: 0 } : (JSON.parse(String(value)) as LeaseRecord)
}
