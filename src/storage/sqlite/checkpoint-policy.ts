/**
 * When the write-ahead log is copied into the database, and when writes wait for it: decided by what a log has grown by and by what each
 * checkpoint did, and by nothing else, so that it can be asked without a log. The Checkpointer does what it says.
 *
 *   idle ── log grew by checkpointEveryBytes ──> beside ── log short ──> idle
 *                                                beside ── log long, much left ──> beside again
 *                                                beside ── log long, little left ──> alone (writes wait) ──> idle
 */
import { checkpointEveryBytes, checkpointLeftBytesMax, checkpointRoundsMax, walKeptBytes, walWarnedFromBytes } from '../limits.ts'
import type { CheckpointResult } from './checkpoint-worker.ts'
import { pageSizeBytes } from './database-file.ts'
import { frameHeaderBytes } from './write-ahead-log.ts'

export const frameBytes: number = pageSizeBytes + frameHeaderBytes

export type CheckpointPhase = 'idle' | 'beside' | 'alone'

export interface CheckpointStep {
  /** What begins now: nothing, or a checkpoint. */
  readonly phase: CheckpointPhase
  readonly warnings: readonly string[]
}

export class CheckpointPolicy {
  #phase: CheckpointPhase = 'idle'
  #rounds = 0
  #grownBytes = 0
  /** The length of the log above which writes wait for a checkpoint. */
  #waitAboveBytes = walKeptBytes

  /** What the log has grown by since the last checkpoint began, as an estimate. */
  get grownBytes(): number {
    return this.#grownBytes
  }

  /** Whether a checkpoint begins, beside the writes. `everyBytes`: by how much the log may grow without one. */
  grew(bytes: number, everyBytes: number = checkpointEveryBytes): boolean {
    this.#grownBytes += bytes
    if (this.#phase !== 'idle' || this.#grownBytes < everyBytes) return false
    this.#begin('beside')
    return true
  }

  /**
   * What follows the checkpoint that is under way. `heldViews`: how many views are held that a commit has passed. `roomBytes`: a log
   * that is longer may find no room in the database when it is copied.
   */
  finished(result: CheckpointResult, heldViews: number, roomBytes: number = Number.POSITIVE_INFINITY): CheckpointStep {
    const logBytes = result.logFrames * frameBytes
    const warnings = result.failed === undefined ? [] : [`checkpoint failed, the write-ahead log keeps growing: ${result.failed}`]
    if (this.#phase === 'alone') warnings.push(...this.#judge(result, logBytes, heldViews))
    const phase = this.#phase === 'alone' ? 'idle' : this.#next(logBytes, roomBytes)
    if (phase === 'idle') this.#rest()
    else this.#begin(phase)
    return { phase, warnings }
  }

  /** After one beside the writes. */
  #next(logBytes: number, roomBytes: number): CheckpointPhase {
    if (logBytes <= Math.min(this.#waitAboveBytes, roomBytes)) {
      if (logBytes <= walKeptBytes) this.#waitAboveBytes = walKeptBytes
      return 'idle'
    }
    if (logBytes > roomBytes || this.#grownBytes <= checkpointLeftBytesMax || this.#rounds >= checkpointRoundsMax) return 'alone'
    this.#rounds += 1
    return 'beside'
  }

  #begin(phase: CheckpointPhase): void {
    this.#phase = phase
    this.#grownBytes = 0
  }

  #rest(): void {
    this.#phase = 'idle'
    this.#rounds = 0
  }

  /** A log that a reader holds back does not start afresh, however often writes wait: try again when it is much longer. */
  #judge(result: CheckpointResult, logBytes: number, heldViews: number): readonly string[] {
    const isCopied = result.failed === undefined && result.copiedFrames >= result.logFrames
    if (isCopied && heldViews === 0) {
      this.#waitAboveBytes = walKeptBytes
      return []
    }
    this.#waitAboveBytes = Math.max(logBytes, this.#waitAboveBytes) + walKeptBytes
    if (logBytes < walWarnedFromBytes) return []
    const sizeMib = Math.round(logBytes / 1024 / 1024)
    return [`the write-ahead log has grown to ${sizeMib} MiB and cannot be emptied: ${heldViews} view(s) are still held`]
  }
}
