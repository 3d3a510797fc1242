/**
 * What a rule has met, summed up by subject (a table, an index, a pattern of requests) over an hour that slides by ten minutes. Only
 * sums, a few keys and two times are kept of each.
 */

import { minuteMs } from '../base/clock.ts'
import type { AccessPattern, PatternName } from '../metering/traffic/access-pattern.ts'
import { patternText } from '../metering/traffic/describe-pattern.ts'
import type { Confidence, Draft } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import { caseKeysMax, caseSlots, casesMax, windowMinutes } from './limits.ts'
import { Recent } from './recent.ts'
import type { Look } from './rule.ts'

export interface Counts {
  readonly [name: string]: number
}

export interface Met {
  readonly table: { readonly tableId: number; readonly tableName: string }
  readonly index?: string | undefined
  /** Of the requests that it is about. */
  readonly pattern?: AccessPattern | undefined
  /** Tells subjects of one table and pattern apart. */
  readonly part?: string
  readonly counts: Counts
  /** An item that it is about, as text. */
  readonly key?: string
  /** Names of attributes that it is about. */
  readonly attributes?: readonly string[]
}

/** What is kept of the call that it was met in. */
export interface MeetingCall {
  readonly region: string
  /** By the server's clock. */
  readonly atMs: number
  /** How sure it is that what was met was not two programs. */
  readonly lane: { readonly confidence: Confidence }
}

/** A subject as it is now. */
export interface Case {
  readonly region: string
  readonly table: string
  readonly tableId: number
  readonly index: string | undefined
  readonly part: string
  readonly pattern: PatternName | undefined
  readonly patternText: string | undefined
  readonly confidence: Confidence
  /** By the server's clock. */
  readonly fromMs: number
  readonly toMs: number
  /** Zero for what was never counted. */
  count(name: string): number
  /** The first ones. */
  readonly keys: readonly string[]
  readonly attributes: readonly string[]
}

interface Slot {
  readonly number: number
  readonly counts: { [name: string]: number }
  readonly keys: Set<string>
  readonly fromMs: number
  toMs: number
}

interface Subject {
  readonly region: string
  readonly table: string
  readonly tableId: number
  readonly index: string | undefined
  readonly part: string
  readonly pattern: PatternName | undefined
  readonly slots: Slot[]
  readonly attributes: Set<string>
  confidence: Confidence
}

const slotMs = (windowMinutes * minuteMs) / caseSlots
const confidences: readonly Confidence[] = ['low', 'medium', 'high']

/** A bounded number of subjects, those met last. */
export class Cases {
  readonly #nowMs: () => number
  readonly #subjects = new Recent<string, Subject>(casesMax)

  /** `nowMs`: by the clock that nobody moves (Hearing). */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  add(call: MeetingCall, met: Met): void {
    const { table, index, pattern, part = '', counts, key, attributes = [] } = met
    const id = `${call.region} ${table.tableId} ${index ?? ''} ${pattern?.id ?? ''} ${part}`
    let subject = this.#subjects.get(id)
    if (subject === undefined) {
      const { region } = call
      const of = { region, table: table.tableName, tableId: table.tableId, index, part, pattern: pattern?.name }
      subject = { ...of, slots: [], attributes: new Set(), confidence: 'high' }
      this.#subjects.set(id, subject)
    }
    const slot = this.#slotOf(subject, call.atMs)
    for (const [name, amount] of Object.entries(counts)) slot.counts[name] = (slot.counts[name] ?? 0) + amount
    if (key !== undefined && slot.keys.size < caseKeysMax) slot.keys.add(key)
    for (const name of attributes) if (subject.attributes.size < caseKeysMax) subject.attributes.add(name)
    slot.toMs = call.atMs
    if (confidences.indexOf(call.lane.confidence) < confidences.indexOf(subject.confidence)) subject.confidence = call.lane.confidence
  }

  /** What was met in the last hour in a region, of tables that are still there. */
  found({ engine }: Look): readonly Case[] {
    const first = this.#slotNumber() - caseSlots + 1
    return [...this.#subjects.values()].flatMap((subject) => {
      if (subject.region !== engine.region || engine.catalog.find(subject.table)?.tableId !== subject.tableId) return []
      const slots = subject.slots.filter(({ number }) => number >= first)
      const [oldest] = slots
      return oldest === undefined ? [] : [caseOf(subject, slots, oldest)]
    })
  }

  clear(): void {
    this.#subjects.clear()
  }

  get size(): number {
    return this.#subjects.size
  }

  #slotNumber(): number {
    return Math.floor(this.#nowMs() / slotMs)
  }

  #slotOf({ slots }: Subject, atMs: number): Slot {
    const number = this.#slotNumber()
    const last = slots.at(-1)
    if (last?.number === number) return last
    const slot = { number, counts: {}, keys: new Set<string>(), fromMs: atMs, toMs: atMs }
    slots.push(slot)
    if (slots.length > caseSlots) slots.shift()
    return slot
  }
}

function caseOf(subject: Subject, slots: readonly Slot[], { fromMs }: Slot): Case {
  const { pattern, attributes, slots: _, ...rest } = subject
  return {
    ...rest,
    pattern,
    patternText: pattern && patternText(pattern),
    fromMs,
    toMs: slots.at(-1)?.toMs ?? fromMs,
    count: (name) => slots.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0),
    keys: [...new Set(slots.flatMap(({ keys }) => [...keys]))],
    attributes: [...attributes],
  }
}

/** The table that a call is about, or the first one. */
export function tableAsked({ usage: { table } }: HeardCall): Met['table'] | undefined {
  return table && { tableId: table.tableId, tableName: table.name }
}

type Named = Pick<Draft, 'region' | 'table' | 'index' | 'patterns' | 'confidence' | 'fromMs' | 'toMs'>

/** The part of a draft that says what it is about. */
export function aboutCase({ region, table, index, patternText: text, confidence, fromMs, toMs }: Case): Named {
  return {
    region,
    table,
    ...(index !== undefined && { index }),
    ...(text !== undefined && { patterns: [text] }),
    confidence,
    fromMs,
    toMs,
  }
}
