/**
 * What happened to alarms, those that are gone included: a log for each region, of whose numbers the last so many stay. What is older
 * is told no more, and is dropped by a job.
 */
import { assert } from '../../../base/assert.ts'
import { nextKeys, readRange } from '../../../engine/records/read-range.ts'
import { wholeView } from '../../../engine/records/whole-view.ts'
import { type KeyBytes, logEntryNumber, logRange, type Store, type StoredValue, type WriteTurn } from '../../../storage/store.ts'
import { alarmHistoryItemsMax, alarmsBudget } from '../contract/limits.ts'
import type { AlarmHistoryItem } from './alarm.ts'
import { alarmHistoryLog } from './alarm-keys.ts'

export class AlarmHistory {
  readonly #store: Store
  /** The regions to whose history somebody may have added since it was trimmed. */
  readonly #grown: Set<string>

  private constructor(store: Store, grown: Set<string>) {
    this.#store = store
    this.#grown = grown
  }

  static open(store: Store): AlarmHistory {
    return new AlarmHistory(store, new Set())
  }

  /** The same history by another way to the store. */
  by(store: Store): AlarmHistory {
    return new AlarmHistory(store, this.#grown)
  }

  append(turn: WriteTurn, region: string, items: readonly AlarmHistoryItem[]): void {
    for (const item of items) turn.append(alarmHistoryLog(region), JSON.stringify(item))
  }

  /** Something has become of an alarm of this region, whoever changed it. */
  grew(region: string): void {
    this.#grown.add(region)
  }

  /** Oldest first. */
  of(region: string): Promise<readonly AlarmHistoryItem[]> {
    return wholeView(this.#store, async (view) => {
      const newestFirst: AlarmHistoryItem[] = []
      let oldestNumber = 0
      for await (const entries of readRange(view, { ...logRange(alarmHistoryLog(region)), reverse: true }, alarmsBudget)) {
        for (const { key, value } of entries) {
          const number = logEntryNumber(key)
          if (newestFirst.length === 0) oldestNumber = number - alarmHistoryItemsMax + 1
          if (number < oldestNumber) return newestFirst.reverse()
          newestFirst.push(decodeItem(value))
        }
      }
      return newestFirst.reverse()
    })
  }

  /** Drops one bounded piece of what is too old, in one region. Resolves with whether more may be left. */
  async trim(): Promise<boolean> {
    const [region] = this.#grown
    if (region === undefined) return false
    // First of all: whoever adds something from here on has it looked at again.
    this.#grown.delete(region)
    let isMore = true
    try {
      isMore = await this.#trim(region)
    } finally {
      if (isMore) this.#grown.add(region)
    }
    return this.#grown.size > 0
  }

  async #trim(region: string): Promise<boolean> {
    const { keys, isMore } = await this.#surplus(region)
    if (keys.length > 0) {
      await this.#store.write([], (turn) => {
        for (const key of keys) turn.delete(key)
      })
    }
    return isMore
  }

  #surplus(region: string): Promise<{ readonly keys: readonly KeyBytes[]; readonly isMore: boolean }> {
    const all = logRange(alarmHistoryLog(region))
    return wholeView(this.#store, async (view) => {
      const [newest] = (await view.scan({ ...all, reverse: true }, { entries: 1, bytes: 1 })).entries
      if (newest === undefined) return { keys: [], isMore: false }
      const oldestNumber = logEntryNumber(newest.key) - alarmHistoryItemsMax + 1
      const next = await nextKeys(view, all, alarmsBudget)
      const keys = next.keys.filter((key) => logEntryNumber(key) < oldestNumber)
      return { keys, isMore: keys.length === next.keys.length }
    })
  }
}

function decodeItem(value: StoredValue): AlarmHistoryItem {
  assert(typeof value === 'string', 'the history of alarms is stored as text')
  return JSON.parse(value) as AlarmHistoryItem
}
