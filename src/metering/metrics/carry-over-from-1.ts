/** From format 1 to 2, what the metrics keep: series and points move from a number of their process to an id that follows from the name. */
import { latin1 } from '../../base/bytes.ts'
import { type CarryOver, eachChunk } from '../../engine/format/carry-over.ts'
import type { Entry, Store } from '../../storage/store.ts'
import { seriesCarriedTogetherMax } from '../limits.ts'
import { writerMax } from './metric-keys.ts'
import {
  carriedPoint,
  carriedSeries,
  decodePointOfFormat1,
  decodeSeriesOfFormat1,
  pointsOfFormat1,
  seriesRangeOfFormat1,
} from './metrics-of-format-1.ts'

export const metricsCarryOver: CarryOver = {
  carry: (store) =>
    eachChunk(store, seriesRangeOfFormat1, async (entries) => {
      for (let at = 0; at < entries.length; at += seriesCarriedTogetherMax) {
        const together = entries.slice(at, at + seriesCarriedTogetherMax)
        await Promise.all(bySeries(together).map((same) => carryOneByOne(store, same)))
      }
    }),
}

/** Those that become one series, together. */
function bySeries(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups = Map.groupBy(entries, (entry) => latin1(carriedSeries(decodeSeriesOfFormat1(entry)).key))
  return [...groups.values()]
}

/** Which number's points were there before is seen only when they are. */
async function carryOneByOne(store: Store, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) await carrySeries(store, entry)
}

/** The points first: as long as the series of format 1 is there, some may be left. */
async function carrySeries(store: Store, entry: Entry): Promise<void> {
  const old = decodeSeriesOfFormat1(entry)
  const { id, key, value } = carriedSeries(old)
  const [known] = await store.get([key])
  // Another number had the same definition. Whoever reads sums both up.
  const writer = known === undefined ? 0 : 1 + (old.number % writerMax)
  await eachChunk(store, pointsOfFormat1(old.number), (points) =>
    store.write([], (turn) => {
      for (const point of points) {
        const carried = carriedPoint(id, decodePointOfFormat1(point), writer)
        turn.put(carried.key, carried.value)
        turn.delete(point.key)
      }
    }),
  )
  await store.write([], (turn) => {
    turn.put(key, value)
    turn.delete(entry.key)
  })
}
