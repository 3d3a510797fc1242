/** What every part of the contract suite needs: a store that can be made to fail, and short ways to ask it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Chunk,
  type Entry,
  type KeyBytes,
  type KeyRange,
  type ScanBudget,
  type Store,
  type StoredValue,
  type ValueChunk,
  type View,
  valuesOfChunk,
} from '../../src/storage/store.ts'

export interface OpenedStore {
  readonly store: Store
  readonly commits: CommitControl
  /** Lets pass the time for which the store refuses writes after a failed commit. */
  waitUntilHealthy(): void
  /** Ends the process, so to speak, and starts it again. Undefined for a store that forgets. */
  readonly restart?: () => Promise<Store>
  /** Closes the store and removes what it left behind. */
  remove(): Promise<void>
}

/** The hook of a store's commits. */
export class CommitControl {
  count = 0
  isFailing = false

  readonly failCommit = (): void => {
    this.count += 1
    if (this.isFailing) throw new Error('no space')
  }
}

export type OpenStore = () => OpenedStore | Promise<OpenedStore>

export type Law = (sentence: string, check: (opened: OpenedStore) => Promise<void>) => void

/** Each law is checked against a store of its own. */
export function lawOf(open: OpenStore): Law {
  return (sentence, check) => {
    test(sentence, async () => {
      const opened = await open()
      try {
        await check(opened)
      } finally {
        opened.commits.isFailing = false
        await opened.remove()
      }
    })
  }
}

export const unlimited: ScanBudget = { entries: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

export function key(text: string): KeyBytes {
  return Buffer.from(text, 'latin1') as Uint8Array as KeyBytes
}

export const everything: KeyRange = { start: key(''), end: key('\xff\xff\xff\xff') }

export function textOf(entries: readonly Entry[]): [string, StoredValue][] {
  return entries.map((entry) => [Buffer.from(entry.key).toString('latin1'), entry.value])
}

/** What `scan` returns, when `scanValues` says the same: before the rows of the range were looked at and after. */
export async function scanBothWays(view: View, range: KeyRange, budget: ScanBudget): Promise<Chunk> {
  const first = plainValues(await view.scanValues(range, budget))
  const chunk = await view.scan(range, budget)
  const expected = plainValues(valuesOfChunk(chunk))
  assert.deepEqual(first, expected)
  assert.deepEqual(plainValues(await view.scanValues(range, budget)), expected)
  return chunk
}

function plainValues({ values, exhausted, keyAt }: ValueChunk): unknown {
  return { exhausted, entries: values.map((value, at) => [Buffer.from(keyAt(at)), typeof value === 'string' ? value : Buffer.from(value)]) }
}

export async function scanAll(store: Store, range: KeyRange = everything): Promise<[string, StoredValue][]> {
  return await store.view(async (view) => textOf((await scanBothWays(view, range, unlimited)).entries))
}

export function put(store: Store, name: string, value: StoredValue): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

export async function get(store: Store, name: string): Promise<StoredValue | undefined> {
  return (await store.get([key(name)]))[0]
}

/** Fails the commit of these writes, each of which must be told so. */
export async function failCommitOf({ commits, waitUntilHealthy }: OpenedStore, ask: () => readonly Promise<unknown>[]): Promise<void> {
  commits.isFailing = true
  const results = await Promise.allSettled(ask())
  commits.isFailing = false
  waitUntilHealthy()
  for (const result of results) {
    assert.equal(result.status === 'rejected' && result.reason instanceof Error ? result.reason.name : result.status, 'StoreUnavailable')
  }
}
