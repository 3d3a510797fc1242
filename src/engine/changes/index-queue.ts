/**
 * Index lag: what a turn changes in a lagging index is not written there but put into a durable queue in the same turn, and
 * applied when its time has come (jobs/apply-index-queues.ts). Every index has its own queue, in the order of the turns, so
 * that an item's changes are applied in order, and a crash loses none and doubles none.
 *
 * A queue record is JSON: `{ dueMs, remove?, put?: [key, value], items, bytes }`, keys in base64; `items` and `bytes` are what
 * the change adds to the index's counts.
 */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, Store, StoredValue } from '../../storage/store.ts'
import { allQueuesRange, type DataSpace, keyAfter, queueKey, queueNumber, spaceName, spaceOfQueueKey } from '../keyspace/keys.ts'
import type { EntryChange } from './entry-change.ts'

export interface QueuedChange extends EntryChange {
  readonly dueMs: number
}

interface QueueRecord {
  readonly dueMs: number
  readonly remove?: string
  readonly put?: readonly [key: string, value: string]
  readonly items: number
  readonly bytes: number
}

const loadBudget = { entries: 1000, bytes: 4 << 20 }

/** The queues of a database, as far as memory must know them: the last number given, and which indexes changes wait for. */
export class IndexQueues {
  #lastNumber = 0
  /** The last number in each queue that is not known to be empty. */
  readonly #lastNumbers = new Map<number, number>()

  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let range = allQueuesRange()
    for (;;) {
      const { entries, exhausted } = await snapshot.scan(range, loadBudget)
      for (const { key } of entries) this.#note(spaceOfQueueKey(key), queueNumber(key))
      const last = entries.at(-1)
      if (exhausted || last === undefined) return
      range = { ...range, start: keyAfter(last.key) }
    }
  }

  /** Whether changes may still wait for the index: then later ones must wait behind them. */
  isWaiting(space: DataSpace): boolean {
    return this.#lastNumbers.size > 0 && this.#lastNumbers.has(spaceName(space))
  }

  /** The key of the next change of the index. Called inside a turn. */
  nextKey(space: DataSpace): KeyBytes {
    const number = this.#lastNumber + 1
    this.#note(space, number)
    return queueKey(space, number)
  }

  /** Everything up to this number is applied, durably. A number that a failed commit took away is forgotten with the next one. */
  applied(space: DataSpace, number: number): void {
    const last = this.#lastNumbers.get(spaceName(space))
    if (last !== undefined && last <= number) this.#lastNumbers.delete(spaceName(space))
  }

  #note(space: DataSpace, number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number)
    this.#lastNumbers.set(spaceName(space), number)
  }
}

export function encodeQueued({ dueMs, remove, put, added }: QueuedChange): string {
  const record: QueueRecord = {
    dueMs,
    ...(remove && { remove: base64(remove) }),
    ...(put && { put: [base64(put.key), put.value] }),
    items: added.itemCount,
    bytes: added.sizeBytes,
  }
  return JSON.stringify(record)
}

export function decodeQueued(value: StoredValue): QueuedChange {
  assert(typeof value === 'string', 'a queue record is stored as text')
  const { dueMs, remove, put, items, bytes } = JSON.parse(value) as QueueRecord
  return {
    dueMs,
    remove: remove === undefined ? undefined : keyOf(remove),
    put: put === undefined ? undefined : { key: keyOf(put[0]), value: put[1] },
    added: { itemCount: items, sizeBytes: bytes },
  }
}

function base64(key: KeyBytes): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64')
}

function keyOf(text: string): KeyBytes {
  return Buffer.from(text, 'base64') as Uint8Array as KeyBytes
}
