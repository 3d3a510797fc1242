/**
 * The turns that share a transaction: decided one after the other, each on what those before it made of the rows that are held. What
 * they come to is written in one go.
 */
import { assert } from '../../base/assert.ts'
import { BufferedTurn, type Change, type TurnSource } from '../local/buffered-turn.ts'
import { callDecide } from '../local/call-decide.ts'
import type { PendingWrite } from '../local/pending-write.ts'
import { type Entry, type Guard, isSameValue, type KeyBytes, type StoredValue } from '../store.ts'
import { CounterChanges } from './counter-changes.ts'
import { type HeadsOfTurn, LogChanges } from './log-changes.ts'
import type { Answer, Call } from './row-query.ts'
import { entryArrays, type KeyText, KeyTexts, storedKeys, valuesIn } from './rows.ts'
import { begin, beginAside, deleteEntries, insertEntries, lockEntries, lockFreeEntries, putEntries, readEntries } from './statements.ts'

/** A write that cannot be decided now. */
export interface HeldWrite {
  readonly write: PendingWrite
  /** What of its reads another process holds, as everybody sees it. */
  readonly held: readonly Entry[]
}

/** What a lane remembers of logs. */
export interface KnownLogs {
  /** Those that may be closed. */
  readonly suspects: ReadonlySet<KeyText>
  /** Whether another process is known to hold the head of any of these. */
  readonly isHeld: (logs: readonly KeyBytes[]) => boolean
}

export class Batch {
  /** Those that are, or were, decided. */
  writes: readonly PendingWrite[]
  /** It waits for no row that another process holds; see `begun`. */
  readonly isAside: boolean
  readonly logs: LogChanges = new LogChanges()
  readonly #texts = new KeyTexts()
  /** The keys whose rows are held. That one is not there is not held, but proved at the end. */
  readonly #named = new Map<KeyText, KeyBytes>()
  readonly #guarded = new Map<KeyText, KeyBytes>()
  #values = new Map<KeyText, StoredValue>()
  readonly #changes = new Map<KeyText, Change>()
  readonly #counters = new CounterChanges()
  /** Keys that were not there, and on which something rests besides what is put under them. */
  readonly #missed = new Set<KeyText>()
  readonly #source: TurnSource
  #heads: HeadsOfTurn | undefined
  /** The logs whose heads each write needs, as it was decided last. */
  readonly #needed = new Map<PendingWrite, readonly KeyBytes[]>()
  readonly #heldUp = new Set<PendingWrite>()
  #isChanged = false
  /** Whether it was the heads of logs that it waited for last. */
  isAtHeads = false

  constructor(writes: readonly PendingWrite[], isAside = false) {
    this.writes = writes
    this.isAside = isAside
    for (const { reads } of writes) for (const key of reads) this.#named.set(this.#texts.of(key), key)
    for (const { guards = [] } of writes) {
      for (const { key } of guards) if (!this.#named.has(this.#texts.of(key))) this.#guarded.set(this.#texts.of(key), key)
    }
    this.#source = {
      get: (key) => this.#get(this.#texts.of(key)),
      heads: () => {
        this.#heads = this.logs.heads()
        return this.#heads
      },
    }
  }

