import type { View } from '../../src/storage/store.ts'

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
