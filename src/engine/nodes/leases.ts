/**
 * Which node does which of the jobs that one node is enough for. A lease is held until its holder gives it back or is dead; the living
 * agree without a word on who should have it, for all reckon the same (rendezvous hashing). Whoever does something under a lease
 * names its record as a guard of all that it writes: what a node does that was thought dead comes to nothing.
 */
import type { Clock } from '../../base/clock.ts'
import { hash32 } from '../../base/hash.ts'
import type { Guard, Store, StoredValue } from '../../storage/store.ts'
import { allLeasesRange, leaseKey, nameInKey } from '../keyspace/node-keys.ts'
import { beatEveryMs, nodesLoadBudget } from '../limits.ts'
import { wholeRange } from '../records/whole-view.ts'
import type { Membership } from './membership.ts'
import { decodeLease, encodeRecord, nobody } from './node-record.ts'

export class Leases {
  readonly membership: Membership
  readonly #store: Store
  /** Goes on evenly, and is no time of day. */
  readonly steady: Clock
  readonly #held = new Map<string, Guard>()
  /** Who held what when this node looked last. */
  #holders: ReadonlyMap<string, string> = new Map()
  #nextBeatMs = Number.NEGATIVE_INFINITY

  constructor(store: Store, steady: Clock, membership: Membership) {
    this.membership = membership
    this.#store = store
    this.steady = steady
  }

  /** What everything must be guarded by that is done under the lease; undefined when this node does not hold it. */
  of(name: string): Guard | undefined {
    return this.membership.isAlive ? this.#held.get(name) : undefined
  }

  /** The names of the leases held, sorted. */
  get held(): readonly string[] {
    return this.membership.isAlive ? [...this.#held.keys()].sort() : []
  }

  /** The names of the leases that this node holds, or that another one held when it was looked last; sorted. */
  heldBy(nodeId: string): readonly string[] {
    if (nodeId === this.membership.self.id) return this.held
    return [...this.#holders].flatMap(([name, holder]) => (holder === nodeId ? [name] : [])).sort()
  }

  /** Somebody else has it: a guard did not hold. */
  lost(name: string): void {
    this.#held.delete(name)
  }

  /** When it is time for it: says that this node is alive, takes those of these leases that it should have, gives back the others. Resolves with whether it was. Rejects as the store does. */
  async renew(names: Iterable<string>): Promise<boolean> {
    if (this.steady.now() < this.#nextBeatMs) return false
    this.#nextBeatMs = this.steady.now() + beatEveryMs
    // Who was thought dead may have been robbed, or be about to be.
    if (!this.membership.isAlive) this.#held.clear()
    await this.membership.beat()
    const stored = await this.#stored()
    this.#holders = new Map([...stored].map(([name, value]) => [name, decodeLease(value).holder]))
    const living = this.#living()
    for (const name of names) await this.#settle(name, stored.get(name), living)
    return true
  }

  /** The next `renew` finds that it is time. */
  hasten(): void {
    this.#nextBeatMs = Number.NEGATIVE_INFINITY
  }

  /** Whether each of these leases is held by one of the living, as it is known which those are. */
  async areHeld(names: Iterable<string>): Promise<boolean> {
    const stored = await this.#stored()
    const living = this.#living()
    return [...names].every((name) => living.includes(decodeLease(stored.get(name)).holder))
  }

  /** Gives everything back, and is not counted among the living any more. */
  async leave(): Promise<void> {
    for (const [name, { value }] of this.#held) await this.#handOver(name, value, nobody)
    this.#held.clear()
    await this.membership.leave()
  }

  async #settle(name: string, stored: StoredValue | undefined, living: readonly string[]): Promise<void> {
    const { id } = this.membership.self
    const { holder } = decodeLease(stored)
    const isChosen = chosenFor(name, living) === id
    if (holder === id && isChosen && this.#held.has(name)) return
    this.#held.delete(name)
    if (isChosen && (holder === id || !living.includes(holder))) await this.#handOver(name, stored, id)
    else if (holder === id) await this.#handOver(name, stored, nobody)
  }

  /** Unless somebody was faster. */
  async #handOver(name: string, stored: StoredValue | undefined, holder: string): Promise<void> {
    const key = leaseKey(name)
    const value = encodeRecord({ holder, fence: decodeLease(stored).fence + 1 })
    const isDone = await this.#store.write([key], (turn) => {
      if (turn.get(key) !== stored) return false
      turn.put(key, value)
      return true
    })
    if (isDone && holder !== nobody) this.#held.set(name, { key, value })
  }

  #living(): readonly string[] {
    return this.membership.nodes.filter(({ isAlive }) => isAlive).map(({ id }) => id)
  }

  async #stored(): Promise<ReadonlyMap<string, StoredValue>> {
    const entries = await wholeRange(this.#store, allLeasesRange(), nodesLoadBudget)
    return new Map(entries.map(({ key, value }) => [nameInKey(key), value]))
  }
}

/** The one of the living whose hash with the name is the highest: who joins or leaves moves no other's leases. */
function chosenFor(name: string, living: readonly string[]): string | undefined {
  let chosen: string | undefined
  let highest = -1
  for (const id of living) {
    const hash = hash32(Buffer.from(`${id} ${name}`, 'utf8'))
    if (hash > highest || (hash === highest && chosen !== undefined && id > chosen)) [chosen, highest] = [id, hash]
  }
  return chosen
}
