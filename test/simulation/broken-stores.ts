/** Stores that break their contract, each in one way, for nodes to have: what a simulation that finds nothing must find. */
import type { KeyBytes, Store, WriteTurn } from '../../src/storage/store.ts'
import { forwardedStore, forwardedTurn } from '../harness/forwarded-store.ts'

/** Many a write is not told that what its writer remembers is out of date. */
export function withoutGuards(store: Store): Store {
  let writes = 0
  return {
    ...forwardedStore(store),
    write: (reads, decide, guards) => {
      writes += 1
      return writes % 3 === 0 ? store.write(reads, decide) : store.write(reads, decide, guards)
    },
  }
}

/** Every so often what a turn appends to logs and adds to counters is kept twice: as if it had been decided again, and the first time had not been dropped. */
export function leakingAttempts(store: Store): Store {
  let writes = 0
  return {
    ...forwardedStore(store),
    write: (reads, decide, guards) => {
      writes += 1
      if (writes % 5 !== 0) return store.write(reads, decide, guards)
      return store.write(
        reads,
        (turn) => {
          const result = decide(turn)
          decide(onlyAdding(turn))
          return result
        },
        guards,
      )
    },
  }
}

/** What a turn reads was read a while ago, and nobody held it. */
export function staleReads(store: Store): Store {
  return {
    ...forwardedStore(store),
    write: async (reads, decide, guards) => {
      const values = await store.get(reads)
      for (let rounds = 0; rounds < 12; rounds += 1) await new Promise(setImmediate)
      const known = new Map(reads.map((key, at) => [nameOf(key), values[at]]))
      return await store.write(reads, (turn) => decide({ ...forwardedTurn(turn), get: (key) => known.get(nameOf(key)) }), guards)
    },
  }
}

/** A view moves: it shows what was written since it was opened. */
export function movingViews(store: Store): Store {
  return {
    ...forwardedStore(store),
    view: (read, guards) =>
      store.view(
        () =>
          read({
            get: (keys) => store.get(keys),
            sums: (counters) => store.sums(counters),
            lasts: (logs) => store.view(async (view) => view.lasts(logs)),
            scan: (range, budget) => store.view(async (view) => view.scan(range, budget)),
            scanValues: (range, budget) => store.view(async (view) => view.scanValues(range, budget)),
          }),
        guards,
      ),
  }
}

/** A turn that was acknowledged is lost now and then. */
export function lostTurns(store: Store): Store {
  let writes = 0
  return {
    ...forwardedStore(store),
    write: (reads, decide, guards) => {
      writes += 1
      if (writes % 50 !== 0) return store.write(reads, decide, guards)
      return store.write(reads, (turn) => decide({ ...forwardedTurn(turn), put: () => {}, delete: () => {}, append: () => {} }), guards)
    },
  }
}

/** Keeps of a second attempt what cannot be seen by reading a key. */
function onlyAdding(turn: WriteTurn): WriteTurn {
  const nothing = (): void => {}
  return {
    ...forwardedTurn(turn),
    put: nothing,
    delete: nothing,
    clear: nothing,
    open: nothing,
    drop: nothing,
    follow: nothing,
    close: (log) => turn.last(log),
  }
}

function nameOf(key: KeyBytes): string {
  return Buffer.from(key).toString('latin1')
}
