/**
 * How nodes of a shared store keep to limits that are everybody's: each tells once a second what it has let through, and takes from its
 * own buckets what the others have. So all buckets are alike but for the last second, and what is let through beyond a limit is at most
 * what each node lets through in that time. Who has nothing to tell writes nothing.
 *
 * The record of a node is JSON: `[[number, { space: [read, write] }] …]`, its last reports; `read` and `write` are
 * `[unitsLeft | null, [partitionId, units] …]`.
 */
import type { Clock } from '../../base/clock.ts'
import { allUsageRange, nameInKey, usageKey } from '../../engine/keyspace/node-keys.ts'
import { wholeRange } from '../../engine/records/whole-view.ts'
import type { Store, StoredValue } from '../../storage/store.ts'
import { usageForgottenAfterMs, usageLoadBudget, usageReportsKept, usageToldEveryMs } from '../limits.ts'
import type { PartitionUnits, SpentUnits } from './spent-units.ts'
import type { ThroughputMeters } from './throughput-meters.ts'

type StoredUnits = readonly [unitsLeft: number | null, ...byPartition: readonly PartitionUnits[]]
type StoredSpaces = { readonly [space: string]: readonly [read: StoredUnits, write: StoredUnits] }
type Report = readonly [number: number, spaces: StoredSpaces]

export interface SharedUsageParts {
  readonly store: Store
  readonly meters: ThroughputMeters
  readonly nodeId: string
  /** By which limits go. */
  readonly clock: Clock
  readonly steady: Clock
}

/** Another node, as far as it was heard. */
interface Heard {
  number: number
  sinceMs: number
}

export class SharedUsage {
  readonly #parts: SharedUsageParts
  readonly #heard = new Map<string, Heard>()
  #reports: readonly Report[] = []
  #number = 0
  /** Whether the last report stands in the store. */
  #isTold = true
  #nextMs = Number.NEGATIVE_INFINITY

  constructor(parts: SharedUsageParts) {
    this.#parts = parts
  }

  /** When it is time for it: tells what was let through here, and takes what was let through elsewhere. Rejects as the store does. */
  async exchange(): Promise<void> {
    const { steady } = this.#parts
    if (steady.now() < this.#nextMs) return
    this.#nextMs = steady.now() + usageToldEveryMs
    await this.#tell()
    await this.#listen()
  }

  /** Nobody is to wait for more. */
  async leave(): Promise<void> {
    const { store, nodeId } = this.#parts
    await store.write([], (turn) => turn.delete(usageKey(nodeId)))
  }

  /** What could not be told is told the next time. */
  async #tell(): Promise<void> {
    const { store, nodeId, meters, clock } = this.#parts
    const spaces: { [space: string]: StoredSpaces[string] } = {}
    const nowMs = clock.now()
    for (const [space, meter] of meters.entries()) {
      const spent = meter.takeSpent(nowMs)
      if (spent !== undefined) spaces[space] = [stored(spent.read), stored(spent.write)]
    }
    if (Object.keys(spaces).length > 0) {
      this.#number += 1
      this.#reports = [...this.#reports, [this.#number, spaces] as const].slice(-usageReportsKept)
      this.#isTold = false
    }
    if (this.#isTold) return
    const text = JSON.stringify(this.#reports)
    await store.write([], (turn) => turn.put(usageKey(nodeId), text))
    this.#isTold = true
  }

  async #listen(): Promise<void> {
    const { store, nodeId, steady } = this.#parts
    const rows = await wholeRange(store, allUsageRange(), usageLoadBudget)
    const nowMs = steady.now()
    for (const { key, value } of rows) {
      const id = nameInKey(key)
      if (id === nodeId) continue
      this.#hear(id, value, nowMs)
      const silentMs = nowMs - (this.#heard.get(id)?.sinceMs ?? nowMs)
      if (silentMs >= usageForgottenAfterMs) await this.#forget(id, value)
    }
  }

  /** Of a node that was not heard before only the last report counts: buckets that are new have nothing behind them. */
  #hear(id: string, value: StoredValue, nowMs: number): void {
    const reports = JSON.parse(String(value)) as readonly Report[]
    const last = reports.at(-1)?.[0] ?? 0
    const heard = this.#heard.get(id) ?? { number: last - 1, sinceMs: nowMs }
    this.#heard.set(id, heard)
    for (const [number, spaces] of reports) {
      if (number <= heard.number) continue
      heard.number = number
      heard.sinceMs = nowMs
      this.#take(spaces)
    }
  }

  #take(spaces: StoredSpaces): void {
    const { meters, clock } = this.#parts
    const nowMs = clock.now()
    const found = meters.ofSpaces(Object.keys(spaces).map(Number))
    for (const [space, [read, write]] of Object.entries(spaces)) {
      const meter = found.get(Number(space))
      meter?.takeElsewhere('read', restored(read), nowMs)
      meter?.takeElsewhere('write', restored(write), nowMs)
    }
  }

  /** A node that ended without a word, or has had nothing to tell for long. */
  async #forget(id: string, value: StoredValue): Promise<void> {
    const key = usageKey(id)
    this.#heard.delete(id)
    await this.#parts.store.write([key], (turn) => {
      if (turn.get(key) === value) turn.delete(key)
    })
  }
}

function stored({ unitsLeft, byPartition }: SpentUnits): StoredUnits {
  return [unitsLeft ?? null, ...byPartition]
}

function restored([unitsLeft, ...byPartition]: StoredUnits): SpentUnits {
  return { unitsLeft: unitsLeft ?? undefined, byPartition }
}
