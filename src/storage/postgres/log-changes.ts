/**
 * What the turns of a batch do to logs. Most only append, and know nothing of the log: its number is given by the database at the
 * commit. Whoever opens, closes, drops or asks for a last number needs the log's head: its row is read and held, and from there on all
 * is known here.
 */
import { assert } from '../../base/assert.ts'
import { wholeKeyBytesMax } from '../limits.ts'
import type { Change, TurnHeads, Verb } from '../local/buffered-turn.ts'
import { type KeyBytes, logEntryKey, logNumberMax, type StoredValue } from '../store.ts'
import { bigintArray, byteaArray } from './binary-arrays.ts'
import type { Answer, Call } from './row-query.ts'
import { bytesText, type KeyText, valueArrays } from './rows.ts'
import { appendToLogs, deleteLogs, insertLogs, lockLogs, putLogs } from './statements.ts'

interface Head {
  readonly last: number
  readonly isClosed: boolean
  /** False when nobody opened it or appended to it, or it was dropped. */
  readonly exists: boolean
}

interface HeldHead {
  readonly key: KeyBytes
  /** Whether it has a row that the batch holds. */
  readonly hadRow: boolean
  head: Head
  isChanged: boolean
}

interface Appended {
  readonly key: KeyBytes
  readonly values: StoredValue[]
}

const noHead: Head = { last: 0, isClosed: false, exists: false }

const noLogs: readonly KeyBytes[] = []

export class LogChanges {
  readonly #held = new Map<KeyText, HeldHead>()
  /** To logs whose heads are not held. */
  readonly #appended = new Map<KeyText, Appended>()

