/** Scanning the items of a branch (branch.ts): those that are covered where they lie, merged with the others as they were in the parent. */
import { setImmediate } from 'node:timers/promises'
import { compareBytes, latin1 } from '../../base/bytes.ts'
import {
  type Chunk,
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type ValueChunk,
  type View,
  valuesOfChunk,
} from '../../storage/store.ts'
import { type PastEntries, readPastEntries } from '../history/read-past.ts'
import { itemOfMark, keyInTable } from '../keyspace/branch-keys.ts'
import { keyAfter, rangeBeyond } from '../keyspace/keys.ts'
import { type Branch, keyInParent, markOf, progressOf } from './branch.ts'

/** Like `scanValues` of a view, for a range of items of the branch: a chunk that is not the last one has entries. */
export async function scanBranchValues(view: View, branch: Branch, range: KeyRange, budget: ScanBudget): Promise<ValueChunk> {
  const [progress] = await view.get([progressOf(branch)])
  if (typeof progress === 'string') return view.scanValues(range, budget)
  const border = progress === undefined ? range.start : keyAfter(keyInTable(progress as KeyBytes, branch.tableId))
  const [copied, others] = dividedAt(range, border)
  const parts = range.reverse ? [others, copied] : [copied, others]
  for (const [at, part] of parts.entries()) {
    if (part === undefined) continue
    const isLast = at === 1 || parts[1] === undefined
    const chunk = part === copied ? await view.scanValues(part, budget) : await scanUncovered(view, branch, part, budget)
    if (chunk.values.length > 0 || isLast)
      return isLast ? chunk : { values: chunk.values, exhausted: false, keyAt: (position) => chunk.keyAt(position) }
  }
  return { values: [], exhausted: true, keyAt: noKey }
}

function noKey(position: number): never {
  throw new RangeError(`the chunk has no value at ${position}`)
}

/** What lies before a key, and what lies from it on. */
function dividedAt(range: KeyRange, border: KeyBytes): readonly [KeyRange | undefined, KeyRange | undefined] {
  if (compareBytes(border, range.start) <= 0) return [undefined, range]
  if (compareBytes(border, range.end) >= 0) return [range, undefined]
  return [
    { ...range, end: border },
    { ...range, start: border },
  ]
}

/** Where the copy has not been yet. */
async function scanUncovered(view: View, branch: Branch, range: KeyRange, budget: ScanBudget): Promise<ValueChunk> {
  for (let rest = range; ; ) {
    const piece = await nextPiece(view, branch, rest, budget)
    if (piece.chunk.values.length > 0 || piece.last === undefined) return piece.chunk
    // All that it looked at is deleted in the branch, or was not there.
    rest = rangeBeyond(rest, piece.last)
    await setImmediate()
  }
}

interface Piece {
  readonly chunk: ValueChunk
  /** The key up to which these are all; undefined: there are no others. */
  readonly last: KeyBytes | undefined
}

async function nextPiece(view: View, branch: Branch, range: KeyRange, budget: ScanBudget): Promise<Piece> {
  // What lies in the branch itself is marked.
  const marks = await view.scan({ ...range, start: markOf(branch, range.start), end: markOf(branch, range.end) }, budget)
  const past = await pastOf(view, branch, range, budget)
  if (marks.exhausted && marks.entries.length === 0) {
    const { entries } = past
    const keyAt = (position: number): KeyBytes => keyInTable(valuesOfChunk({ entries, exhausted: true }).keyAt(position), branch.tableId)
    const last = past.upTo && keyInTable(past.upTo, branch.tableId)
    return { chunk: { values: entries.map(({ value }) => value), exhausted: last === undefined, keyAt }, last }
  }
  const marked = marks.entries.map(({ key }) => itemOfMark(key))
  const last = nearest(range, marks.exhausted ? undefined : marked.at(-1), past.upTo && keyInTable(past.upTo, branch.tableId))
  const isWithin = (key: KeyBytes): boolean => last === undefined || order(range, key, last) <= 0
  const covered = marked.filter(isWithin)
  const names = new Set(covered.map(latin1))
  const own = await view.get(covered)
  const entries: Entry[] = covered.flatMap((key, at) => {
    const value = own[at]
    return value === undefined ? [] : [{ key, value }]
  })
  for (const { key: parentKey, value } of past.entries) {
    const key = keyInTable(parentKey, branch.tableId)
    if (isWithin(key) && !names.has(latin1(key))) entries.push({ key, value })
  }
  entries.sort((a, b) => order(range, a.key, b.key))
  return { chunk: valuesOfChunk({ entries, exhausted: last === undefined }), last }
}

/** Entries of the parent as it was, in the direction of the range, and the key up to which these are all. */
async function pastOf(view: View, branch: Branch, range: KeyRange, budget: ScanBudget): Promise<PastEntries> {
  const within = { start: keyInParent(branch, range.start), end: keyInParent(branch, range.end) }
  const table = { ...branch.source, within }
  const budgets = { budget, historyBudget: budget }
  if (!range.reverse) return readPastEntries(view, table, undefined, budgets)
  // Of the parent as it is the next ones in this direction, then all between them as they were, ascending.
  const { entries, exhausted }: Chunk = await view.scan({ ...within, reverse: true }, budget)
  const first = exhausted ? undefined : entries.at(-1)?.key
  const between = first === undefined ? within : { ...within, start: first }
  const found: Entry[] = []
  for (let after: KeyBytes | undefined; ; ) {
    const piece = await readPastEntries(view, { ...table, within: between }, after, budgets)
    found.push(...piece.entries)
    after = piece.upTo
    if (after === undefined) return { entries: found.reverse(), upTo: first }
    await setImmediate()
  }
}

function order({ reverse }: KeyRange, a: KeyBytes, b: KeyBytes): number {
  return reverse ? compareBytes(b, a) : compareBytes(a, b)
}

/** The one that comes first in the direction of the range, of those that are there. */
function nearest(range: KeyRange, a: KeyBytes | undefined, b: KeyBytes | undefined): KeyBytes | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return order(range, a, b) <= 0 ? a : b
}
