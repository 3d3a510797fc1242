/**
 * All alarms and their history, in memory as they are on disk. There are few of either: both have a limit for each region, and the
 * history forgets its oldest item for each new one.
 */

import { assert } from '../../../base/assert.ts'
import { minuteMs } from '../../../base/clock.ts'
import { keyAfter } from '../../../engine/keyspace/keys.ts'
import type { Store, StoredValue, WriteTurn } from '../../../storage/store.ts'
import { alarmHistoryItemsMax, alarmsBudget } from '../contract/limits.ts'
import type { Alarm, AlarmHistoryItem } from './alarm.ts'
import { alarmHistoryKey, alarmKey, alarmKeyParts, allAlarmsRange } from './alarm-keys.ts'

/** What becomes of one alarm; undefined: it goes. */
export interface AlarmChange {
  readonly alarm: Alarm | undefined
  readonly history: readonly AlarmHistoryItem[]
}

interface RegionAlarms {
  readonly alarms: Map<string, Alarm>
  /** Ascending. */
  history: NumberedItem[]
  nextNumber: number
}

interface NumberedItem {
  readonly number: number
  readonly item: AlarmHistoryItem
}

export class Alarms {
  readonly #regions = new Map<string, RegionAlarms>()
  #evaluatedMinute: number | undefined

  /** Reads all of them: once, when the engine opens. */
  async load(store: Store): Promise<void> {
    using snapshot = store.snapshot()
    let rest = allAlarmsRange()
    for (;;) {
      const { entries, exhausted } = await snapshot.scan(rest, alarmsBudget)
      for (const { key, value } of entries) {
        const { region, historyNumber } = alarmKeyParts(key)
        const known = this.#region(region)
        if (historyNumber === undefined) {
          const alarm = decoded<Alarm>(value)
          known.alarms.set(alarm.definition.AlarmName, alarm)
        } else {
          known.history.push({ number: historyNumber, item: decoded<AlarmHistoryItem>(value) })
          known.nextNumber = historyNumber + 1
        }
      }
      const last = entries.at(-1)
      if (exhausted || last === undefined) return
      rest = { ...rest, start: keyAfter(last.key) }
    }
  }

  /** Those regions that have alarms, under the names that the catalog gives them. */
  regions(): readonly string[] {
    return [...this.#regions].filter(([, { alarms }]) => alarms.size > 0).map(([region]) => region)
  }

  find(region: string, name: string): Alarm | undefined {
    return this.#regions.get(region)?.alarms.get(name)
  }

  /** In the order of their names. */
  of(region: string): readonly Alarm[] {
    const alarms = [...(this.#regions.get(region)?.alarms.values() ?? [])]
    return alarms.sort((a, b) => (a.definition.AlarmName < b.definition.AlarmName ? -1 : 1))
  }

  count(region: string): number {
    return this.#regions.get(region)?.alarms.size ?? 0
  }

  /** Of all alarms of the region, also of those that are gone; oldest first. */
  historyOf(region: string): readonly AlarmHistoryItem[] {
    return this.#regions.get(region)?.history.map(({ item }) => item) ?? []
  }

  /** Whether all alarms, if there are any, are to be judged in this minute of the clock. One that was set back begins a minute, too. */
  isEvaluationDue(nowMs: number): boolean {
    return minuteOf(nowMs) !== this.#evaluatedMinute && this.regions().length > 0
  }

  /** All were judged by this time: not again in the same minute. */
  evaluated(nowMs: number): void {
    this.#evaluatedMinute = minuteOf(nowMs)
  }

  /**
   * `decide` sees what every earlier change decided. It returns undefined to leave the alarm as it is. `name` has no NUL in it and
   * is not empty.
   */
  async change(store: Store, region: string, name: string, decide: (alarm: Alarm | undefined) => AlarmChange | undefined): Promise<void> {
    const key = alarmKey(region, name)
    const known = this.#region(region)
    const decided = await store.write([key], (turn) => {
      const stored = turn.get(key)
      const change = decide(stored === undefined ? undefined : decoded<Alarm>(stored))
      if (change === undefined) return undefined
      if (change.alarm === undefined) turn.delete(key)
      else turn.put(key, JSON.stringify(change.alarm))
      return { alarm: change.alarm, ...putHistory(turn, region, known, change.history) }
    })
    if (decided === undefined) return
    if (decided.alarm === undefined) known.alarms.delete(name)
    else known.alarms.set(name, decided.alarm)
    known.history = [...known.history.filter(({ number }) => number >= decided.oldest), ...decided.added]
  }

  #region(region: string): RegionAlarms {
    let known = this.#regions.get(region)
    if (known === undefined) {
      known = { alarms: new Map(), history: [], nextNumber: 0 }
      this.#regions.set(region, known)
    }
    return known
  }
}

function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / minuteMs)
}

/** Adds to the history what happened, and takes from it what is too much then. `oldest`: the first number that stays. */
function putHistory(
  turn: WriteTurn,
  region: string,
  known: RegionAlarms,
  items: readonly AlarmHistoryItem[],
): { readonly added: readonly NumberedItem[]; readonly oldest: number } {
  const added = items.map((item) => ({ number: known.nextNumber++, item }))
  for (const { number, item } of added) turn.put(alarmHistoryKey(region, number), JSON.stringify(item))
  // Counted by what there is, not by numbers: those of a commit that failed are missing.
  const surplus = known.history.slice(0, Math.max(0, known.history.length + added.length - alarmHistoryItemsMax))
  for (const { number } of surplus) turn.delete(alarmHistoryKey(region, number))
  return { added, oldest: (surplus.at(-1)?.number ?? -1) + 1 }
}

function decoded<T>(value: StoredValue): T {
  assert(typeof value === 'string', 'alarms are stored as text')
  return JSON.parse(value) as T
}
