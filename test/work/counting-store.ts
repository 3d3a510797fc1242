/** A store that counts what is asked of it. */
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Snapshot, Store, StoreObserver, WriteTurn } from '../../src/storage/store.ts'

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

  constructor(observer: StoreObserver) {
    this.#store = openMemoryStore({
      observer: {
        beforeCommit: (turn) => {
          this.work.commits += 1
          observer.beforeCommit(turn)
        },
        rolledBack: () => observer.rolledBack(),
      },
    })
  }

  /** What was done since the last time this was asked. */
  takeWork(): Work {
    const { work } = this
    this.work = noWork()
    return work
  }

  snapshot(): Snapshot {
    const snapshot = this.#store.snapshot()
    return {
      get: (key) => {
        this.work.gets += 1
        return snapshot.get(key)
      },
      scan: (range, budget) => {
        this.work.scans += 1
        return snapshot.scan(range, budget)
      },
      [Symbol.dispose]: () => snapshot[Symbol.dispose](),
    }
  }

  write<T>(reads: Parameters<Store['write']>[0], decide: (turn: WriteTurn) => T): Promise<T> {
    this.work.turns += 1
    return this.#store.write(reads, (turn) => decide(this.#counted(turn)))
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #counted(turn: WriteTurn): WriteTurn {
    return {
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
