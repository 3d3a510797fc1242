/**
 * Has the write-ahead log copied into the database by a thread of its own, and keeps the log from growing without end. A checkpoint
 * beside running writes never quite catches up, and only a log that is copied to its end starts afresh. So when the log
 * has grown long, and little of it is left to copy, writes wait (undecided, not blocking reads) for one more checkpoint: CheckpointPolicy
 * says when.
 */
import { Worker } from 'node:worker_threads'
import { CheckpointPolicy } from './checkpoint-policy.ts'
import type { CheckpointKind, CheckpointResult } from './checkpoint-worker.ts'
import { locationOf } from './location.ts'

export interface CheckpointerOptions {
  readonly file: string
  /** Makes writes wait, and lets them run again. */
  pause(): void
  resume(): void
  /** How many views are held that a commit has passed. */
  heldViews(): number
  /** Told when a checkpoint fails, and from 256 MiB on each time the log has grown by another 64 MiB. */
  warn(text: string): void
  /** `code`: SQLite's, where it gave one. */
  copyFailed(code: number | undefined): void
}

export class Checkpointer {
  readonly #options: CheckpointerOptions
  readonly #policy = new CheckpointPolicy()
  #worker: Worker | undefined
  #isPaused = false

  constructor(options: CheckpointerOptions) {
    this.#options = options
  }

  /** To be called after every commit, with an estimate of what it added to the log. */
  grew(bytes: number): void {
    if (this.#policy.grew(bytes)) this.#start()
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
    this.#rest()
  }

  #start(): void {
    this.#worker ??= this.#startWorker()
    // Writes that wait for the worker must keep the process alive; the worker by itself must not.
    if (this.#isPaused) this.#worker.ref()
    this.#worker.postMessage('passive' satisfies CheckpointKind)
  }

  #startWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    const worker = new Worker(new URL(`./checkpoint-worker${extension}`, import.meta.url), {
      workerData: locationOf(this.#options.file),
    })
    worker.unref()
    worker.on('message', (result: CheckpointResult) => {
      if (this.#worker === worker) this.#finished(result)
    })
    worker.on('error', (error) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#finished({ logFrames: 0, copiedFrames: 0, failed: String(error) })
    })
    return worker
  }

  #finished(result: CheckpointResult): void {
    const { phase, warnings } = this.#policy.finished(result, this.#options.heldViews())
    for (const warning of warnings) this.#options.warn(warning)
    if (result.failed !== undefined) this.#options.copyFailed(result.code)
    if (phase === 'alone') {
      this.#isPaused = true
      this.#options.pause()
    }
    if (phase === 'idle') this.#rest()
    else this.#start()
  }

  #rest(): void {
    this.#worker?.unref()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#options.resume()
  }
}
