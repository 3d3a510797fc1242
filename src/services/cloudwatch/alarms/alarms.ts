/**
 * All alarms and their history, in memory as they are on disk. There are few of either: both have a limit for each region, and the
 * history forgets its oldest item for each new one.
 */
import { assert } from '../../../base/assert.ts'
import { keyAfter } from '../../../engine/keyspace/keys.ts'
import type { Store, StoredValue, WriteTurn } from '../../../storage/store.ts'
import { deltaOf, TurnCounts } from '../../turn-counts.ts'
import type { Alarm, AlarmHistoryItem } from './alarm.ts'
import { alarmHistoryKey, alarmKey, alarmKeyParts, allAlarmsRange } from './alarm-keys.ts'

/** AWS keeps 30 days. [I] */
const alarmHistoryItemsMax = 1000

const loadBudget = { entries: 1000, bytes: 1 << 20 }

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

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadAlarms(store: Store): Promise<Alarms> {
  const alarms = new Alarms(store)
  await alarms.load()
  return alarms
}

export class Alarms {
  readonly #store: Store
  readonly #regions = new Map<string, RegionAlarms>()
  readonly #counts = new TurnCounts()

  constructor(store: Store) {
    this.#store = store
  }

  /** Reads all of them: once, before anything else. */
  async load(): Promise<void> {
    using snapshot = this.#store.snapshot()
    let rest = allAlarmsRange()
    for (;;) {
      const { entries, exhausted } = await snapshot.scan(rest, loadBudget)
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

  /** Of all alarms of the region, also of those that are gone; oldest first. */
  historyOf(region: string): readonly AlarmHistoryItem[] {
    return this.#regions.get(region)?.history.map(({ item }) => item) ?? []
  }

  /**
   * `decide` sees what every earlier change decided, and how many alarms the region has then. It returns undefined to leave the alarm
   * as it is. `name` has no NUL in it and is not empty.
   */
  change(region: string, name: string, decide: (alarm: Alarm | undefined, count: number) => AlarmChange | undefined): Promise<void> {
    return this.#counts.during(region, async (pending) => {
      const key = alarmKey(region, name)
      const known = this.#region(region)
      const decided = await this.#store.write([key], (turn) => {
        const stored = turn.get(key)
        const before = stored === undefined ? undefined : decoded<Alarm>(stored)
        const change = decide(before, known.alarms.size + this.#counts.besides(pending))
        pending.delta = change === undefined ? 0 : deltaOf(before, change.alarm)
        if (change === undefined) return undefined
        if (change.alarm === undefined) turn.delete(key)
        else turn.put(key, JSON.stringify(change.alarm))
        return { alarm: change.alarm, ...putHistory(turn, region, known, change.history) }
      })
      if (decided === undefined) return
      if (decided.alarm === undefined) known.alarms.delete(name)
      else known.alarms.set(name, decided.alarm)
      known.history = [...known.history.filter(({ number }) => number >= decided.oldest), ...decided.added]
      pending.delta = 0
    })
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
