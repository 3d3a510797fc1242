/** One line about how it goes: rewritten each second on a terminal, a new one every five seconds elsewhere. */

import { stopwatchMs } from '../../base/clock.ts'
import { progressEveryMs, progressLineEveryMs } from '../limits.ts'
import type { LoadStatistics } from './load-statistics.ts'
import { progressLine } from './summary-text.ts'

/** Returns what ends it. */
export function startProgress(statistics: LoadStatistics, output: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>): () => void {
  const line = progressLines(statistics, stopwatchMs())
  const write = (): void => {
    // Back to the start of the line, and what is left of the old one away.
    output.write(output.isTTY ? `\r${line(stopwatchMs())}\u001b[K` : `${line(stopwatchMs())}\n`)
  }
  const timer = setInterval(write, output.isTTY ? progressEveryMs : progressLineEveryMs)
  return () => {
    clearInterval(timer)
    if (output.isTTY) output.write('\r\u001b[K')
  }
}

/** Makes the line for what came since the last one. */
export function progressLines(statistics: LoadStatistics, startMs: number): (nowMs: number) => string {
  let last = { ms: startMs, requests: 0, units: 0, throttles: 0, failed: 0 }
  return (nowMs) => {
    const { requests, readUnits, writeUnits, throttles, failed, recent } = statistics
    const units = readUnits + writeUnits
    const text = progressLine({
      elapsedMs: nowMs - startMs,
      sinceMs: nowMs - last.ms,
      requests: requests - last.requests,
      units: units - last.units,
      throttles: throttles - last.throttles,
      failed: failed - last.failed,
      p50Ms: recent.percentile(50),
      p99Ms: recent.percentile(99),
    })
    last = { ms: nowMs, requests, units, throttles, failed }
    recent.clear()
    return text
  }
}
