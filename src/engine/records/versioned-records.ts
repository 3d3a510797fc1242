/**
 * Records that seldom change and that nearly every request needs: kept in memory, and true as of a version that stands in the store
 * (docs/decisions/0012-one-truth.md). Every turn that changes one of them raises the version; everybody whose decision rests on them names the
 * version he knows as a guard, and looks again when it is another. So memory is a cache that may be behind and never wrong.
 *
 * | key                | value                                                                                       |
 * | ------------------ | ------------------------------------------------------------------------------------------- |
 * | `versionKey(id)`   | the version, decimal text                                                                   |
 * | `recentKey(id)`    | JSON: `[version, [key in keyText …] \| null] …`, the last ones, ascending; null: too many to say |
 */

import { compareBytes } from '../../base/bytes.ts'
import {
  type Guard,
  GuardChanged,
  isSameValue,
  type KeyBytes,
  type KeyRange,
  type Store,
  StoreDamaged,
  type StoredValue,
  type View,
  type WriteTurn,
} from '../../storage/store.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import { recentKey, versionKey } from '../keyspace/keys.ts'
import { recentKeysMax, recordsLoadBudget } from '../limits.ts'
import { readSound } from './read-range.ts'
import { wholeView } from './whole-view.ts'

/** Undefined: it is gone. */
export interface RecordChange {
  readonly key: KeyBytes
  readonly value: StoredValue | undefined
}

/** What is in memory of the records. */
export interface RecordCache {
  /** Where the records lie. */
  readonly ranges: readonly KeyRange[]
  /** These records are so now, all at once. */
  apply(changes: readonly RecordChange[]): void
  /** Only these records are there now. */
  replace(all: readonly RecordChange[]): void
  /**
   * Told before `replace` of all records that are there and damaged. Whoever asks for one of them is to be told, and nobody else.
   * Without it they are as if they were not there.
   */
  damaged?(errors: readonly StoreDamaged[]): void
}

/** A turn that may change records; what else it does goes into `turn`. */
export interface RecordTurn {
  readonly turn: WriteTurn
  put(key: KeyBytes, value: StoredValue): void
  delete(key: KeyBytes): void
}

export class VersionedRecords {
  readonly #versionKey: KeyBytes
  readonly #recentKey: KeyBytes
  readonly #cache: RecordCache
  #version = 0
  #guards: readonly [Guard]
  #looking: Promise<boolean> | undefined
  #lookingAgain: Promise<boolean> | undefined

  /** `id`: which records these are, of `versionedRecordsIds`. */
  constructor(id: number, cache: RecordCache) {
    this.#versionKey = versionKey(id)
    this.#recentKey = recentKey(id)
    this.#cache = cache
    this.#guards = [{ key: this.#versionKey, value: undefined }]
  }

  /** Another number whenever some record is another. */
  get version(): number {
    return this.#version
  }

  /** For reads and writes that rest on what the cache says now. */
  get guards(): readonly [Guard] {
    return this.#guards
  }

