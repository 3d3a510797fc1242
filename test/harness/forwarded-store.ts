import { withFollow } from '../../src/storage/faulty/rehearse.ts'
import type { Store, View, WriteTurn } from '../../src/storage/store.ts'

/** A view that asks another one, for stores that do something to some of its reads. */
export function forwardedView(view: View): View {
  return {
    get: (keys) => view.get(keys),
    sums: (counters) => view.sums(counters),
    lasts: (logs) => view.lasts(logs),
    scan: (range, budget) => view.scan(range, budget),
    scanValues: (range, budget) => view.scanValues(range, budget),
  }
}

/** A turn that does what another one does, for those that do something to some of it. */
export function forwardedTurn(turn: WriteTurn): WriteTurn {
  return withFollow(turn, (follower) => turn.follow(follower))
}

/** A store that asks another one, for those that do something to some of what is asked. */
export function forwardedStore(store: Store): Store {
  return {
    get: (...asked) => store.get(...asked),
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: (...asked) => store.write(...asked),
    ...(store.now !== undefined && { now: store.now.bind(store) }),
    close: () => store.close(),
  }
}

/** What one of several has open: it closes nothing. */
export function keptOpen(store: Store): Store {
  return { ...forwardedStore(store), close: async () => {} }
}
