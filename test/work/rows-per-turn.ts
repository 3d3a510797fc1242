/** A store that counts the rows that are read and written from one turn of the event loop to the next: what holds others up. */
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Amounts, Guard, KeyBytes, Store, StoredValue, View, WriteTurn } from '../../src/storage/store.ts'
import { forwardedTurn } from '../harness/forwarded-store.ts'

/** The most of one turn. */
export interface Most {
  rows: number
  bytes: number
}

export class RowsPerTurnStore implements Store {
  readonly #store: Store = openMemoryStore()
  #rows = 0
  #bytes = 0

  /** The most that was read and written between two turns while `act` was under way, and how many turns others had. */
  async during(act: () => Promise<unknown>): Promise<Most & { readonly turns: number }> {
    const most = { rows: 0, bytes: 0, turns: 0 }
    let isOver = false
    this.#take()
    const look = (): void => {
      const { rows, bytes } = this.#take()
      most.rows = Math.max(most.rows, rows)
      most.bytes = Math.max(most.bytes, bytes)
      most.turns += 1
      if (!isOver) setImmediate(look)
    }
    setImmediate(look)
    try {
      await act()
    } finally {
      isOver = true
      look()
    }
    return most
  }

  async get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.#read(await this.#store.get(keys, guards))
  }

  sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    this.#rows += counters.length
    return this.#store.sums(counters)
  }

  view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    return this.#store.view((view) => read(this.#counted(view)), guards)
  }

  write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    return this.#store.write(reads, (turn) => decide(this.#countedTurn(turn)), guards)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #take(): Most {
    const taken = { rows: this.#rows, bytes: this.#bytes }
    this.#rows = 0
    this.#bytes = 0
    return taken
  }

  #note(value: StoredValue | undefined): void {
    this.#rows += 1
    this.#bytes += value?.length ?? 0
  }

  #read<Values extends readonly (StoredValue | undefined)[]>(values: Values): Values {
    for (const value of values) this.#note(value)
    return values
  }

  #counted(view: View): View {
    return {
      get: async (keys) => this.#read(await view.get(keys)),
      sums: (counters) => {
        this.#rows += counters.length
        return view.sums(counters)
      },
      lasts: (logs) => {
        this.#rows += logs.length
        return view.lasts(logs)
      },
      scan: async (range, budget) => {
        const chunk = await view.scan(range, budget)
        this.#read(chunk.entries.map(({ value }) => value))
        return chunk
      },
      scanValues: async (range, budget) => {
        const chunk = await view.scanValues(range, budget)
        this.#read(chunk.values)
        return chunk
      },
    }
  }

  #countedTurn(turn: WriteTurn): WriteTurn {
    return {
      ...forwardedTurn(turn),
      append: (log, value) => {
        this.#note(value)
        turn.append(log, value)
      },
      get: (key) => {
        const value = turn.get(key)
        this.#note(value)
        return value
      },
      put: (key, value) => {
        this.#note(value)
        turn.put(key, value)
      },
      delete: (key) => {
        this.#note(undefined)
        turn.delete(key)
      },
    }
  }
}
