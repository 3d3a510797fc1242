/**
 * A rule of the advisor: what it gathers from requests, and what it finds in that and in what the server measures anyway. Each keeps a
 * bounded amount (limits.ts), says nothing that its evidence does not show, and would rather be silent than wrong.
 */
import type { Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { DocumentCode } from './documentation.ts'
import type { Draft } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import type { RecentItems } from './recent-items.ts'
import type { LineCapacity } from './table-capacity.ts'
import type { TableMoney } from './table-money.ts'

/** `test`: a program is being written or tested; what needs days of traffic to be known is not said. */
export type AdviceProfile = 'test' | 'prod'

export interface Look {
  /** Of one region. */
  readonly engine: MeteredEngine
  readonly profile: AdviceProfile
  readonly nowMs: number
  /** What a table costs. Left out: nobody knows prices, and nothing is said of money. */
  readonly moneyOf?: ((table: Table) => Promise<TableMoney | undefined>) | undefined
  /** What capacity a table and its global indexes have and use. Left out: nobody knows, and nothing is said of it. */
  readonly capacityOf?: ((table: Table) => Promise<readonly LineCapacity[]>) | undefined
}

/** What a rule knows besides the calls that it is told of. One for all rules of an advisor: what they gather together goes by it (heard-traffic.ts). */
export interface Hearing {
  /** Whether a call that ended since then (by the clock that nobody moves) was not heard: then nothing can be said to be missing. */
  wasDeafSince(sinceMs: number): boolean
  /** By the same clock. */
  nowMs(): number
  /** As they were before the call that is heard. */
  readonly items: RecentItems
}

export interface Rule {
  readonly id: string
  /** What it looks for, in one sentence, for docs/advice.md. */
  readonly about: string
  readonly document: DocumentCode
  /** It says nothing in the profile `test`. */
  readonly isForProduction?: true
  /** Ids of rules whose finding about the same table (and key or index, if both have one) is the cause of this one's. */
  readonly causes?: readonly string[]
  /** Opened when needed: what a rule remembers, for each advisor its own. */
  open(hearing: Hearing): OpenRule
}

export interface OpenRule {
  /** Told of every call that is heard, in the order of their answers. Must be cheap. A rule that throws is told of no more. */
  hear?(call: HeardCall): void
  /** What there is to say now. May take its time: it is asked for, not on the path of a request. */
  find(look: Look): readonly Draft[] | Promise<readonly Draft[]>
  /** All was forgotten: traffic begins anew. */
  forget?(): void
}
