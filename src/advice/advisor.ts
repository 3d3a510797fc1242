/**
 * The advisor: it hears calls, has its rules draw their conclusions when somebody asks, and tells of each cause once.
 *
 *   answered request ──► hear ──► lanes, touched items ──► rules      (a bounded number of calls a second, nothing kept but by rules)
 *   somebody asks ──► rules find drafts ──► causes before effects ──► muted ones marked ──► findings
 */
import { type Clock, secondMs, stopwatchMs } from '../base/clock.ts'
import { digest64 } from '../base/digest.ts'
import { type Log, silentLog } from '../base/log.ts'
import type { Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { documentation } from './documentation.ts'
import type { Draft, Finding, Severity } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import { Lanes } from './lanes.ts'
import { callsHeardPerSecond, findingsMax, findingsOfRuleMax, hearingSavedMsMax, hearingShareMax } from './limits.ts'
import { RecentItems } from './recent-items.ts'
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

export interface AdvisorOptions {
  /** By which calls begin and end: one that nobody moves. Default: the machine's stopwatch. */
  readonly stopwatch?: Clock
  /** Told of a rule that failed. Default: nobody. */
  readonly log?: Log
  /** False: no call is heard, as nothing is to be kept of requests; rules go by what is measured anyway. */
  readonly isHearing?: boolean
  /** False: others answer requests about the same tables, too, which are not heard here. */
  readonly isAlone?: boolean
}

interface Opened {
  readonly rule: Rule
  readonly state: OpenRule
  /** It threw, and is left out from then on. */
  hasFailed: boolean
}

const severities: readonly Severity[] = ['error', 'warning', 'info']

export class Advisor {
  readonly stopwatch: Clock
  readonly #log: Log
  readonly #isHearing: boolean
  readonly #rules: readonly Opened[]
  readonly #lanes = new Lanes()
  readonly #items = new RecentItems()
  #calls = 0
  #second = 0
  #heardInSecond = 0
  /** What hearing may take by now, and when that was reckoned. */
  #savedMs = hearingSavedMsMax
  #savedAtMs = Number.NEGATIVE_INFINITY
  /** When a call was last not heard. */
  #deafMs = Number.NEGATIVE_INFINITY

  constructor(rules: readonly Rule[], options: AdvisorOptions = {}) {
    const { stopwatch = { now: stopwatchMs }, log = silentLog, isAlone = true, isHearing = true } = options
    this.stopwatch = stopwatch
    this.#log = log
    this.#isHearing = isHearing
    if (!isAlone || !isHearing) this.#deafMs = Number.POSITIVE_INFINITY
    const hearing: Hearing = {
      wasDeafSince: (sinceMs) => this.#deafMs >= sinceMs,
      nowMs: () => stopwatch.now(),
      items: this.#items,
    }
    this.#rules = rules.map((rule) => ({ rule, state: rule.open(hearing), hasFailed: false }))
  }

  /** Whether a call that ends now would be heard. To be asked before one is made, which costs more than hearing it. */
  listens(nowMs: number): boolean {
    if (!this.#isHearing) return false
    const second = Math.floor(nowMs / secondMs)
    if (second !== this.#second) {
      this.#second = second
      this.#heardInSecond = 0
      this.#savedMs = Math.min(hearingSavedMsMax, this.#savedMs + hearingShareMax * (nowMs - this.#savedAtMs))
      this.#savedAtMs = nowMs
    }
    if (this.#heardInSecond < callsHeardPerSecond && this.#savedMs > 0) return true
    this.#deafMs = Math.max(this.#deafMs, nowMs)
    return false
  }

  /** Never throws. */
  hear(answered: AnsweredCall): void {
    this.#heardInSecond += 1
    this.#calls += 1
    const call: HeardCall = { ...answered, number: this.#calls, lane: this.#lanes.laneOf(answered.sender, answered) }
    for (const opened of this.#rules) {
      if (!opened.hasFailed) this.#unlessItFails(opened, () => opened.state.hear?.(call))
    }
    try {
      call.lane.touches.add(call)
      this.#items.note(call)
    } catch (error) {
      this.#log(`The advisor did not understand a ${call.operation}`, error)
    }
    this.#savedMs -= this.stopwatch.now() - call.endedMs
  }

  /** The gravest first. */
  async findings({ engines, profile, muted, moneyOf, capacityOf }: AskedAdvice): Promise<readonly Finding[]> {
    const found: Finding[] = []
    for (const opened of this.#rules) {
      const { rule, state, hasFailed } = opened
      if (hasFailed || (rule.isForProduction === true && profile === 'test')) continue
      for (const engine of engines) {
        try {
          const drafts = await state.find({
            engine,
            profile,
            nowMs: engine.clock.now(),
            moneyOf: moneyOf && ((table) => moneyOf(engine, table)),
            capacityOf: capacityOf && ((table) => capacityOf(engine, table)),
          })
          found.push(...strongest(drafts).map((draft) => findingOf(rule, draft, muted)))
        } catch (error) {
          this.#leaveOut(opened, error)
        }
      }
    }
    return this.#caused(found).toSorted(byGravity).slice(0, findingsMax)
  }

  /** Begins anew. */
  forget(): void {
    this.#lanes.forget()
    this.#items.forget()
    for (const { state } of this.#rules) state.forget?.()
  }

  #unlessItFails(opened: Opened, run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#leaveOut(opened, error)
    }
  }

  #leaveOut(opened: Opened, error: unknown): void {
    if (!opened.hasFailed) this.#log(`The rule ${opened.rule.id} of the advisor failed and is left out`, error)
    opened.hasFailed = true
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
