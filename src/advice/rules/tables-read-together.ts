/** Two tables that are read one after the other by the same key: one item collection would answer both. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { lanesMax, readsOfLaneMax, readTogetherMin, readTogetherMs, readTogetherShareMin, tiedLettersMin } from '../limits.ts'
import { newest, Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const tablesReadTogetherRule: Rule = {
  id: 'tables-read-together',
  about: 'Two tables that are read together, by the same key.',
  document: 'D2',
  open: (hearing) => new ReadTogether(hearing),
}

/** Of a lane. */
interface KeyedRead {
  readonly endedMs: number
  readonly tableId: number
  readonly tableName: string
  readonly key: string
}

class ReadTogether implements OpenRule {
  readonly #cases: Cases
  /** All such reads of each table. */
  readonly #reads: Cases
  readonly #recent = new Recent<string, readonly KeyedRead[]>(lanesMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
    this.#reads = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { operation, usage, lane, beganMs, endedMs } = call
    if ((operation !== 'GetItem' && operation !== 'Query') || usage.index !== undefined) return
    const [item] = call.touched.reads()
    if (item === undefined) return
    const { tableId, tableName } = item
    const key = withoutPrefix(item.partitionKeyText)
    this.#reads.add(call, { table: item, counts: { reads: 1 } })
    const recent = (this.#recent.get(lane.id) ?? []).filter((read) => beganMs - read.endedMs <= readTogetherMs)
    const other = recent.find((read) => read.tableId !== tableId && read.key === key)
    const isSure = lane.confidence !== 'low' || key.length > tiedLettersMin
    if (other !== undefined && isSure) this.#together(call, item, other)
    // Each read is one of two once.
    const left = other === undefined ? [...recent, { endedMs, tableId, tableName, key }] : recent.filter((read) => read !== other)
    this.#recent.set(lane.id, newest(left, readsOfLaneMax))
  }

  find(look: Look): readonly Draft[] {
    const reads = new Map(this.#reads.found(look).map((found) => [found.table, found.count('reads')]))
    return this.#cases
      .found(look)
      .filter((found) => isEnough(found, [reads.get(found.table) ?? 0, reads.get(found.part) ?? 0]))
      .map((found) => draftOf(found, Math.max(reads.get(found.table) ?? 0, reads.get(found.part) ?? 0)))
  }

  forget(): void {
    this.#cases.clear()
    this.#reads.clear()
    this.#recent.clear()
  }

  /** Under the name that comes first, whichever is read first. */
  #together(call: HeardCall, one: Named, other: Named): void {
    const [table, second] = one.tableName < other.tableName ? [one, other] : [other, one]
    this.#cases.add(call, { table, part: second.tableName, counts: { together: 1 } })
  }
}

type Named = Pick<KeyedRead, 'tableId' | 'tableName'>

/** `USER#17` is about the same as `17`. */
function withoutPrefix(text: string): string {
  return text.slice(text.lastIndexOf('#') + 1)
}

function isEnough(found: Case, reads: readonly number[]): boolean {
  const together = found.count('together')
  return together >= readTogetherMin && reads.every((all) => all > 0 && together >= all * readTogetherShareMin)
}

function draftOf(found: Case, most: number): Draft {
  const together = found.count('together')
  const { table, part } = found
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { together, readsOfTheOneReadMost: most },
    sentence: `${table} and ${part} are read together by the same key in ${Math.round((100 * together) / most)} %.`,
    change: {
      text: `Keep both in one table, under one partition key with a sort key for each kind: one Query reads them.`,
      code: `PK = 'USER#17', SK = 'PROFILE'
PK = 'USER#17', SK = 'ORDER#2026-11-29'`,
    },
    wontHelp: 'TransactGetItems costs twice the units, and an index reads one table only.',
  }
}
