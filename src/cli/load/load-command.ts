/** `stator load` from the words to the exit code: the only part of load that prints, hears signals and reads the environment. */

import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatchMs, systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { findEndpoint } from '../asking/endpoint.ts'
import { exitCodes } from '../exit-codes.ts'
import { hopelessFailuresMin, keyCountDefault } from '../limits.ts'
import type { Environment } from '../read-arguments.ts'
import { outcomeOf, outcomeOfError } from './answers.ts'
import { describeTarget } from './describe-target.ts'
import { HttpClient } from './http-client.ts'
import type { ItemTemplate, Target } from './item-template.ts'
import { checkHotKeys, type LoadOptions, loadHelp, readLoadOptions } from './load-options.ts'
import { LoadStatistics } from './load-statistics.ts'
import { type LoadTime, Pace } from './pace.ts'
import { startProgress } from './progress.ts'
import { readItems } from './read-items.ts'
import { RequestMaker, type RequestPlan, targets } from './request-maker.ts'
import { runLoad } from './run-load.ts'
import { SeededNumbers } from './seeded-numbers.ts'
import { minutesOfRun, readStator, type StatorReading, type StatorView, viewOfRun } from './stator-view.ts'
import { type LoadSummary, summarize } from './summary.ts'
import { summaryText } from './summary-text.ts'

export async function runLoadCommand(words: readonly string[]): Promise<number> {
  const options = readLoadOptions(words, Buffer.from(systemRandom.bytes(4)).readUInt32LE())
  if (options === undefined) {
    process.stdout.write(loadHelp())
    return 0
  }
  const summary = await withInterrupt((stop) => loadTable(options, { environment: process.env, stop, progress: process.stderr }))
  process.stdout.write(options.json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary))
  return summary.succeeded > 0 ? 0 : exitCodes.failed
}

export interface Surroundings {
  readonly environment: Environment
  /** Aborted, it ends the run with what there is. */
  readonly stop: AbortController
  /** Where progress lines go. */
  readonly progress?: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
}

/** Rejects with an error of one clear sentence when there can be no load. */
export async function loadTable(options: LoadOptions, { environment, stop, progress }: Surroundings): Promise<LoadSummary> {
  const endpoint = await findEndpoint(options, environment)
  const client = await HttpClient.open(endpoint, options.concurrency, systemClock)
  stop.signal.addEventListener('abort', () => client.close())
  // Each request under way may be waiting for it.
  setMaxListeners(0, stop.signal)
  try {
    const target = await describeTarget(client, options.table, options.index)
    const plan = requestPlan(options, target, await readItems(options, target))
    const before = await readStator(client, target, 1)
    const statistics = new LoadStatistics()
    const startMs = stopwatchMs()
    const pace = new Pace(options, startMs)
    const maker = new RequestMaker(plan)
    const stopProgress = progress === undefined ? () => {} : startProgress(statistics, progress)
    await runLoad({
      pace,
      time: realTime,
      concurrency: options.concurrency,
      retries: options.retries,
      jitter: new SeededNumbers(options.seed, 5),
      statistics,
      stop: stop.signal,
      next: () => maker.next(systemClock.now()),
      send: async ({ operation, body }) => {
        if (isHopeless(statistics)) stop.abort()
        return client.send(targets[operation], body).then(outcomeOf, outcomeOfError)
      },
    }).finally(stopProgress)
    const endMs = stopwatchMs()
    const stator = before && (await viewAfterwards(endpoint, target, before, endMs - startMs))
    const { table, index, seed, ratePerSecond } = options
    return summarize(statistics, {
      table,
      ...(index !== undefined && { index }),
      endpoint: endpoint.url.origin,
      seed,
      elapsedMs: endMs - startMs,
      ...(ratePerSecond !== undefined && { ratePerSecond }),
      unsent: pace.unsent(endMs),
      ...(stator !== undefined && { stator }),
    })
  } finally {
    client.close()
  }
}

function requestPlan(options: LoadOptions, target: Target, items: readonly ItemTemplate[]): RequestPlan {
  const isSample = options.items.kind === 'sample'
  const keyCount = isSample ? Math.min(options.keyCount ?? items.length, items.length) : (options.keyCount ?? keyCountDefault)
  checkHotKeys(options.keys, keyCount)
  const hasSort = target.keys.sort.length > 0 || target.index !== undefined || options.items.kind === 'template'
  return { ...options, target, items, keyCount, sortKeys: hasSort ? options.sortKeys : 1 }
}

function isHopeless({ requests, failed }: LoadStatistics): boolean {
  return requests >= hopelessFailuresMin && failed === requests
}

/** With connections of its own: those of the run are closed when it was stopped. */
async function viewAfterwards(
  endpoint: HttpClient['endpoint'],
  target: Target,
  before: StatorReading,
  elapsedMs: number,
): Promise<StatorView | undefined> {
  const client = await HttpClient.open(endpoint, 1, systemClock)
  try {
    const after = await readStator(client, target, minutesOfRun(elapsedMs))
    return after && viewOfRun(before, after)
  } finally {
    client.close()
  }
}

const realTime: LoadTime = {
  nowMs: stopwatchMs,
  wait: async (ms, signal) => {
    await sleep(ms, undefined, { ...(signal !== undefined && { signal }) }).catch(() => {})
  },
}

/** The first Ctrl+C ends the run with its summary, the second ends at once. */
async function withInterrupt<T>(run: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await run(stop)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
