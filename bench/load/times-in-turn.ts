/**
 * What a request takes in this process, for things that differ by a few microseconds: paired measurements over HTTP differ by more from
 * one to the next. All cases take their turns, each request after the processor's caches were emptied as the network would.
 */
import { setImmediate as giveWay } from 'node:timers/promises'
import { median } from '../report/figures.ts'

const turns = 60
const requestsPerTurn = 300
/** More than a core keeps to itself. */
const evictedBytes = 4 << 20

/** Makes the next request; what it returns is timed. */
export type Asking = () => () => Promise<unknown>

/** The median time of a request, for each of them, in microseconds. */
export async function timesInTurn(cases: readonly Asking[]): Promise<readonly number[]> {
  const times = cases.map((): number[] => [])
  const evicted = new Float64Array(evictedBytes / 8)
  for (let turn = 0; turn < turns; turn += 1) {
    const inTurn = turn % 2 === 0 ? [...cases.entries()] : [...cases.entries()].reverse()
    for (const [at, next] of inTurn) {
      // Requests in memory are answered without a turn of the event loop, in which this process is told to end.
      await giveWay()
      for (let count = 0; count < requestsPerTurn; count += 1) {
        const ask = next()
        for (let place = 0; place < evicted.length; place += 8) evicted[place] = (evicted[place] ?? 0) + 1
        const startedAt = performance.now()
        await ask()
        // The first rounds are for the compiler.
        if (turn >= turns / 4) times[at]?.push((performance.now() - startedAt) * 1000)
      }
    }
  }
  return times.map(median)
}
