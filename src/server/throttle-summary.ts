/** One line of the log for each minute in which something was throttled, or would have been on AWS. */

import { minuteMs } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import { reportGraceMs } from '../metering/limits.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { throttlesInMinute } from '../metering/reports/traffic-of-all.ts'
import type { ThrottleCount } from '../metering/throughput/throttle-counts.ts'
import { toldKeyShareMin, toldReasonsMax } from './limits.ts'

/** Of a shared store one node tells it for all: of a minute that is over once all of them have told of it. */
export function throttleSummaryJob(engine: MeteredEngine, log: Log): Job {
  const { sharedTraffic, throttleCounts } = engine.metering
  const minuteAt = (nowMs: number): number => Math.floor((nowMs - (sharedTraffic === undefined ? 0 : reportGraceMs)) / minuteMs)
  let minute = minuteAt(engine.clock.now())
  return {
    name: 'throttle summary',
    step: async (nowMs) => {
      if (minuteAt(nowMs) === minute) return false
      minute = minuteAt(nowMs)
      const counts = sharedTraffic === undefined ? throttleCounts.takeUntold() : await throttlesInMinute(sharedTraffic, minute - 1)
      if (counts.length > 0) log(summary(counts))
      return false
    },
  }
}

function summary(counts: readonly ThrottleCount[]): string {
  const refused = sum(counts.map((count) => count.refused))
  const observed = sum(counts.map((count) => count.observed))
  const parts = [
    ...(refused > 0 ? [`Throttled ${times(refused)}.`] : []),
    ...(observed > 0 ? [`AWS would have throttled ${times(observed)}; nothing was refused (--throughput observe).`] : []),
  ]
  const told = counts.slice(0, toldReasonsMax).map(spoken)
  const rest = sum(counts.slice(toldReasonsMax).map((count) => count.refused + count.observed))
  return `${parts.join(' ')} ${[...told, ...(rest > 0 ? [`${rest} for other reasons`] : [])].join('; ')}`
}

function spoken({ table, index, reason, refused, observed, keys: [first] }: ThrottleCount): string {
  const where = `${table || 'requests about tables'}${index === undefined ? '' : `/${index}`}`
  const total = refused + observed
  const isHot = first !== undefined && first.count > total * toldKeyShareMin
  return `${where}: ${total} × ${reason}${isHot ? `, most for ${JSON.stringify(first.key)}` : ''}`
}

function times(count: number): string {
  return count === 1 ? '1 time in the last minute' : `${count} times in the last minute`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((before, count) => before + count, 0)
}
