/**
 * All alarms, as everything durable says it: a cache of their records, true as of its version (engine/records). Their history is not
 * in memory: it is read from its log. `change` is the one way to change either.
 */
import { assert } from '../../../base/assert.ts'
import { compareBytes } from '../../../base/bytes.ts'
import { versionedRecordsIds } from '../../../engine/keyspace/keys.ts'
import { type RecordCache, type RecordChange, VersionedRecords } from '../../../engine/records/versioned-records.ts'
import type { KeyBytes, KeyRange, Store, StoreDamaged, StoredValue } from '../../../storage/store.ts'
import type { Alarm, AlarmHistoryItem } from './alarm.ts'
import { AlarmHistory } from './alarm-history.ts'
import { alarmKey, alarmKeyParts, allAlarmsRange } from './alarm-keys.ts'

/** What becomes of one alarm; undefined: it goes. */
export interface AlarmChange {
  readonly alarm: Alarm | undefined
  readonly history: readonly AlarmHistoryItem[]
}

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadAlarms(store: Store): Promise<Alarms> {
  const alarms = Alarms.open(store)
  await alarms.load()
  return alarms
}

export class Alarms {
  readonly #store: Store
  readonly #cache: AlarmRecords
  readonly #versioned: VersionedRecords
  readonly #history: AlarmHistory

  private constructor(store: Store, { cache, versioned, history }: Parts) {
    this.#store = store
    this.#cache = cache
    this.#versioned = versioned
    this.#history = history
  }

  static open(store: Store): Alarms {
    const history = AlarmHistory.open(store)
    const cache = new AlarmRecords(history)
    return new Alarms(store, { cache, versioned: new VersionedRecords(versionedRecordsIds.alarms, cache), history })
  }

  /** The same alarms, changed by another way to the store: one that adds something to what is asked of it. */
  by(store: Store): Alarms {
    return new Alarms(store, { cache: this.#cache, versioned: this.#versioned, history: this.#history.by(store) })
  }

  /** Reads all of them: once, before anything else. */
  load(): Promise<void> {
    return this.#versioned.load(this.#store)
  }

  /** Others change alarms, too: when this resolves, memory is as the store was at a moment after the call. */
  async catchUp(): Promise<void> {
    await this.#versioned.catchUp(this.#store)
  }

  /** Those regions that have alarms, under the names that the catalog gives them. */
  regions(): readonly string[] {
    return this.#cache.regions()
  }

  /** Throws StoreDamaged for an alarm that is there and damaged. */
  find(region: string, name: string): Alarm | undefined {
    const found = this.#cache.of(region).get(name)
    if (found === undefined) this.#cache.requireSound(alarmKey(region, name))
    return found
  }

  /** In the order of their names. */
  of(region: string): readonly Alarm[] {
    const alarms = [...this.#cache.of(region).values()]
    return alarms.sort((a, b) => (a.definition.AlarmName < b.definition.AlarmName ? -1 : 1))
  }

  /** Of all alarms of the region, also of those that are gone; oldest first. As the store has it now. */
  historyOf(region: string): Promise<readonly AlarmHistoryItem[]> {
    return this.#history.of(region)
  }

  /** Drops some of the history that is too much, and resolves with whether more of it may be left. */
  trimHistory(): Promise<boolean> {
    return this.#history.trim()
  }

  /**
   * `decide` sees what every earlier change decided, whoever made it, and how many alarms the region has then. It returns undefined to
   * leave the alarm as it is, and may be asked again. `name` has no NUL in it and is not empty.
   */
  change(region: string, name: string, decide: (alarm: Alarm | undefined, count: number) => AlarmChange | undefined): Promise<void> {
    const key = alarmKey(region, name)
    return this.#versioned.change(
      this.#store,
      () => [],
      (records) => {
        const before = this.find(region, name)
        const change = decide(before, this.#cache.of(region).size)
        if (change === undefined) return
        if (change.alarm !== undefined) records.put(key, JSON.stringify(change.alarm))
        else if (before !== undefined) records.delete(key)
        this.#history.append(records.turn, region, change.history)
      },
    )
  }
}

interface Parts {
  readonly cache: AlarmRecords
  readonly versioned: VersionedRecords
  readonly history: AlarmHistory
}

const noAlarms: ReadonlyMap<string, Alarm> = new Map()

class AlarmRecords implements RecordCache {
  readonly ranges: readonly KeyRange[] = [allAlarmsRange()]
  readonly #regions = new Map<string, Map<string, Alarm>>()
  readonly #history: Pick<AlarmHistory, 'grew'>
  #damage: readonly StoreDamaged[] = []

  constructor(history: Pick<AlarmHistory, 'grew'>) {
    this.#history = history
  }

  /** Throws what the record was found to be, if it is damaged. */
  requireSound(key: KeyBytes): void {
    const found = this.#damage.find((error) => compareBytes(error.key, key) === 0)
    if (found !== undefined) throw found
  }

  damaged(errors: readonly StoreDamaged[]): void {
    this.#damage = errors
  }

  regions(): readonly string[] {
    return [...this.#regions.keys()]
  }

  of(region: string): ReadonlyMap<string, Alarm> {
    return this.#regions.get(region) ?? noAlarms
  }

  apply(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      const { region, name } = alarmKeyParts(key)
      this.#history.grew(region)
      // The history lies in the same range.
      if (name === '') continue
      const alarms = this.#regions.get(region) ?? new Map<string, Alarm>()
      if (value === undefined) alarms.delete(name)
      else alarms.set(name, decodeAlarm(value))
      if (alarms.size === 0) this.#regions.delete(region)
      else this.#regions.set(region, alarms)
    }
  }

  replace(all: readonly RecordChange[]): void {
    this.#regions.clear()
    this.apply(all)
  }
}

function decodeAlarm(value: StoredValue): Alarm {
  assert(typeof value === 'string', 'alarms are stored as text')
  return JSON.parse(value) as Alarm
}
