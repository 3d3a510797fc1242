/**
 * How much room the disk has for the store. On a disk without any a commit cannot even delete, as a deletion is written, too: so a
 * ballast file lies in the folder while there is plenty, and goes when the room does. From then on only that is written which makes
 * room, until there is enough for a new ballast and for more.
 *
 *   roomy ── less than `tightBelowBytes`, or a write that found none ──> tight (no ballast) ── `roomyFromBytes` ──> roomy
 */
import { randomFill } from 'node:crypto'
import { existsSync, rmSync, statfsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stopwatchMs } from '../../base/clock.ts'
import {
  ballastBytes,
  checkpointEveryBytes,
  checkpointEveryBytesMin,
  roomPerCheckpoint,
  roomyFromBytes,
  tightBelowBytes,
  troubleToldEveryMs,
} from '../limits.ts'

const fillRandomly = promisify<Uint8Array, unknown>(randomFill)

export interface RoomOptions {
  readonly folder: string
  /** How many bytes the disk has free for us. Throws when that cannot be told. */
  freeBytes(): number
  /** Told when room runs out, once a minute while it is out, and when there is room again. */
  warn(text: string): void
  /** The store has something to give back: pages of the log, of deleted rows. */
  becameTight(): void
}

export class Room {
  readonly #options: RoomOptions
  readonly #ballast: string
  #isTight = false
  #availableBytes = Number.POSITIVE_INFINITY
  /** How much was written since that was measured. */
  #writtenBytes = 0
  #toldMs = 0
  /** When a write found no room, and how much the disk said there was. */
  #ranOut: { readonly availableBytes: number; readonly atMs: number } | undefined
  #making: Promise<void> | undefined

  constructor(options: RoomOptions) {
    this.#options = options
    this.#ballast = join(options.folder, 'stator.ballast')
  }

  get isTight(): boolean {
    return this.#isTight
  }

  /** The log may grow by this before it is copied: what it holds needs room in the database, too. */
  get checkpointEveryBytes(): number {
    if (this.#isTight) return checkpointEveryBytesMin
    return Math.min(checkpointEveryBytes, Math.max(checkpointEveryBytesMin, this.#availableBytes / roomPerCheckpoint))
  }

  /** In one sentence, while there is little. */
  get trouble(): string | undefined {
    if (!this.#isTight) return undefined
    return `the disk of ${this.#options.folder} is full: reads and deletes go on, other writes when ${mib(roomyFromBytes)} are free (${mib(this.#availableBytes)} are)`
  }

  /** So much was added to the log. A disk may be filled within the second from one look to the next. */
  wrote(bytes: number): void {
    this.#writtenBytes += bytes
    if (this.#writtenBytes >= checkpointEveryBytesMin) this.#measure()
  }

  /** A write found no room. */
  ranOut(): void {
    rmSync(this.#ballast, { force: true })
    this.#measure()
    this.#ranOut = { availableBytes: this.#availableBytes, atMs: stopwatchMs() }
    this.#becomeTight()
  }

  /** Looks how much there is. `reusableBytes`: of the database, in pages that rows can be put into before it has to grow. */
  look(reusableBytes: number): void {
    this.#measure()
    if (!this.#isTight) {
      if (this.#availableBytes < tightBelowBytes) this.#becomeTight()
      else if (this.#availableBytes >= roomyFromBytes) this.#makeBallast()
    } else if (this.#isEnough(reusableBytes)) {
      this.#isTight = false
      this.#ranOut = undefined
      this.#options.warn(`There is room on the disk of ${this.#options.folder} again (${mib(this.#availableBytes)}): all writes go on`)
    } else if (stopwatchMs() - this.#toldMs >= troubleToldEveryMs) {
      this.#tell()
    }
  }

  /** Nothing is made any more. */
  async close(): Promise<void> {
    await this.#making
  }

  /** What the disk says counts for little when a write found no room with as much, a quota's perhaps: then it is tried once a minute. */
  #isEnough(reusableBytes: number): boolean {
    if (this.#availableBytes < tightBelowBytes * 2 || this.#availableBytes + reusableBytes < roomyFromBytes) return false
    if (this.#ranOut === undefined) return true
    const { availableBytes, atMs } = this.#ranOut
    return this.#availableBytes >= availableBytes + tightBelowBytes || stopwatchMs() - atMs >= troubleToldEveryMs
  }

  #becomeTight(): void {
    // A ballast that is being made may come to be behind this.
    rmSync(this.#ballast, { force: true })
    if (this.#isTight) return
    this.#isTight = true
    this.#tell()
    this.#options.becameTight()
  }

  #tell(): void {
    this.#toldMs = stopwatchMs()
    this.#options.warn(this.trouble ?? '')
  }

  #measure(): void {
    this.#writtenBytes = 0
    try {
      this.#availableBytes = this.#options.freeBytes()
    } catch {
      // A folder that is gone is noticed by others.
    }
  }

  /** Of random bytes: nothing takes less room for being compressed. */
  #makeBallast(): void {
    if (this.#making !== undefined || existsSync(this.#ballast)) return
    const made = (): void => {
      this.#making = undefined
      if (this.#isTight) rmSync(this.#ballast, { force: true })
    }
    const bytes = new Uint8Array(ballastBytes)
    this.#making = fillRandomly(bytes)
      .then(() => writeFile(this.#ballast, bytes, { mode: 0o600 }))
      .then(made, made)
  }
}

/** As the file system of the folder says. */
export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
