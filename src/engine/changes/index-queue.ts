/**
 * Index lag: what a turn changes in a lagging index is not written there but appended to a log in the same turn, and applied when
 * its time has come (jobs/apply-index-queues.ts). Every index has its own, in the order of the turns, so that an item's changes are
 * applied in order, and a crash loses none and doubles none. Whether an index has one is a state of the table (`isQueued`).
 *
 * An entry is JSON: `{ sinceMs, lagMs, remove?, put?: [key, value], items, bytes }`, keys in base64; `items` and `bytes` are what
 * the change adds to the index's counts. Format 1 had `dueMs`, a wait since 1970, for the first two.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import type { EntryChange } from './entry-change.ts'

export interface QueuedChange extends EntryChange {
  /** When it was decided, and how long it waits from then on. */
  readonly sinceMs: number
  readonly lagMs: number
}

interface QueueRecord {
  readonly sinceMs?: number
  readonly lagMs?: number
  readonly dueMs?: number
  readonly remove?: string
  readonly put?: readonly [key: string, value: string]
  readonly items: number
  readonly bytes: number
}

export function encodeQueued({ sinceMs, lagMs, remove, put, added }: QueuedChange): string {
  const record: QueueRecord = {
    sinceMs,
    lagMs,
    ...(remove && { remove: keyText(remove) }),
    ...(put && { put: [keyText(put.key), put.value] }),
    items: added.itemCount,
    bytes: added.sizeBytes,
  }
  return JSON.stringify(record)
}

export function decodeQueued(value: StoredValue): QueuedChange {
  assert(typeof value === 'string', 'a queue record is stored as text')
  const { dueMs = 0, sinceMs = 0, lagMs = dueMs, remove, put, items, bytes } = JSON.parse(value) as QueueRecord
  return {
    sinceMs,
    lagMs,
    remove: remove === undefined ? undefined : keyOfText(remove),
    put: put === undefined ? undefined : { key: keyOfText(put[0]), value: put[1] },
    added: { itemCount: items, sizeBytes: bytes },
  }
}
