/**
 * How far the write-ahead log had come when somebody was last told that something is durable, in a file of its own beside it: so a log
 * that was lost, cut off or changed since is told from one that had no more in it. It is written after commits, at most so often, and
 * not synced: what it says was durable before, so whatever of it a power cut leaves is true.
 *
 *   | stator.mark, 24 bytes |                                                              |
 *   | --------------------- | ------------------------------------------------------------ |
 *   | 0                     | "SMk1"                                                       |
 *   | 4, 8                  | the salts of the log                                         |
 *   | 12                    | frames of the log up to the last commit                      |
 *   | 16                    | how many of them the database has                            |
 *   | 20                    | crc32 of what is before                                      |
 *
 * Frames and salts are read where SQLite has them for all its connections, in stator.db-shm
 * (https://www.sqlite.org/walformat.html#the_wal_index_file_format): frames at 16, salts at 32, frames that the database has at 96.
 * That file stays open until SQLite has closed it: to close it would drop SQLite's locks on it.
 */
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** What is known to have been durable. */
export interface MarkedLog {
  readonly salt1: number
  readonly salt2: number
  readonly frames: number
  /** As many of them are in the database, too. */
  readonly copied: number
}

const magic = 0x534d6b31
const markBytes = 24
const sharedBytes = 100

export function markFileOf(database: string): string {
  return database.replace(/\.db$/, '.mark')
}

/** Undefined when there is none, or none that can be believed. */
export function readMark(path: string): MarkedLog | undefined {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  if (bytes.length !== markBytes || bytes.readUInt32BE(0) !== magic || bytes.readUInt32BE(20) !== crc32(bytes.subarray(0, 20)))
    return undefined
  return { salt1: bytes.readUInt32BE(4), salt2: bytes.readUInt32BE(8), frames: bytes.readUInt32BE(12), copied: bytes.readUInt32BE(16) }
}

function encodeMark({ salt1, salt2, frames, copied }: MarkedLog): Buffer {
  const bytes = Buffer.alloc(markBytes)
  for (const [at, number] of [magic, salt1, salt2, frames, copied].entries()) bytes.writeUInt32BE(number, at * 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 20)), 20)
  return bytes
}

export class CommitMark {
  readonly #database: string
  readonly #everyMs: number
  readonly #shared = Buffer.alloc(sharedBytes)
  #sharedFile: number | undefined
  #markFile: number | undefined
  #timer: NodeJS.Timeout | undefined

  /** `everyMs` 0: at each commit. */
  constructor(database: string, everyMs: number) {
    this.#database = database
    this.#everyMs = everyMs
  }

  /** To be called after each commit. Never throws: without a mark less is noticed, and nothing is lost. */
  committed(): void {
    if (this.#everyMs === 0) this.#write()
    else this.#timer ??= setTimeout(() => this.#write(), this.#everyMs).unref()
  }

  /**
   * Closes the last connection, which takes the log away when all of it is in the database: that is so, and stands on the disk, before
   * SQLite does it.
   */
  closeWith(writer: DatabaseSync): void {
    try {
      writer.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
    } catch {
      // Closing tries it again, and what is not copied stays in the log.
    }
    this.#write({ synced: true })
    writer.close()
    // Somebody who held the copying up before has let go meanwhile.
    if (!existsSync(`${this.#database}-wal`)) this.#write({ synced: true, isAllCopied: true })
    for (const file of [this.#sharedFile, this.#markFile]) if (file !== undefined) closeSync(file)
  }

  #write({ synced = false, isAllCopied = false } = {}): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      const log = this.#readShared()
      this.#markFile ??= openSync(markFileOf(this.#database), constants.O_RDWR | constants.O_CREAT, 0o600)
      writeSync(this.#markFile, encodeMark(isAllCopied ? { ...log, copied: log.frames } : log), 0, markBytes, 0)
      if (synced) fsyncSync(this.#markFile)
    } catch {
      this.#remove()
    }
  }

  /** What cannot be kept true must go: an older mark takes a log that was emptied since for one that was lost. */
  #remove(): void {
    if (this.#markFile !== undefined) closeSync(this.#markFile)
    this.#markFile = undefined
    rmSync(markFileOf(this.#database), { force: true })
  }

  #readShared(): MarkedLog {
    const bytes = this.#shared
    this.#sharedFile ??= openSync(`${this.#database}-shm`, 'r')
    readSync(this.#sharedFile, bytes, 0, sharedBytes, 0)
    // Counts are as this machine has them, salts as the log has them.
    const counts = new Uint32Array(bytes.buffer, bytes.byteOffset, sharedBytes / 4)
    return { salt1: bytes.readUInt32BE(32), salt2: bytes.readUInt32BE(36), frames: counts[4] ?? 0, copied: counts[24] ?? 0 }
  }
}
