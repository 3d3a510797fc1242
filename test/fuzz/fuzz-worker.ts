/**
 * Runs batches of fuzz cases in a thread of its own, so that a request that never comes back can be told from a slow machine and
 * named: the number of the case under way stands in shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type FuzzKind, type FuzzReport, runBatch } from './fuzz-targets.ts'

export interface FuzzOrder {
  readonly kind: FuzzKind
  /** One seed for each batch; each batch has a fresh database and can be replayed alone. */
  readonly seeds: readonly number[]
  readonly casesPerBatch: number
  /** Where the worker writes the seed and the case under way. */
  readonly progress: Int32Array
}

const { kind, seeds, casesPerBatch, progress } = workerData as FuzzOrder

async function run(): Promise<FuzzReport> {
  let answered = 0
  let refused = 0
  for (const seed of seeds) {
    const report = await runBatch(kind, { seed, cases: casesPerBatch }, (number) => {
      Atomics.store(progress, 0, seed)
      Atomics.store(progress, 1, number)
    })
    answered += report.answered
    refused += report.refused
    if (report.failure !== undefined) return { answered, refused, failure: report.failure }
  }
  return { answered, refused }
}

parentPort?.postMessage(await run())
