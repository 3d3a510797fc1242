/** The faults of a server, in the order in which they are tried, and what became of them. Nothing of this is stored. */
import type { Clock } from '../../base/clock.ts'
import { type Random, seededRandom } from '../../base/random.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import type { RecentChanges } from '../../engine/recent/recent-changes.ts'
import { faultsMax } from '../limits.ts'
import type { FaultList, FaultReport, NewFault } from './fault.ts'
import { FaultError } from './fault-error.ts'
import { HeldRequests } from './held-requests.ts'
import { type FacedRequest, matchedPlaces } from './match-fault.ts'
import { isStale, type ReadFault, readFault } from './read-fault.ts'

interface ActiveFault extends ReadFault {
  readonly name: string
  readonly untilMs: number | undefined
  /** Its own, so that its draws depend on what it is for and on nothing else. */
  readonly random: Random
  matched: number
  struck: number
}

/** One that strikes a request now. */
export interface Strike {
  readonly name: string
  readonly asked: NewFault
  /** Of the members that it is for. */
  readonly places: readonly number[]
}

export interface FaultsOptions {
  readonly clock: Clock
  /** Where the seed comes from when none is given. */
  readonly random: Random
  readonly seed: number | undefined
  /** What stale reads are told of. Undefined: others change the store, too, and nobody remembers what they did. */
  readonly recentChanges: RecentChanges | undefined
}

const staleNeedsOwnStore =
  'There are no stale reads of a shared store, as nobody remembers what the other servers change there: only where a server has its store to itself.'

/** Apart from each other in the sequence of seeds. */
const seedStep = 0x9e3779b1

export class Faults {
  readonly held: HeldRequests = new HeldRequests()
  readonly #clock: Clock
  readonly #random: Random
  readonly #recentChanges: RecentChanges | undefined
  #seed: number | undefined
  readonly #active: ActiveFault[] = []
  /** How many were added since all were removed at once. */
  #count = 0

  constructor({ clock, random, seed, recentChanges }: FaultsOptions) {
    this.#recentChanges = recentChanges
    this.#clock = clock
    this.#random = random
    this.#seed = seed
  }

  /** All that is asked of it by a server that has none. */
  get isEmpty(): boolean {
    return this.#active.length === 0
  }

  list(): FaultList {
    return { seed: this.#wholeSeed(), faults: this.#active.map((fault) => this.#report(fault)) }
  }

  /** Throws FaultError 400 for one that makes no sense, or is one too many. */
  add(asked: NewFault): FaultReport {
    const read = readFault(asked)
    if (this.#active.length >= faultsMax) throw new FaultError(400, `There are ${faultsMax} faults already, and no more than that at once.`)
    if (isStale(asked.do) && this.#recentChanges === undefined) throw new FaultError(400, staleNeedsOwnStore)
    this.#count += 1
    const { forMs } = asked
    const fault = {
      ...read,
      name: `fault-${this.#count}`,
      untilMs: forMs === undefined ? undefined : this.#clock.now() + forMs,
      random: seededRandom(this.#wholeSeed() + this.#count * seedStep),
      matched: 0,
      struck: 0,
    }
    this.#active.push(fault)
    this.#remember()
    return this.#report(fault)
  }

  /** As it was. What it held up goes on. Throws FaultError 404. */
  remove(name: string): FaultReport {
    const at = this.#active.findIndex((fault) => fault.name === name)
    const fault = this.#active[at]
    if (fault === undefined) throw new FaultError(404, `There is no fault ${JSON.stringify(name)}.`)
    const report = this.#report(fault)
    this.#active.splice(at, 1)
    this.#remember()
    this.held.releaseOf(name)
    return report
  }

  /** How many there were. The next one is the first again, and draws as the first one did. */
  clear(): number {
    const all = this.#active.splice(0)
    for (const { name } of all) this.held.releaseOf(name)
    this.#count = 0
    this.#remember()
    return all.length
  }

  /** Which of them strike a request, in their order: any that delay it, then perhaps one that ends it. To be asked once for each request. */
  strikesOn(request: FacedRequest): readonly Strike[] {
    const nowMs = this.#clock.now()
    const strikes: Strike[] = []
    for (const fault of this.#active) {
      if (fault.untilMs !== undefined && nowMs >= fault.untilMs) continue
      const places = matchedPlaces(fault, request)
      if (places === undefined) continue
      fault.matched += 1
      if (!isHit(fault)) continue
      fault.struck += 1
      const { name, asked } = fault
      strikes.push({ name, asked, places })
      if (!('delayMs' in asked.do)) break
    }
    return strikes
  }

  /** Lets those go on whom a fault held up until now. */
  get job(): Job {
    return { name: 'held requests', isPerNode: true, step: async (nowMs) => this.held.releaseDue(nowMs) }
  }

  /** What the faults that are there may have to tell of what was. */
  #remember(): void {
    const stale = this.#active.map(({ asked }) => asked.do).filter(isStale)
    const ageMs = Math.max(0, ...stale.map((effect) => ('staleMs' in effect ? effect.staleMs : 0)))
    const changes = Math.max(0, ...stale.map((effect) => ('staleChanges' in effect ? effect.staleChanges : 0)))
    this.#recentChanges?.keep(stale.length === 0 ? undefined : { ageMs, changes })
  }

  #report({ name, asked, matched, struck, untilMs }: ActiveFault): FaultReport {
    const waiting = this.held.countOf(name)
    return { fault: name, ...asked, matched, struck, waiting, ...(untilMs !== undefined && { untilMs }) }
  }

  #wholeSeed(): number {
    this.#seed ??= uint32(this.#random)
    return this.#seed
  }
}

function isHit({ asked: { after = 0, times = Number.POSITIVE_INFINITY, probability = 1 }, matched, struck, random }: ActiveFault): boolean {
  if (matched <= after || struck >= times) return false
  return probability === 1 || uint32(random) / 2 ** 32 < probability
}

function uint32(random: Random): number {
  return Buffer.from(random.bytes(4)).readUInt32BE()
}
