/**
 * Has the write-ahead log copied into the database by a thread of its own, and keeps the log from growing without end. A checkpoint
 * beside running writes never quite catches up, and only a log that is copied to its end starts afresh. So when the log
 * has grown long, and little of it is left to copy, writes wait (undecided, not blocking reads) for one more checkpoint: CheckpointPolicy
 * says when. Where there is little room, and where pages were given back, the file of the log is emptied besides:
 *
 *   idle ── empty ──> copying (writes wait) ── all copied, and marked so ──> truncating ──> idle
 */
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { stopwatchMs } from '../../base/clock.ts'
import { checkpointEveryBytes, troubleToldEveryMs } from '../limits.ts'
import { CheckpointPolicy } from './checkpoint-policy.ts'
import type { CheckpointKind, CheckpointResult } from './checkpoint-worker.ts'
import { locationOf } from './location.ts'

export interface CheckpointerOptions {
  readonly file: string
  /** Makes writes wait, and lets them run again. */
  pause(): void
  resume(): void
  /** So much was added to the log. */
  wrote(bytes: number): void
  /** After how much growth the log is copied: `checkpointEveryBytes`, or less where there is little room; then its file is emptied, too. */
  everyBytes(): number
  /** The log is about to be emptied, and was. */
  beforeEmptying(): void
  emptied(): void
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
  #isBusy = false
  #isToBeEmptied = false
  #emptying: 'copying' | 'truncating' | undefined
  #isClosed = false
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(options: CheckpointerOptions) {
    this.#options = options
  }

  /** To be called after every commit, with an estimate of what it added to the log. */
  grew(bytes: number): void {
    this.#options.wrote(bytes)
    if (this.#emptying === undefined && this.#policy.grew(bytes, this.#options.everyBytes())) this.#start('passive')
    // Not from inside the commit that tells of it.
    else if (this.#isBusy && this.#policy.grownBytes >= this.#roomBytes / 2) setImmediate(() => this.#pauseWhileBusy())
  }

  #pauseWhileBusy(): void {
    if (this.#isBusy) this.#pause()
  }

  /** Copies all of the log and makes its file empty, if nobody holds a view that needs it. */
  empty(): void {
    this.#isToBeEmptied = true
    if (!this.#isBusy) this.#beginEmptying()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
    this.#rest()
  }

  /** Nothing when the pause before it has failed, and closed this. */
  #start(kind: CheckpointKind): void {
    if (this.#isClosed) return
    this.#isBusy = true
    this.#worker ??= this.#startWorker()
    // Writes that wait for the worker must keep the process alive; the worker by itself must not.
    if (this.#isPaused) this.#worker.ref()
    this.#worker.postMessage(kind)
  }

  #startWorker(): Worker {
    const worker = newWorker(locationOf(this.#options.file))
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
    if (result.failed !== undefined) this.#options.copyFailed(result.code)
    if (this.#emptying !== undefined) {
      this.#goOnEmptying(result)
      return
    }
    const { phase, warnings } = this.#policy.finished(result, this.#options.heldViews(), this.#roomBytes)
    for (const warning of warnings) this.#tell(warning, result)
    if (phase === 'alone') this.#pause()
    if (phase !== 'idle') this.#start('passive')
    else if (result.failed === undefined && this.#mayEmpty()) this.#beginEmptying()
    else this.#rest()
  }

  #mayEmpty(): boolean {
    return this.#isToBeEmptied || this.#roomBytes < Number.POSITIVE_INFINITY
  }

  /** How long the log may get where there is little room: twice what is copied at once, as writes go on beside that. */
  get #roomBytes(): number {
    const everyBytes = this.#options.everyBytes()
    return everyBytes < checkpointEveryBytes ? 2 * everyBytes : Number.POSITIVE_INFINITY
  }

  #beginEmptying(): void {
    this.#isToBeEmptied = false
    this.#emptying = 'copying'
    // A pause commits, and what comes of that may ask for this once more.
    this.#isBusy = true
    this.#pause()
    this.#start('passive')
  }

  #goOnEmptying({ failed, logFrames, copiedFrames }: CheckpointResult): void {
    if (this.#emptying === 'copying' && failed === undefined && copiedFrames >= logFrames) {
      this.#emptying = 'truncating'
      this.#options.beforeEmptying()
      this.#start('truncate')
      return
    }
    if (this.#emptying === 'truncating') this.#options.emptied()
    this.#emptying = undefined
    this.#rest()
  }

  /** On a full disk it fails again and again. */
  #tell(warning: string, { failed }: CheckpointResult): void {
    if (failed !== undefined && stopwatchMs() - this.#toldMs < troubleToldEveryMs) return
    if (failed !== undefined) this.#toldMs = stopwatchMs()
    this.#options.warn(warning)
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#worker?.ref()
    this.#options.pause()
  }

  #rest(): void {
    this.#isBusy = false
    this.#worker?.unref()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#options.resume()
  }
}

/**
 * Of the file beside this one, or, where this one became a part of a piece of the package, beside the folder of pieces (scripts/build.ts); in
 * a single executable, which has no files, of the text that was put into it (scripts/executable.ts).
 */
function newWorker(workerData: string): Worker {
  const sea = process.getBuiltinModule('node:sea')
  if (sea?.isSea()) return new Worker(sea.getAsset('checkpoint-worker.js', 'utf8'), { eval: true, workerData })
  const file = `checkpoint-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
  const beside = new URL(`./${file}`, import.meta.url)
  return new Worker(existsSync(beside) ? beside : new URL(`../${file}`, import.meta.url), { workerData })
}
