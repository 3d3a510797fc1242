/** Strongly consistent reads that see nothing an eventually consistent read would not: half of their units buy nothing. */
import { minuteMs } from '../../base/clock.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { type HeardTraffic, heardTraffic, type PatternUse } from '../heard-traffic.ts'
import { consistentRead, windowMinutes } from '../limits.ts'
import { inText, percentText, savingOf, severityBySaving } from '../money.ts'
import type { Hearing, Look, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'
import { WindowedTallies } from '../windowed-tallies.ts'

interface RecentItem {
  writtenMs: number
  /** By which pattern it was last read consistently. */
  readBy: number
  readMs: number
}

type Counter = 'items' | 'fresh' | 'needed'

export const consistentReadUnneededRule: Rule = {
  id: 'consistent-read-unneeded',
  about:
    'At least 95 % of the requests of a pattern ask for strong consistency, for 1,000 units, and 99 % of what they read was older than a second and was not written after.',
  document: 'C4',
  causes: ['hot-read-key'],
  open: (hearing) => new ConsistentReads(hearing),
}

class ConsistentReads {
  readonly #hearing: Hearing
  readonly #heard: HeardTraffic
  readonly #items = new Map<string, RecentItem>()
  readonly #tallies = new WindowedTallies<number, Counter>({
    counters: ['items', 'fresh', 'needed'],
    slicesMax: windowMinutes,
    thingsMax: consistentRead.patternsMax,
    sliceMs: minuteMs,
  })
  #lastMs = 0

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#heard = heardTraffic(hearing)
  }

  hear(call: HeardCall): void {
    this.#heard.hear(call)
    this.#lastMs = call.endedMs
    for (const item of call.touched.writes()) this.#noteWrite(item, call)
    const { pattern } = call.usage
    if (pattern === undefined || call.error !== undefined) return
    const { ConsistentRead: isConsistent } = call.input as { readonly ConsistentRead?: unknown }
    if (isConsistent !== true) return
    for (const item of call.touched.reads()) this.#noteRead(item, call, pattern.id)
  }

  async find(look: Look): Promise<readonly Draft[]> {
    // Somebody may have written what was read, and was not heard.
    if (this.#hearing.wasDeafSince(this.#lastMs - windowMinutes * minuteMs)) return []
    const drafts: Draft[] = []
    for (const use of this.#heard.uses(look.engine, look.nowMs)) {
      const draft = await this.#draftOf(look, use)
      if (draft !== undefined) drafts.push(draft)
    }
    return drafts
  }

  forget(): void {
    this.#heard.forget()
    this.#items.clear()
    this.#tallies.forget()
  }

  async #draftOf(look: Look, { pattern, text, requests, consistent, readUnits }: PatternUse): Promise<Draft | undefined> {
    const { engine, nowMs } = look
    const { from, to } = this.#tallies.window(nowMs)
    const tally = this.#tallies.find(pattern.id)
    if (tally === undefined || readUnits < consistentRead.unitsMin || consistent < consistentRead.shareMin * requests) return undefined
    const items = tally.sum('items', from, to)
    const old = items - Math.min(items, tally.sum('fresh', from, to) + tally.sum('needed', from, to))
    if (items === 0 || old < consistentRead.oldShareMin * items) return undefined
    const table = engine.catalog.find(pattern.name.table)
    const money = table && (await look.moneyOf?.(table))
    const minutes = this.#heard.running.whole()
    const units = this.#heard.uses(engine, nowMs, minutes).find((use) => use.pattern === pattern)?.readUnits ?? 0
    const saving = money && savingOf({ units: units / 2, usdPerUnit: money.usdPerReadUnit, minutes, what: 'read units, half of all,' })
    return {
      severity: severityBySaving(look, saving, money),
      ...{ region: engine.region, table: pattern.name.table, patterns: [text], fromMs: this.#heard.fromMs(nowMs), toMs: nowMs },
      evidence: { requests, readUnits, items, old },
      sentence: `${percentText(old / items)} of what ${inText(consistent)} strongly consistent reads saw was older than a second: half of ${inText(readUnits)} units buys nothing. ${text}.`,
      change: { text: 'Leave ConsistentRead out, unless a decision depends on the last second.', code: 'ConsistentRead: false' },
      ...(saving !== undefined && { saving }),
    }
  }

  #noteWrite({ tableId, keyHash }: TouchedItem, { endedMs, atMs }: HeardCall): void {
    const item = this.#itemOf(`${tableId} ${keyHash}`)
    if (item.readBy !== 0 && endedMs - item.readMs <= consistentRead.changedAfterMs) {
      this.#tallies.note(item.readBy, item.readBy, { needed: 1 }, atMs)
    }
    item.readBy = 0
    item.writtenMs = endedMs
  }

  #noteRead({ tableId, keyHash }: TouchedItem, { beganMs, endedMs, atMs }: HeardCall, patternId: number): void {
    const item = this.#itemOf(`${tableId} ${keyHash}`)
    const isFresh = beganMs - item.writtenMs <= consistentRead.freshMs
    this.#tallies.note(patternId, patternId, { items: 1, fresh: isFresh ? 1 : 0 }, atMs)
    item.readBy = patternId
    item.readMs = endedMs
  }

  #itemOf(id: string): RecentItem {
    const item = this.#items.get(id) ?? { writtenMs: Number.NEGATIVE_INFINITY, readBy: 0, readMs: 0 }
    this.#items.delete(id)
    this.#items.set(id, item)
    if (this.#items.size > consistentRead.itemsMax) {
      const [oldest] = this.#items.keys()
      if (oldest !== undefined) this.#items.delete(oldest)
    }
    return item
  }
}
