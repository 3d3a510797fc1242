/**
 * Decides when the write-ahead log is copied into the database, and keeps the log from growing without end. A checkpoint
 * beside running writes never quite catches up, and only a log that is copied to its end starts afresh. So when the log
 * has grown long, and little of it is left to copy, writes wait (undecided, not blocking reads) for one more checkpoint.
 *
 *   idle ── log grew by checkpointEveryBytes ──> beside ── log short ──> idle
 *                                                beside ── log long, much left ──> beside again
 *                                                beside ── log long, little left ──> alone (writes wait) ──> idle
 */
import { Worker } from 'node:worker_threads'
import { stopwatchMs } from '../../base/clock.ts'
import {
  checkpointEveryBytes,
  checkpointLeftBytesMax,
  checkpointRoundsMax,
  troubleToldEveryMs,
  walKeptBytes,
  walWarnedFromBytes,
} from '../limits.ts'
import type { CheckpointKind, CheckpointResult } from './checkpoint-worker.ts'
import { pageSizeBytes } from './database-file.ts'
import { locationOf } from './location.ts'

const frameBytes = pageSizeBytes + 24

export interface CheckpointerOptions {
  readonly file: string
  /** Makes writes wait, and lets them run again. */
  pause(): void
  resume(): void
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
  #worker: Worker | undefined
  #phase: 'idle' | 'beside' | 'alone' | 'emptying' = 'idle'
  /** The file of the log is to be empty, once all of it is copied. */
  #isToBeEmptied = false
  #warnedMs = Number.NEGATIVE_INFINITY
  #rounds = 0
  /** Estimate of what the log has grown by since the last checkpoint began. */
  #grownBytes = 0
  /** The length of the log above which writes wait for a checkpoint. */
  #waitAboveBytes = walKeptBytes

  constructor(options: CheckpointerOptions) {
    this.#options = options
  }

  /** To be called after every commit, with an estimate of what it added to the log. */
  grew(bytes: number): void {
    this.#grownBytes += bytes
    if (this.#phase !== 'idle' || this.#grownBytes < this.#options.everyBytes()) return
    this.#checkpoint(this.#options.everyBytes() < checkpointEveryBytes ? 'alone' : 'beside')
  }

  /** Copies all of the log and makes its file empty, if nobody holds a view that needs it. */
  empty(): void {
    this.#isToBeEmptied = true
    if (this.#phase === 'idle') this.#checkpoint('alone')
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    const held = this.#phase === 'alone' || this.#phase === 'emptying'
    this.#phase = 'idle'
    await worker?.terminate()
    if (held) this.#options.resume()
  }

  #checkpoint(phase: 'beside' | 'alone'): void {
    this.#worker ??= this.#startWorker()
    this.#phase = phase
    this.#grownBytes = 0
    if (phase === 'alone') {
      // Writes that wait for the worker must keep the process alive; the worker by itself must not.
      this.#worker.ref()
      this.#options.pause()
    }
    this.#ask(this.#worker, 'passive')
  }

  #ask(worker: Worker, kind: CheckpointKind): void {
    worker.postMessage(kind)
  }

  #startWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    const worker = new Worker(new URL(`./checkpoint-worker${extension}`, import.meta.url), { workerData: locationOf(this.#options.file) })
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
    const logBytes = result.logFrames * frameBytes
    if (result.failed !== undefined) {
      this.#warnFailed(result.failed)
      this.#options.copyFailed(result.code)
    }
    if (this.#phase === 'alone' && this.#mayEmpty(result)) {
      this.#phase = 'emptying'
      this.#isToBeEmptied = false
      this.#options.beforeEmptying()
      if (this.#worker !== undefined) this.#ask(this.#worker, 'truncate')
    } else if (this.#phase === 'alone' || this.#phase === 'emptying') {
      if (this.#phase === 'alone') this.#judge(result, logBytes)
      else this.#options.emptied()
      this.#becomeIdle()
      this.#options.resume()
    } else if (logBytes <= this.#waitAboveBytes) {
      if (logBytes <= walKeptBytes) this.#waitAboveBytes = walKeptBytes
      this.#becomeIdle()
    } else if (this.#grownBytes > checkpointLeftBytesMax && this.#rounds < checkpointRoundsMax) {
      this.#rounds += 1
      this.#checkpoint('beside')
    } else {
      this.#checkpoint('alone')
    }
  }

  #mayEmpty({ failed, logFrames, copiedFrames }: CheckpointResult): boolean {
    const isShort = this.#options.everyBytes() < checkpointEveryBytes
    return (this.#isToBeEmptied || isShort) && failed === undefined && copiedFrames >= logFrames && this.#worker !== undefined
  }

  /** On a full disk it fails again and again. */
  #warnFailed(reason: string): void {
    if (stopwatchMs() - this.#warnedMs < troubleToldEveryMs) return
    this.#warnedMs = stopwatchMs()
    this.#options.warn(`checkpoint failed, the write-ahead log keeps growing: ${reason}`)
  }

  #becomeIdle(): void {
    this.#phase = 'idle'
    this.#rounds = 0
    this.#worker?.unref()
  }

  /** A log that a reader holds back does not start afresh, however often writes wait: try again when it is much longer. */
  #judge(result: CheckpointResult, logBytes: number): void {
    const isCopied = result.failed === undefined && result.copiedFrames >= result.logFrames
    const held = this.#options.heldViews()
    if (isCopied && held === 0) {
      this.#waitAboveBytes = walKeptBytes
      return
    }
    this.#waitAboveBytes = Math.max(logBytes, this.#waitAboveBytes) + walKeptBytes
    if (logBytes < walWarnedFromBytes) return
    const sizeMib = Math.round(logBytes / 1024 / 1024)
    this.#options.warn(`the write-ahead log has grown to ${sizeMib} MiB and cannot be emptied: ${held} view(s) are still held`)
  }
}