  /** The heads as a turn sees them that is decided now. */
  heads(): HeadsOfTurn {
    return new HeadsOfTurn(this.#held)
  }

  /** The logs of these that have to be held before the turn can be taken. `suspects`: any that may be closed. */
  unheld(verbs: readonly Verb[], suspects: ReadonlySet<KeyText>): readonly KeyBytes[] {
    const needed = verbs.filter(({ kind, key }) => {
      if (kind === 'add' || kind === 'clear') return false
      return kind !== 'append' || suspects.has(bytesText(key))
    })
    return needed.map(({ key }) => key).filter((key) => !this.#held.has(bytesText(key)))
  }

  /** The logs whose heads are written, or have to be held before. */
  static neededBy(verbs: readonly Verb[]): readonly KeyBytes[] {
    let logs: KeyBytes[] | undefined
    for (const { kind, key } of verbs) {
      if (kind === 'add' || kind === 'clear') continue
      logs ??= []
      logs.push(key)
    }
    return logs ?? noLogs
  }

  /** Asks for heads and holds them. */
  static lock(logs: readonly KeyBytes[]): Call {
    return [lockLogs, byteaArray(logs)]
  }

  /** Takes the answer to `lock`. False when the batch has appended to one of them already that turns out to be closed. */
  hold(logs: readonly KeyBytes[], { rows }: Answer, changes: Change[]): boolean {
    const found = new Map(
      rows.map(([key, last, bound]) => [key, { last: Number(last), isClosed: Number(bound) < logNumberMax, exists: true }]),
    )
    for (const key of logs) {
      const text = bytesText(key)
      if (this.#held.has(text)) continue
      const head = found.get(text)
      const held: HeldHead = { key, hadRow: head !== undefined, head: head ?? noHead, isChanged: false }
      this.#held.set(text, held)
      const { values } = this.#appended.get(text) ?? { values: [] }
      if (values.length > 0 && held.head.isClosed) return false
      this.#appended.delete(text)
      for (const value of values) append(held, value, changes)
    }
    return true
  }

  /** Takes what a decided turn does, and adds to its changes the entries whose numbers are known. False when it appends to a closed log. */
  take(verbs: readonly Verb[], changes: Change[]): boolean {
    const heads = this.heads()
    for (const verb of verbs) {
      assert(2 * verb.key.length < wholeKeyBytesMax, 'keys of counters and logs are short')
      if (verb.kind === 'append' && heads.isClosed(verb.key)) return false
      heads.note(verb)
    }
    for (const verb of verbs) this.#takeOne(verb, changes)
    return true
  }

  #takeOne(verb: Verb, changes: Change[]): void {
    if (verb.kind === 'add' || verb.kind === 'clear') return
    const text = bytesText(verb.key)
    const held = this.#held.get(text)
    if (held !== undefined) {
      if (verb.kind === 'append') append(held, verb.value, changes)
      else change(held, after(held.head, verb))
      return
    }
    assert(verb.kind === 'append', 'what is done to a log that is not held is an append')
    const appended = this.#appended.get(text)
    if (appended === undefined) this.#appended.set(text, { key: verb.key, values: [verb.value] })
    else appended.values.push(verb.value)
  }

  /** Whether turns rest on it that a log is not there. */
  get isUnproved(): boolean {
    return [...this.#held.values()].some(({ hadRow }) => !hadRow)
  }

  get isChanged(): boolean {
    return this.#appended.size > 0 || [...this.#held.values()].some(({ isChanged }) => isChanged)
  }

  /** The logs that were appended to without knowing whether they are closed. */
  get appendedTo(): readonly KeyText[] {
    return [...this.#appended.keys()]
  }

  /** For logs that are held. That a log is not there is proved by a row that is written, and deleted again. */
  calls(): readonly Call[] {
    const held = [...this.#held.values()]
    const calls: Call[] = []
    const put = (statement: typeof putLogs, logs: readonly HeldHead[]): void => {
      if (logs.length === 0) return
      const lasts = bigintArray(logs.map(({ head }) => head.last))
      const bounds = bigintArray(logs.map(({ head }) => (head.isClosed ? head.last : logNumberMax)))
      calls.push([statement, byteaArray(logs.map(({ key }) => key)), lasts, bounds])
    }
    put(
      insertLogs,
      held.filter(({ hadRow }) => !hadRow),
    )
    put(
      putLogs,
      held.filter(({ hadRow, head, isChanged }) => hadRow && isChanged && head.exists),
    )
    const gone = held.filter(({ head }) => !head.exists)
    if (gone.length > 0) calls.push([deleteLogs, byteaArray(gone.map(({ key }) => key))])
    return calls
  }

  /** Last before the commit: from here to its end nobody else appends to these logs. */
  appendCalls(): readonly Call[] {
    const logs = [...this.#appended.values()]
    if (logs.length === 0) return []
    const entries = logs.flatMap(({ key, values }) => values.map((value, at) => ({ key, value, behind: values.length - 1 - at })))
    return [
      [
        appendToLogs,
        byteaArray(logs.map(({ key }) => key)),
        bigintArray(logs.map(({ values }) => values.length)),
        byteaArray(entries.map(({ key }) => key)),
        bigintArray(entries.map(({ behind }) => behind)),
        ...valueArrays(entries.map(({ value }) => value)),
      ],
    ]
  }
}

export class HeadsOfTurn implements TurnHeads {
  /** Whether the turn asked for a head that is not held: then it has to be decided again. */
  isWanting = false
  readonly #held: ReadonlyMap<KeyText, HeldHead>
  readonly #own = new Map<KeyText, Head>()

  constructor(held: ReadonlyMap<KeyText, HeldHead>) {
    this.#held = held
  }

  last(log: KeyBytes): number {
    const head = this.#of(bytesText(log))
    if (head !== undefined) return head.last
    this.isWanting = true
    throw new Error('the head of a log has to be read first')
  }

  isClosed(log: KeyBytes): boolean {
    return this.#of(bytesText(log))?.isClosed ?? false
  }

  note(verb: Verb): void {
    if (verb.kind === 'add' || verb.kind === 'clear') return
    const text = bytesText(verb.key)
    const head = this.#of(text)
    if (head !== undefined || verb.kind !== 'append') this.#own.set(text, after(head ?? noHead, verb))
  }

  #of(text: KeyText): Head | undefined {
    return this.#own.get(text) ?? this.#held.get(text)?.head
  }
}

/** What a verb makes of a head. */
function after(head: Head, verb: Verb): Head {
  switch (verb.kind) {
    case 'append':
      return { last: head.last + 1, isClosed: head.isClosed, exists: true }
    case 'open':
      return { last: verb.last, isClosed: false, exists: true }
    case 'close':
      return { last: head.last, isClosed: true, exists: true }
    case 'drop':
      return noHead
    default:
      return head
  }
}

function change(held: HeldHead, head: Head): void {
  held.head = head
  held.isChanged = true
}

function append(held: HeldHead, value: StoredValue, changes: Change[]): void {
  assert(held.head.last < logNumberMax, 'a log is full', { log: held.key })
  change(held, { ...held.head, last: held.head.last + 1, exists: true })
  changes.push({ key: logEntryKey(held.key, held.head.last), value })
}