  /** The keys that a turn has to read which asks `isCurrentIn`. */
  get reads(): readonly KeyBytes[] {
    return [this.#versionKey]
  }

  /** Whether the cache says what this turn sees: for a turn of other records that rests on these, and that nobody repeats for them. */
  isCurrentIn(turn: Pick<WriteTurn, 'get'>): boolean {
    return isSameValue(turn.get(this.#versionKey), this.#guards[0].value)
  }

  /** Reads every record. */
  async load(store: Store): Promise<void> {
    try {
      await wholeView(store, (view) => this.#loadFrom(view))
    } catch (error) {
      if (!(error instanceof StoreDamaged) || !this.#ownKeys.some((key) => compareBytes(key, error.key) === 0)) throw error
      await this.#beginAnew(store)
      await this.load(store)
    }
  }

  get #ownKeys(): readonly KeyBytes[] {
    return [this.#versionKey, this.#recentKey]
  }

  /** A version that is damaged can be any: a store that finds damage is that of one process, so that nobody else knows it. */
  #beginAnew(store: Store): Promise<void> {
    return store.write([], (turn) => {
      turn.put(this.#versionKey, String(this.#version + 1))
      turn.put(this.#recentKey, '[]')
    })
  }

  /** Looks at what has changed since. Resolves with whether anything had; then the cache is as the store was at a moment after the call. */
  catchUp(store: Store): Promise<boolean> {
    const underWay = this.#looking
    if (underWay === undefined) return this.#startLooking(store)
    // It may have looked before the call: whoever comes meanwhile shares the one after it.
    this.#lookingAgain ??= underWay
      .catch(() => false)
      .then(async (hadMoved) => {
        this.#lookingAgain = undefined
        return (await (this.#looking ?? this.#startLooking(store))) || hadMoved
      })
    return this.#lookingAgain
  }

  /**
   * Calls `decide` in a turn of the store, when the cache says what the turn sees. Resolves with what `decide` returned, when that is
   * durable and the cache shows it. `readsOf` is asked again whenever the turn has to be decided again. The store must not be one
   * that waits for these records to catch up.
   */
  async change<T>(store: Store, readsOf: () => readonly KeyBytes[], decide: (turn: RecordTurn) => T): Promise<T> {
    for (;;) {
      try {
        return await store.write([this.#recentKey, ...readsOf()], (turn) => this.#decide(turn, decide), this.#guards)
      } catch (error) {
        if (!(error instanceof GuardChanged)) throw error
        await this.catchUp(store)
      }
    }
  }

  #decide<T>(turn: WriteTurn, decide: (turn: RecordTurn) => T): T {
    const changes: RecordChange[] = []
    const result = decide({
      turn,
      put: (key, value) => changes.push({ key, value }),
      delete: (key) => changes.push({ key, value: undefined }),
    })
    if (changes.length === 0) return result
    const version = this.#version + 1
    for (const { key, value } of changes) {
      if (value === undefined) turn.delete(key)
      else turn.put(key, value)
    }
    turn.put(this.#versionKey, String(version))
    turn.put(this.#recentKey, withRecent(turn.get(this.#recentKey), version, changes))
    turn.follow({ durable: () => this.#apply(version, changes) })
    return result
  }

  #apply(version: number, changes: readonly RecordChange[]): void {
    if (this.#version >= version) return
    this.#moveTo(version)
    this.#cache.apply(changes)
  }

  #moveTo(version: number): void {
    this.#version = version
    this.#guards = [{ key: this.#versionKey, value: String(version) }]
  }

  #startLooking(store: Store): Promise<boolean> {
    this.#looking = this.#look(store).finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(store: Store): Promise<boolean> {
    const before = this.#version
    for (;;) {
      const known = this.#version
      const [found, recent] = await store.get([this.#versionKey, this.#recentKey])
      const version = Number(found ?? 0)
      // The store has lost what it had acknowledged, as a standby does that was behind: it is the truth all the same.
      if (version < known) {
        await wholeView(store, (view) => this.#loadFrom(view, { isOlder: true }))
        return true
      }
      // An answer may come later than what it does not know of yet.
      if (version <= this.#version) return this.#version !== before
      const keys = keysSince(recent, this.#version)
      if (keys === undefined) {
        await this.load(store)
        return true
      }
      const [still, ...values] = await store.get([this.#versionKey, ...keys])
      if (still === found)
        this.#apply(
          version,
          keys.map((key, at) => ({ key, value: values[at] })),
        )
    }
  }

  /** `isOlder`: the store is known to be behind the cache. */
  async #loadFrom(view: View, { isOlder }: { readonly isOlder: boolean } = { isOlder: false }): Promise<void> {
    const before = this.#version
    const [found] = await view.get(this.#ownKeys)
    const records: RecordChange[] = []
    const damaged: StoreDamaged[] = []
    const reading = { budget: recordsLoadBudget, onDamaged: (error: StoreDamaged) => damaged.push(error) }
    for (const range of this.#cache.ranges) {
      for await (const entries of readSound(view, range, reading)) records.push(...entries)
    }
    // What was changed here since the view began must not be forgotten again.
    if (isOlder ? this.#version !== before : Number(found ?? 0) < this.#version) return
    this.#moveTo(Number(found ?? 0))
    if (found === undefined) this.#guards = [{ key: this.#versionKey, value: undefined }]
    this.#cache.damaged?.(damaged)
    this.#cache.replace(records)
  }
}

type Recent = readonly (readonly [version: number, keys: readonly string[] | null])[]

function withRecent(stored: StoredValue | undefined, version: number, changes: readonly RecordChange[]): string {
  const keys = changes.length > recentKeysMax ? null : changes.map(({ key }) => keyText(key))
  const known: Recent = keys === null ? [] : parsed(stored)
  let count = keys?.length ?? 0
  let from = known.length
  while (from > 0) {
    count += known[from - 1]?.[1]?.length ?? recentKeysMax
    if (count > recentKeysMax) break
    from -= 1
  }
  return JSON.stringify([...known.slice(from), [version, keys]])
}

/** The keys that were changed after this version; undefined when that is not known any more. */
function keysSince(stored: StoredValue | undefined, version: number): readonly KeyBytes[] | undefined {
  const later = parsed(stored).filter(([number]) => number > version)
  if (later[0]?.[0] !== version + 1) return undefined
  const texts = new Set<string>()
  for (const [, keys] of later) {
    if (keys === null) return undefined
    for (const key of keys) texts.add(key)
  }
  return [...texts].map(keyOfText)
}

function parsed(stored: StoredValue | undefined): Recent {
  return stored === undefined ? [] : (JSON.parse(String(stored)) as Recent)
}