  /** Begins the transaction. Guards are looked at behind the locks: who waited for one sees what its holder did. */
  beginCalls(): readonly Call[] {
    const named = [...this.#named.values()]
    const looked = [...(this.isAside ? named : []), ...this.#guarded.values()]
    const calls: Call[] = [[this.isAside ? beginAside : begin]]
    if (named.length > 0) calls.push([this.isAside ? lockFreeEntries : lockEntries, storedKeys(named)])
    if (looked.length > 0) calls.push([readEntries, storedKeys(looked)])
    return calls
  }

  /**
   * Takes the answers to `beginCalls`. Returns the writes that are none of this batch any more: of one that does not wait, those whose
   * reads another process holds.
   */
  begun([, ...found]: readonly Answer[]): readonly HeldWrite[] {
    const [locked, ...looked] = found.map(valuesIn)
    this.#values = new Map([...looked.flatMap((values) => [...values]), ...(locked ?? [])])
    if (!this.isAside) return []
    const heldAt = (key: KeyBytes): readonly Entry[] => {
      const text = this.#texts.of(key)
      const value = this.#values.get(text)
      return value === undefined || locked?.has(text) === true ? [] : [{ key, value }]
    }
    const held = this.writes.map((write) => ({ write, held: write.reads.flatMap(heldAt) })).filter((each) => each.held.length > 0)
    const without = new Set(held.map(({ write }) => write))
    this.writes = this.writes.filter((write) => !without.has(write))
    return held
  }

  /**
   * Decides the next turn. Returns the logs whose heads have to be held before it is decided again; none when it is decided, or put off
   * as it needs a head that another process holds.
   */
  decide(write: PendingWrite, { suspects, isHeld }: KnownLogs): readonly KeyBytes[] {
    if (!this.#hold(write.guards)) return []
    const turn = new BufferedTurn(write.reads, this.#source)
    this.#heads = undefined
    let wanted: readonly KeyBytes[] = []
    try {
      const result = callDecide(write.decide, turn)
      wanted = this.logs.unheld(turn.verbs ?? [], suspects)
      if (turn.verbs !== undefined && this.#isHeldUp(write, LogChanges.neededBy(turn.verbs), isHeld)) return []
      if (wanted.length === 0 && this.#take(turn)) write.decided(result)
    } catch (error) {
      write.refused(error)
    } finally {
      turn.end()
      write.followers = turn.followers
    }
    if (this.#isWanting) {
      if (this.#isHeldUp(write, write.reads, isHeld)) return []
      wanted = write.reads
    }
    if (wanted.length === 0) this.#noteMissed(write, turn)
    return wanted
  }

  /** The logs whose heads a write needs, as far as it has been decided. */
  logsOf(write: PendingWrite): readonly KeyBytes[] {
    return this.#needed.get(write) ?? []
  }

  /** Returns those that were put off, which are none of this batch any more. */
  takeHeldUp(): readonly PendingWrite[] {
    if (this.#heldUp.size > 0) this.writes = this.writes.filter((write) => !this.#heldUp.has(write))
    return [...this.#heldUp]
  }

  /** Takes the heads of logs that were asked for. False when a turn before has appended to one that is closed. */
  hold(logs: readonly KeyBytes[], answer: Answer): boolean {
    const changes: Change[] = []
    const isRight = this.logs.hold(logs, answer, changes)
    this.#apply(changes)
    return isRight
  }

  /** The reads of a turn that have no row, as far as anybody sees. */
  missing({ reads }: PendingWrite): readonly KeyBytes[] {
    return reads.filter((key) => !this.#values.has(this.#texts.of(key)))
  }

  get isChanged(): boolean {
    return this.#isChanged
  }

  /** Whether a turn that changed nothing has to be sure of what was not there. */
  get isUnproved(): boolean {
    return this.#missed.size > 0 || this.logs.isUnproved
  }

  /** Writes everything but what is appended to logs that are not held. */
  calls(writer: number): readonly Call[] {
    const { added, put, gone } = this.#sorted()
    const calls: Call[] = []
    if (added.length > 0) calls.push([insertEntries, ...entryArrays(added)])
    if (put.length > 0) calls.push([putEntries, ...entryArrays(put)])
    if (gone.length > 0) calls.push([deleteEntries, storedKeys(gone)])
    return [...calls, ...this.#counters.calls(writer), ...this.logs.calls()]
  }

  /** That a key has no row is proved by a row that is inserted: somebody else's makes that fail. */
  #sorted(): { readonly added: readonly Entry[]; readonly put: readonly Entry[]; readonly gone: readonly KeyBytes[] } {
    const added: Entry[] = []
    const put: Entry[] = []
    const gone: KeyBytes[] = []
    for (const [text, { key, value }] of this.#changes) {
      const isMissing = this.#isMissing(text)
      if (value !== undefined) (isMissing ? added : put).push({ key, value })
      else if (!isMissing) gone.push(key)
    }
    for (const text of this.#missed) {
      const key = this.#named.get(text)
      if (key === undefined || this.#changes.get(text)?.value !== undefined) continue
      added.push({ key, value: '' })
      gone.push(key)
    }
    return { added, put, gone }
  }

  get #isWanting(): boolean {
    return this.#heads?.isWanting ?? false
  }

  /** Whether the write is put off, as it needs the heads of these logs. Those aside find out whether they are held. */
  #isHeldUp(write: PendingWrite, logs: readonly KeyBytes[], isHeld: KnownLogs['isHeld']): boolean {
    if (logs.length === 0) {
      this.#needed.delete(write)
      return false
    }
    this.#needed.set(write, logs)
    if (this.isAside || !isHeld(logs)) return false
    this.#heldUp.add(write)
    return true
  }

  #get(text: KeyText): StoredValue | undefined {
    const changed = this.#changes.get(text)
    return changed === undefined ? this.#values.get(text) : changed.value
  }

  #isMissing(text: KeyText): boolean {
    return this.#named.has(text) && !this.#values.has(text)
  }

  #hold(guards: readonly Guard[] | undefined): boolean {
    return guards?.every(({ key, value }) => isSameValue(this.#get(this.#texts.of(key)), value)) ?? true
  }

  #take({ changes, verbs }: BufferedTurn): boolean {
    // The database would refuse the whole batch.
    for (const { value } of changes) assert(typeof value !== 'string' || !value.includes('\0'), 'text has no NUL')
    for (const verb of verbs ?? []) {
      assert(verb.kind !== 'append' || typeof verb.value !== 'string' || !verb.value.includes('\0'), 'text has no NUL')
    }
    if (verbs !== undefined) {
      if (!this.logs.take(verbs, changes)) return false
      this.#counters.take(verbs)
    }
    this.#isChanged ||= changes.length > 0 || verbs !== undefined
    this.#apply(changes)
    return true
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) this.#changes.set(this.#texts.of(change.key), change)
  }

  /** One key alone, that was looked at and no more, was not there at one moment: that is enough. */
  #noteMissed(write: PendingWrite, { changes, verbs }: BufferedTurn): void {
    if (write.reads.length < 2 && changes.length === 0 && verbs === undefined) return
    for (const key of this.missing(write)) this.#missed.add(this.#texts.of(key))
  }
}
