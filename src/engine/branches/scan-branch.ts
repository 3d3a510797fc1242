/** Scanning the items of a branch (branch.ts): those that are covered where they lie, merged with the others as they were in the parent. */
import { setImmediate } from 'node:timers/promises'
import { compareBytes, latin1 } from '../../base/bytes.ts'
import {
  type Chunk,
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type StoredValue,
  type ValueChunk,
  type View,
  valuesOfChunk,
} from '../../storage/store.ts'
import { deletedMoment } from '../history/keep-history.ts'
import { isWrittenAfter, pastValue } from '../history/read-past.ts'
import { itemOfMark, keyInTable } from '../keyspace/branch-keys.ts'
import { deletedRange, itemOfDeletedKey } from '../keyspace/history-keys.ts'
import { keyAfter, rangeBeyond } from '../keyspace/keys.ts'
import { itemsAtOnceMax } from '../limits.ts'
import { isAfter } from '../schema/history.ts'
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

/**
 * What lies in the branch itself is marked. What was deleted from the parent since says so there, what was changed since in the item. Of
 * marks and deletions there are few in a piece: each stands for an item that is read by its key.
 */
async function nextPiece(view: View, branch: Branch, range: KeyRange, budget: ScanBudget): Promise<Piece> {
  const within = { ...range, start: keyInParent(branch, range.start), end: keyInParent(branch, range.end) }
  const few = { ...budget, entries: Math.min(budget.entries, itemsAtOnceMax) }
  const marks = await view.scan({ ...range, start: markOf(branch, range.start), end: markOf(branch, range.end) }, few)
  const deleted = await view.scan(deletedRange(within), few)
  // What lies behind the last of them would be read in vain.
  const current = await view.scanValues(within, marks.exhausted && deleted.exhausted ? budget : few)
  const parent: Parent = { view, branch, current, keyAt: (position) => keyInTable(current.keyAt(position), branch.tableId) }
  const isChanged = current.values.some((value) => isWrittenAfter(value, branch.source.cut))
  const lastCurrent = current.exhausted ? undefined : parent.keyAt(current.values.length - 1)
  if (!isChanged && isNothing(marks) && isNothing(deleted)) {
    return { chunk: { values: current.values, exhausted: current.exhausted, keyAt: parent.keyAt }, last: lastCurrent }
  }
  const marked = marks.entries.map(({ key }) => itemOfMark(key))
  const gone = deleted.entries.map(({ key }) => keyInTable(itemOfDeletedKey(key), branch.tableId))
  const ends = [lastCurrent, marks.exhausted ? undefined : marked.at(-1), deleted.exhausted ? undefined : gone.at(-1)]
  const last = ends.reduce((first, end) => nearest(range, first, end))
  const isWithin = (key: KeyBytes): boolean => last === undefined || order(range, key, last) <= 0
  const covered = marked.filter(isWithin)
  const names = new Set(covered.map(latin1))
  const own = await view.get(covered)
  const entries: Entry[] = covered.flatMap((key, at) => entryOf(key, own[at]))
  const wanted = (key: KeyBytes): boolean => isWithin(key) && !names.has(latin1(key))
  entries.push(
    ...(await pastEntries(
      parent,
      gone.filter((_, at) => isGoneSince(deleted.entries[at], branch)),
      wanted,
    )),
  )
  entries.sort((a, b) => order(range, a.key, b.key))
  return { chunk: valuesOfChunk({ entries, exhausted: last === undefined }), last }
}

interface Parent {
  readonly view: View
  readonly branch: Branch
  /** Items as they are. */
  readonly current: ValueChunk
  /** Where they lie in the branch. */
  keyAt(position: number): KeyBytes
}

/** The items that are there as they were, and those that were there and are gone. `wanted` says of which they are, by their keys in the branch. */
async function pastEntries(
  { view, branch, current, keyAt }: Parent,
  gone: readonly KeyBytes[],
  wanted: (key: KeyBytes) => boolean,
): Promise<readonly Entry[]> {
  const { cut } = branch.source
  const entries: Entry[] = []
  let seeks = 0
  const seek = async (key: KeyBytes, value: StoredValue | undefined): Promise<void> => {
    seeks += 1
    if (seeks % itemsAtOnceMax === 0) await setImmediate()
    entries.push(...entryOf(key, await pastValue(view, cut, { key: keyInParent(branch, key), current: value })))
  }
  for (const [position, value] of current.values.entries()) {
    const key = keyAt(position)
    if (!wanted(key)) continue
    if (isWrittenAfter(value, cut)) await seek(key, value)
    else entries.push({ key, value })
  }
  for (const key of gone) if (wanted(key)) await seek(key, undefined)
  return entries
}

function entryOf(key: KeyBytes, value: StoredValue | undefined): readonly Entry[] {
  return value === undefined ? [] : [{ key, value }]
}

function isGoneSince(deleted: Entry | undefined, { source }: Branch): boolean {
  return deleted !== undefined && isAfter(deletedMoment(deleted.value), source.cut)
}

function isNothing({ entries, exhausted }: Chunk): boolean {
  return exhausted && entries.length === 0
}

function order({ reverse }: KeyRange, a: KeyBytes, b: KeyBytes): number {
  return reverse ? compareBytes(b, a) : compareBytes(a, b)
}

/** The one that comes first in the direction of the range, of those that are there. */
function nearest(range: KeyRange, a: KeyBytes | undefined, b: KeyBytes | undefined): KeyBytes | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return order(range, a, b) <= 0 ? a : b
}
