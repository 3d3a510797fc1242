/** Batches of one kind in a thread that is watched: what hangs or ends it is a failure that names its seed, like any other. */
import { Worker } from 'node:worker_threads'
import type { FuzzKind, FuzzReport } from './fuzz-targets.ts'
import type { FuzzOrder } from './fuzz-worker.ts'

export const casesPerBatch = 250

/** A case takes a millisecond or two. One that is still the same after this long hangs, also on a busy machine. */
const stuckMsMax = 15_000

/** To load everything takes seconds on such a machine, before the first case. */
const startMsMax = 120_000

/** What the thread may have in use: far more than it needs, and far less than it would have if something were kept of each case. */
const heapMegabytesMax = 512

/** Resolves also when something failed. */
export async function runInWorker(kind: FuzzKind, seeds: readonly number[]): Promise<FuzzReport> {
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const underWay = (): string => `case ${progress[1]} of FUZZ_SEED=${progress[0]}`
  const workerData: FuzzOrder = { kind, seeds, casesPerBatch, progress }
  const resourceLimits = { maxOldGenerationSizeMb: heapMegabytesMax }
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData, resourceLimits })
  let watchdog: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve) => {
      const fail = (failure: string): void => resolve({ answered: 0, refused: 0, failure })
      let before = ''
      let startedMs = 0
      watchdog = setInterval(() => {
        startedMs += stuckMsMax
        if (underWay() === before && (progress[0] !== 0 || startedMs > startMsMax)) fail(`${kind} hangs in ${before}`)
        before = underWay()
      }, stuckMsMax)
      worker.once('message', resolve)
      worker.once('error', (error) => fail(`${kind} crashed in ${underWay()}: ${error instanceof Error ? error.stack : error}`))
      worker.once('exit', (code) => fail(`the thread of ${kind} ended with code ${code} in ${underWay()}`))
    })
  } finally {
    clearInterval(watchdog)
    await worker.terminate()
  }
}
