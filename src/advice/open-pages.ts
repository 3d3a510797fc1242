/** Pages of Query and Scan that were not the last one: whether anybody went on behind them. */

import { digest64 } from '../base/digest.ts'
import type { AccessPattern } from '../metering/traffic/access-pattern.ts'
import { type MeetingCall, tableAsked } from './cases.ts'
import type { HeardCall } from './heard-call.ts'
import { openPagesMax, pageFollowedMs } from './limits.ts'
import type { Hearing } from './rule.ts'
import { WaitingList } from './waiting.ts'

/** Of the answer that told where to go on. */
export interface Page extends MeetingCall {
  readonly table: { readonly tableId: number; readonly tableName: string }
  readonly index: string | undefined
  readonly pattern: AccessPattern | undefined
  readonly limit: number | undefined
}

interface Asked {
  readonly ExclusiveStartKey?: unknown
  readonly Limit?: number
}

interface Answered {
  readonly LastEvaluatedKey?: unknown
}

export interface PageListener {
  /** Whether it matters what becomes of the page that the call was answered with. */
  wants(call: HeardCall, page: Page): boolean
  followed(page: Page): void
  /** Nobody went on within five minutes. */
  abandoned(page: Page): void
}

export class OpenPages {
  readonly #listener: PageListener
  readonly #waiting: WaitingList<Page>

  constructor(hearing: Hearing, listener: PageListener) {
    this.#listener = listener
    this.#waiting = new WaitingList({
      max: openPagesMax,
      forMs: pageFollowedMs,
      givenUp: (page, sinceMs) => {
        if (!hearing.wasDeafSince(sinceMs)) listener.abandoned(page)
      },
    })
  }

  hear(call: HeardCall): void {
    if (call.operation !== 'Query' && call.operation !== 'Scan') return
    this.expire(call.endedMs)
    const { ExclusiveStartKey: start, Limit: limit } = call.input as Asked
    if (start !== undefined) {
      const page = this.#waiting.take(idOf(call, start))
      if (page !== undefined) this.#listener.followed(page)
    }
    const last = (call.output as Answered | undefined)?.LastEvaluatedKey
    const table = tableAsked(call)
    if (last === undefined || table === undefined || call.isAnswerLost) return
    const { region, atMs, usage } = call
    // Whoever goes on may be anybody.
    const page: Page = { region, atMs, lane: { confidence: 'high' }, table, index: usage.index?.name, pattern: usage.pattern, limit }
    if (this.#listener.wants(call, page)) this.#waiting.add(idOf(call, last), page, call.endedMs)
  }

  expire(nowMs: number): void {
    this.#waiting.expire(nowMs)
  }

  forget(): void {
    this.#waiting.clear()
  }
}

/** Keys go out as they are stored, and come back as they went out, be it in another order. */
function idOf({ usage }: HeardCall, key: unknown): string {
  const sorted = Object.entries(key as object).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return digest64(JSON.stringify([usage.table?.tableId, usage.index?.indexId, sorted]))
}
