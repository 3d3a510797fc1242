/**
 * Which nodes have the store open: each says every two seconds that it is alive, by another number in a record of its own, and looks
 * what the others say. A node whose number has not changed for the life of a lease, by the looker's own steady clock, is dead to it;
 * a node that could not say so for that long takes itself for dead. Its own count begins before the others' can, so it knows first.
 * No two clocks are ever compared.
 */

import type { Clock } from '../../base/clock.ts'
import type { Store, StoredValue } from '../../storage/store.ts'
import { allNodesRange, nameInKey, nodeKey, usageKey } from '../keyspace/node-keys.ts'
import { leaseLifeMs, nodeForgottenAfterMs, nodesLoadBudget } from '../limits.ts'
import { wholeRange } from '../records/whole-view.ts'
import type { StartSettings } from '../settings.ts'
import { decodeNode, encodeRecord, type NodeNews, type NodeRecord } from './node-record.ts'

export interface NodeIdentity {
  /** Of this life of the process alone. */
  readonly id: string
  readonly startedMs: number
  readonly version: string
  /** The newest feature level that it reads (feature-level.ts). */
  readonly levelMax: number
  readonly settings?: StartSettings
}

/** Another node, as it was seen last. */
export interface SeenNode extends NodeRecord {
  readonly id: string
  /** How long ago it was seen to be alive, in milliseconds. */
  readonly silentMs: number
  readonly isAlive: boolean
}

interface Sighting {
  readonly record: NodeRecord
  readonly stored: StoredValue
  /** When this number was seen first, by the steady clock. */
  readonly sinceMs: number
}

export class Membership {
  readonly self: NodeIdentity
  readonly #store: Store
  /** Goes on evenly; what time it shows is of no importance. */
  readonly #steady: Clock
  readonly #sightings = new Map<string, Sighting>()
  #beat = 0
  #news: NodeNews = {}
  #aliveUntilMs = Number.NEGATIVE_INFINITY

  constructor(store: Store, steady: Clock, self: NodeIdentity) {
    this.self = self
    this.#store = store
    this.#steady = steady
  }

  /** Whether the others still take this node for alive, for all that it can know. */
  get isAlive(): boolean {
    return this.#steady.now() < this.#aliveUntilMs
  }

  /** Says that this node is alive, and looks who else is. Rejects as the store does. */
  async beat(): Promise<void> {
    const startedMs = this.#steady.now()
    this.#beat += 1
    const { id, ...about } = this.self
    const record = encodeRecord({ ...about, beat: this.#beat, ...this.#news })
    await this.#store.write([], (turn) => turn.put(nodeKey(id), record))
    this.#aliveUntilMs = startedMs + leaseLifeMs
    await this.look()
  }

  /** For the others to see from the next beat on, besides what they were told before. */
  tell(news: NodeNews): void {
    this.#news = { ...this.#news, ...news }
  }

  /** All that are known, this one among them, in the order of their ids. */
  get nodes(): readonly SeenNode[] {
    const nowMs = this.#steady.now()
    return [...this.#sightings]
      .map(([id, { record, sinceMs }]) => {
        const isSelf = id === this.self.id
        const silentMs = nowMs - sinceMs
        return { ...record, id, silentMs, isAlive: isSelf ? this.isAlive : silentMs < leaseLifeMs }
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  get living(): readonly SeenNode[] {
    return this.nodes.filter(({ isAlive }) => isAlive)
  }

  /** The living node that reads the least. */
  get oldestLiving(): SeenNode | undefined {
    return this.living.toSorted((a, b) => a.levelMax - b.levelMax)[0]
  }

  /** The others need not wait until they miss it. */
  async leave(): Promise<void> {
    this.#aliveUntilMs = Number.NEGATIVE_INFINITY
    await this.#store.write([], (turn) => turn.delete(nodeKey(this.self.id)))
  }

  /** Looks who is there. */
  async look(): Promise<void> {
    const there = await wholeRange(this.#store, allNodesRange(), nodesLoadBudget)
    const nowMs = this.#steady.now()
    const gone = new Set(this.#sightings.keys())
    for (const { key, value } of there) {
      const id = nameInKey(key)
      const known = this.#sightings.get(id)
      const record = decodeNode(value)
      if (known?.record.beat !== record.beat) this.#sightings.set(id, { record, stored: value, sinceMs: nowMs })
      gone.delete(id)
      if (known !== undefined && nowMs - known.sinceMs >= nodeForgottenAfterMs) await this.#forget(id, known.stored)
    }
    for (const id of gone) this.#sightings.delete(id)
  }

  /** The records of a node that ended without a word go when nobody needs them any more. */
  async #forget(id: string, stored: StoredValue): Promise<void> {
    const key = nodeKey(id)
    await this.#store.write([key], (turn) => {
      if (turn.get(key) !== stored) return
      turn.delete(key)
      turn.delete(usageKey(id))
    })
  }
}
