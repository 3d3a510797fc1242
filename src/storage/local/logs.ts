/**
 * Logs of a local store. A log's own key holds its head; the open commit's heads are in memory, are written once per log and
 * commit, and stay known afterwards, so that appending reads nothing. The turns of a commit are applied one after the other, and
 * so are their numbers given.
 *
 * A head is text: `<last number>`, and ` closed` behind it when no entry is appended any more.
 */
import { assert } from '../../base/assert.ts'
import { compareBytes } from '../../base/bytes.ts'
import { logsKnownMax } from '../limits.ts'
import { type KeyBytes, logEntryKey, logNumberMax, type StoredValue } from '../store.ts'
import type { Change, Verb } from './buffered-turn.ts'
import { KeyMap } from './key-map.ts'

interface Head {
  last: number
  closed: boolean
}

interface Log extends Head {
  readonly key: KeyBytes
  /** False when nobody opened it or appended to it, or it was dropped. */
  exists: boolean
  /** By the open commit. */
  changed: boolean
}

export class Logs {
  readonly #read: (key: KeyBytes) => StoredValue | undefined
  readonly #known = new KeyMap<Log>()
  #changed: Log[] = []

  /** `read` sees what the open commit has applied so far. */
  constructor(read: (key: KeyBytes) => StoredValue | undefined) {
    this.#read = read
  }

  /** The last number of a log, were a turn with these verbs to be applied now. */
  lastNumber(key: KeyBytes, verbs: readonly Verb[]): number {
    return this.#headAfter(key, verbs, verbs.length).last
  }

  /** Takes what a decided turn does to logs and adds the entries to its changes. False, and nothing is taken, when it appends to a closed log. */
  take(verbs: readonly Verb[], changes: Change[]): boolean {
    if (!this.#canTake(verbs)) return false
    for (const verb of verbs) {
      if (verb.kind === 'add' || verb.kind === 'clear') continue
      const log = this.#change(verb.key)
      log.exists = verb.kind !== 'drop'
      advance(log, verb)
      if (verb.kind === 'append') changes.push({ key: logEntryKey(verb.key, log.last), value: verb.value })
    }
    return true
  }

  /** What the open commit has to write. If it fails all the same, `rolledBack` is to be called. */
  flush(changes: Change[]): void {
    if (this.#changed.length === 0) return
    for (const log of this.#changed) {
      const { key, exists, last, closed } = log
      changes.push({ key, value: exists ? (closed ? `${last} closed` : String(last)) : undefined })
      log.changed = false
    }
    this.#changed = []
    if (this.#known.size > logsKnownMax) this.#known.clear()
  }

  rolledBack(): void {
    this.#known.clear()
    this.#changed = []
  }

  /** Reads every head that `take` is going to need, so that nothing fails halfway. */
  #canTake(verbs: readonly Verb[]): boolean {
    const areAppends = !verbs.some(({ kind }) => kind === 'open' || kind === 'close' || kind === 'drop')
    for (const [at, verb] of verbs.entries()) {
      if (verb.kind === 'add' || verb.kind === 'clear') continue
      const head = areAppends ? this.#find(verb.key) : this.#headAfter(verb.key, verbs, at)
      if (verb.kind !== 'append') continue
      if (head.closed) return false
      assert(head.last + verbs.length <= logNumberMax, 'a log is full', { log: verb.key })
    }
    return true
  }

  /** The head after the first `count` of these verbs. */
  #headAfter(key: KeyBytes, verbs: readonly Verb[], count: number): Head {
    const { last, closed } = this.#find(key)
    const head = { last, closed }
    for (let at = 0; at < count; at += 1) {
      const verb = verbs[at] as Verb
      if (verb.key === key || compareBytes(verb.key, key) === 0) advance(head, verb)
    }
    return head
  }

  #find(key: KeyBytes): Log {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const log = decodeHead(key, this.#read(key))
    this.#known.set(key, log)
    return log
  }

  #change(key: KeyBytes): Log {
    const log = this.#find(key)
    if (!log.changed) {
      log.changed = true
      this.#changed.push(log)
    }
    return log
  }
}

/** What a verb makes of the head of its log. */
function advance(head: Head, verb: Verb): void {
  switch (verb.kind) {
    case 'append':
      head.last += 1
      return
    case 'open':
      head.last = verb.last
      head.closed = false
      return
    case 'close':
      head.closed = true
      return
    case 'drop':
      head.last = 0
      head.closed = false
      return
    default:
  }
}

function decodeHead(key: KeyBytes, row: StoredValue | undefined): Log {
  assert(row === undefined || typeof row === 'string', 'heads of logs are stored as text')
  const [number = '', closed] = (row ?? '0').split(' ')
  const last = Number(number)
  assert(Number.isSafeInteger(last), 'the key of a log holds its head', { log: key })
  return { key, last, closed: closed === 'closed', exists: row !== undefined, changed: false }
}
