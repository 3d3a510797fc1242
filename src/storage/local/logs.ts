/**
 * Logs of a local store. A log's own key holds its head; the open commit's heads are in memory, are written once per log and
 * commit, and stay known afterwards, so that appending reads nothing. The turns of a commit are applied one after the other, and
 * so are their numbers given.
 *
 * A head is text: `<last number>`, and ` closed` behind it when no entry is appended any more.
 */
import { assert } from '../../base/assert.ts'
import { logsKnownMax } from '../limits.ts'
import { type KeyBytes, logEntryKey, logNumberMax, type StoredValue } from '../store.ts'
import type { Change, TurnHeads, Verb } from './buffered-turn.ts'
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

  /** The heads of logs as a turn sees them that is decided now. */
  heads(): HeadsOfTurn {
    return new HeadsOfTurn((key) => this.#find(key))
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
    const heads = areAppends ? undefined : this.heads()
    for (const verb of verbs) {
      if (verb.kind === 'add' || verb.kind === 'clear') continue
      const head = heads === undefined ? this.#find(verb.key) : heads.of(verb.key)
      if (verb.kind === 'append') {
        if (head.closed) return false
        assert(head.last + verbs.length <= logNumberMax, 'a log is full', { log: verb.key })
      }
      heads?.note(verb)
    }
    return true
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

/** What becomes of heads while a turn is decided: those that it does something to are copied, and nothing is taken yet. */
class HeadsOfTurn implements TurnHeads {
  readonly #find: (key: KeyBytes) => Log
  readonly #own = new Map<Log, Head>()

  constructor(find: (key: KeyBytes) => Log) {
    this.#find = find
  }

  of(key: KeyBytes): Head {
    const log = this.#find(key)
    return this.#own.get(log) ?? log
  }

  last(key: KeyBytes): number {
    return this.of(key).last
  }

  note(verb: Verb): void {
    if (verb.kind === 'add' || verb.kind === 'clear') return
    const log = this.#find(verb.key)
    const own = this.#own.get(log) ?? { last: log.last, closed: log.closed }
    this.#own.set(log, own)
    advance(own, verb)
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

/** Of a row as it lies in the store. */
export function lastNumberIn(key: KeyBytes, row: StoredValue | undefined): number {
  return decodeHead(key, row).last
}

function decodeHead(key: KeyBytes, row: StoredValue | undefined): Log {
  assert(row === undefined || typeof row === 'string', 'heads of logs are stored as text')
  const [number = '', closed] = (row ?? '0').split(' ')
  const last = Number(number)
  assert(Number.isSafeInteger(last), 'the key of a log holds its head', { log: key })
  return { key, last, closed: closed === 'closed', exists: row !== undefined, changed: false }
}
