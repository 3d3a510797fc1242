/**
 * The advisor: it hears calls, has its rules draw their conclusions when somebody asks, and tells of each cause once.
 *
 *   answered request ──► hear ──► lanes, touched items ──► rules      (a bounded number of calls a second, nothing kept but by rules)
 *   somebody asks ──► rules find drafts ──► causes before effects ──► muted ones marked ──► findings
 */
import { digest64 } from '../base/digest.ts'
import type { Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { documentation } from './documentation.ts'
import type { Draft, Finding, Severity } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import { Lanes } from './lanes.ts'
import { callsHeardPerSecond, findingsMax, findingsOfRuleMax } from './limits.ts'
import type { AdviceProfile, Hearing, OpenRule, Rule } from './rule.ts'
import type { LineCapacity } from './table-capacity.ts'
import type { TableMoney } from './table-money.ts'

/** A call before it is known whose it is. */
export type AnsweredCall = Omit<HeardCall, 'number' | 'lane'>

export interface AskedAdvice {
  /** Of each region, or of the one that is asked about. */
  readonly engines: readonly MeteredEngine[]
  readonly profile: AdviceProfile
  /** Fingerprints of what nobody wants to be told, with the reason. */
  readonly muted: ReadonlyMap<string, string>
  /** What a table of one of the engines costs; left out where nobody knows prices. */
  readonly moneyOf?: (engine: MeteredEngine, table: Table) => Promise<TableMoney | undefined>
  /** The same of capacity and its scaling. */
  readonly capacityOf?: (engine: MeteredEngine, table: Table) => Promise<readonly LineCapacity[]>
}

interface Opened {
  readonly rule: Rule
  readonly state: OpenRule
}

const severities: readonly Severity[] = ['error', 'warning', 'info']

export class Advisor {
  readonly #rules: readonly Opened[]
  readonly #lanes = new Lanes()
  #calls = 0
  #second = 0
  #heardInSecond = 0
  /** When a call was last not heard. */
  #deafMs = Number.NEGATIVE_INFINITY

  constructor(rules: readonly Rule[]) {
    const hearing: Hearing = { wasDeafSince: (sinceMs) => this.#deafMs >= sinceMs }
    this.#rules = rules.map((rule) => ({ rule, state: rule.open(hearing) }))
  }

  /** Whether a call that ends now would be heard. To be asked before one is made, which costs more than hearing it. */
  listens(stopwatchMs: number): boolean {
    const second = Math.floor(stopwatchMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#heardInSecond = 0
    }
    if (this.#heardInSecond < callsHeardPerSecond) return true
    this.#deafMs = stopwatchMs
    return false
  }

  hear(answered: AnsweredCall): void {
    this.#heardInSecond += 1
    this.#calls += 1
    const call: HeardCall = { ...answered, number: this.#calls, lane: this.#lanes.laneOf(answered.sender, answered) }
    for (const { state } of this.#rules) state.hear?.(call)
  }

  /** The gravest first. */
  async findings({ engines, profile, muted, moneyOf, capacityOf }: AskedAdvice): Promise<readonly Finding[]> {
    const found: Finding[] = []
    for (const { rule, state } of this.#rules) {
      if (rule.isForProduction === true && profile === 'test') continue
      for (const engine of engines) {
        const drafts = await state.find({
          engine,
          profile,
          nowMs: engine.clock.now(),
          moneyOf: moneyOf && ((table) => moneyOf(engine, table)),
          capacityOf: capacityOf && ((table) => capacityOf(engine, table)),
        })
        found.push(...strongest(drafts).map((draft) => findingOf(rule, draft, muted)))
      }
    }
    return this.#caused(found).toSorted(byGravity).slice(0, findingsMax)
  }

  /** Begins anew. */
  forget(): void {
    this.#lanes.forget()
    for (const { state } of this.#rules) state.forget?.()
  }

  #caused(found: readonly Finding[]): readonly Finding[] {
    const causes = new Map(this.#rules.map(({ rule }) => [rule.id, rule.causes ?? []]))
    return found.map((finding) => {
      const cause = found.find((other) => causes.get(finding.id)?.includes(other.id) === true && isAboutTheSame(other, finding))
      return cause === undefined ? finding : { ...finding, suppressedBy: cause.id }
    })
  }
}

function findingOf(rule: Rule, draft: Draft, muted: ReadonlyMap<string, string>): Finding {
  const fingerprint = fingerprintOf(rule.id, draft)
  const reason = muted.get(fingerprint)
  return {
    id: rule.id,
    fingerprint,
    confidence: 'high',
    docs: documentation[rule.document],
    ...draft,
    ...(reason !== undefined && { muted: reason }),
  }
}

function fingerprintOf(id: string, { region, table, index = '', key = '', patterns = [] }: Draft): string {
  return digest64(JSON.stringify([id, region, table, index, key === '' ? patterns : key]))
}

/** Of one rule about one table, the gravest. */
function strongest(drafts: readonly Draft[]): readonly Draft[] {
  const byTable = Map.groupBy(drafts.toSorted(byGravity), ({ table }) => table)
  return [...byTable.values()].flatMap((ofTable) => ofTable.slice(0, findingsOfRuleMax))
}

function byGravity(a: Draft, b: Draft): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity) || (b.saving?.usdPerMonth ?? 0) - (a.saving?.usdPerMonth ?? 0)
}

function isAboutTheSame(a: Draft, b: Draft): boolean {
  if (a.region !== b.region || a.table !== b.table) return false
  if (a.index !== undefined && b.index !== undefined && a.index !== b.index) return false
  return a.key === undefined || b.key === undefined || a.key === b.key
}
