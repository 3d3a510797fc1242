/** A store that counts what is asked of it. */
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Amounts, Guard, KeyBytes, Store, StoredValue, View, WriteTurn } from '../../src/storage/store.ts'
import { forwardedTurn } from '../harness/forwarded-store.ts'

export interface Work {
  gets: number
  scans: number
  turns: number
  turnGets: number
  puts: number
  deletes: number
  commits: number
}

export class CountingStore implements Store {
  work: Work = noWork()
  readonly #store: Store

  constructor() {
    this.#store = openMemoryStore({
      failCommit: () => {
        this.work.commits += 1
      },
    })
  }

  /** What was done since the last time this was asked. */
  takeWork(): Work {
    const { work } = this
    this.work = noWork()
    return work
  }

  get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    this.work.gets += keys.length
    return this.#store.get(keys, guards)
  }

  sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    this.work.gets += counters.length
    return this.#store.sums(counters)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#store.view((view) => read(this.#countedView(view)), guards)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    this.work.turns += 1
    return this.#store.write(reads, (turn) => decide(this.#counted(turn)), guards)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #countedView(view: View): View {
    return {
      get: (keys) => {
        this.work.gets += keys.length
        return view.get(keys)
      },
      sums: (counters) => {
        this.work.gets += counters.length
        return view.sums(counters)
      },
      lasts: (logs) => {
        this.work.gets += logs.length
        return view.lasts(logs)
      },
      scan: (range, budget) => {
        this.work.scans += 1
        return view.scan(range, budget)
      },
      scanValues: (range, budget) => {
        this.work.scans += 1
        return view.scanValues(range, budget)
      },
    }
  }

  /** What is added to counters is summed up by the store, so that it counts for nothing here. */
  #counted(turn: WriteTurn): WriteTurn {
    return {
      ...forwardedTurn(turn),
      append: (log, value) => {
        this.work.puts += 1
        turn.append(log, value)
      },
      get: (key) => {
        this.work.turnGets += 1
        return turn.get(key)
      },
      put: (key, value) => {
        this.work.puts += 1
        turn.put(key, value)
      },
      delete: (key) => {
        this.work.deletes += 1
        turn.delete(key)
      },
    }
  }
}

function noWork(): Work {
  return { gets: 0, scans: 0, turns: 0, turnGets: 0, puts: 0, deletes: 0, commits: 0 }
}
