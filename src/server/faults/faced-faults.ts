/** One request on its way past the faults: once it is understood and allowed, before anything is done for it, and once for all. */
import { ServiceError } from '../../api/errors.ts'
import type { Operation } from '../../api/operations.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type AskedLack, countThrottleAsked } from '../../metering/throughput/admit.ts'
import { isThrottle } from '../../metering/throughput/throttle.ts'
import type { KeptMembers, RequestUsage, UnderstoodMember, UnderstoodRequest } from '../../metering/traffic/request-usage.ts'
import { type AccessNeed, accessNeeds } from '../../operations/access/access-needs.ts'
import type { Faults, Strike } from './faults.ts'
import { readsShard } from './read-fault.ts'
import { lacksOf, type Outcome, outcomeOf } from './strike.ts'

/** The request never came. Told to those who follow what is asked, and to nobody else. */
export class LostRequest extends ServiceError {
  constructor() {
    super('ServiceUnavailable', 'A fault broke the connection, and nothing was done.')
  }
}

export interface FacingRequest {
  readonly engine: MeteredEngine
  readonly operation: Operation
  /** An ARN. */
  readonly caller: string
  readonly input: unknown
}

/** Operations that ask by themselves before they do anything (RequestUsage.beforeDoing): those that read or write items. */
const asking: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ', 'VS'])

export class FacedFaults {
  readonly #faults: Faults
  readonly #request: FacingRequest
  #strikes: readonly Strike[] | undefined
  #outcome: Outcome | undefined
  /** What it counts as throttles. */
  #lacks: readonly AskedLack[] = []
  /** Whether the answer is not to arrive, whatever it is. */
  isAnswerLost = false

  constructor(faults: Faults, request: FacingRequest) {
    this.#faults = faults
    this.#request = request
  }

  /** Which faults have struck it; undefined: none. */
  get names(): readonly string[] | undefined {
    return this.#strikes?.length ? this.#strikes.map(({ name }) => name) : undefined
  }

  /** Does `run`, which is the whole request, unless a fault keeps it from that. May be called again. */
  async face<Output>(usage: RequestUsage, run: () => Promise<Output>): Promise<Output> {
    const { operation } = this.#request
    if (asking.has(operation.tier) || readsShard(operation)) usage.beforeDoing = (understood) => this.#meet(usage, understood)
    else await this.#meet(usage, { access: operation.access === 'write' ? 'write' : 'read', members: [] })
    return run()
  }

  async #meet(usage: RequestUsage, understood: UnderstoodRequest): Promise<KeptMembers | undefined> {
    if (this.#strikes === undefined) await this.#search(understood)
    const outcome = this.#outcome
    const strike = this.#strikes?.at(-1)
    if (outcome === undefined || strike === undefined) return undefined
    if (outcome.kind === 'lost') {
      if (outcome.what === 'request') throw new LostRequest()
      this.isAnswerLost = true
      return undefined
    }
    if (outcome.kind === 'lagging') {
      usage.lag = outcome.lag
      return undefined
    }
    // Some have no members that could have too little of anything.
    const isThrottled = outcome.kind === 'refused' && isThrottle(outcome.error)
    usage.refusedMembers += Math.max(this.#lacks.length, isThrottled ? 1 : 0)
    if (outcome.kind === 'refused') throw outcome.error
    return outcome.kept
  }

  /** Finds out what strikes it, and lets it wait for as long as that says. */
  async #search(understood: UnderstoodRequest): Promise<void> {
    const { engine, operation, caller } = this.#request
    const { members, shard } = understood
    const tableNames = shard !== undefined ? [shard.tableName] : members.length === 0 ? this.#tableNames() : []
    const partitionOf = (member: UnderstoodMember): number | undefined => partitionIdOf(engine, member)
    const request = { ...understood, operation, caller, tableNames, partitionOf }
    const strikes = this.#faults.strikesOn(request)
    this.#strikes = strikes
    const last = strikes.at(-1)
    this.#outcome = last && outcomeOf(engine, request, last)
    this.#lacks = last === undefined ? [] : lacksOf(request, last)
    for (const { name, asked } of strikes) {
      if ('delayMs' in asked.do) await this.#faults.held.hold(name, { forMs: asked.do.delayMs, nowMs: engine.clock.now() })
    }
    for (const lack of this.#lacks) countThrottleAsked(engine, lack)
  }

  /** The tables that it must be allowed something on. */
  #tableNames(): readonly string[] {
    const { engine, operation, input } = this.#request
    const needsOf = accessNeeds[operation.name] as ((engine: MeteredEngine, input: unknown) => readonly AccessNeed[]) | undefined
    return needsOf?.(engine, input).flatMap(({ resource }) => /:table\/([^/*]+)/.exec(resource)?.[1] ?? []) ?? []
  }
}

/** Undefined for what has no key of its own, reads a vector index, or is in a table that has gone. */
function partitionIdOf({ catalog }: MeteredEngine, { table, index, key }: UnderstoodMember): number | undefined {
  if (key === undefined || (index !== undefined && !('kind' in index))) return undefined
  const map = catalog.partitionMap(spaceOf(table, index?.kind === 'global' ? index : undefined))
  return map?.partitions[map.indexOf(key)]?.id
}
