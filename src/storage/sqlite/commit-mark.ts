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
 * Frames are asked of SQLite, by a connection that is in no transaction (PRAGMA wal_checkpoint=NOOP); salts stand at the beginning of
 * the log, whose file stays open: only what is in the database's own file has locks that closing it would drop.
 */
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import type { StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { locationOf } from './location.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { logHeaderBytes } from './write-ahead-log.ts'

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
/** The first SQLite that tells how far its log is without copying it. */
const firstSqliteThatTells = [3, 51] as const

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

/** How many frames the log has, and how many of them the database has. */
interface LogLength {
  readonly frames: number
  readonly copied: number
}

export class CommitMark {
  readonly #database: string
  readonly #everyMs: number
  readonly #header = Buffer.alloc(logHeaderBytes)
  #asking: DatabaseSync | undefined
  #length: StatementSync | undefined
  #logFile: number | undefined
  #markFile: number | undefined
  #timer: NodeJS.Timeout | undefined

  /** `everyMs` 0: at each commit. */
  constructor(database: string, everyMs: number) {
    this.#database = database
    this.#everyMs = everyMs
    if (!sqliteTells) this.#remove()
  }

  /** To be called after each commit. Never throws: without a mark less is noticed, and nothing is lost. */
  committed(): void {
    if (!sqliteTells) return
    if (this.#everyMs === 0) this.#write()
    else this.#timer ??= setTimeout(() => this.#write(), this.#everyMs).unref()
  }

  /** Before the log is emptied, which all of it is in the database for: an older mark would say that it was lost. */
  isAllCopied(): void {
    if (sqliteTells) this.#write({ synced: true })
  }

  /**
   * Closes the last connection, which takes the log away when all of it is in the database: that is so, and stands on the disk, before
   * SQLite does it.
   */
  closeWith(writer: DatabaseSync): void {
    this.#asking?.close()
    let length: LogLength | undefined
    try {
      length = lengthOf(writer.prepare('PRAGMA wal_checkpoint(PASSIVE)'))
    } catch {
      // Closing tries it again, and what is not copied stays in the log.
    }
    this.#write({ synced: true, length })
    writer.close()
    // Somebody who held the copying up before has let go meanwhile.
    if (length !== undefined && !existsSync(`${this.#database}-wal`)) {
      this.#write({ synced: true, length: { frames: length.frames, copied: length.frames } })
    }
    for (const file of [this.#logFile, this.#markFile]) if (file !== undefined) closeSync(file)
    this.#logFile = undefined
    this.#markFile = undefined
  }

  #write({
    synced = false,
    length = this.#askLength(),
  }: {
    readonly synced?: boolean
    readonly length?: LogLength | undefined
  } = {}): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      if (length === undefined) throw new Error('the length of the log is not known')
      this.#markFile ??= openSync(markFileOf(this.#database), constants.O_RDWR | constants.O_CREAT, 0o600)
      writeSync(this.#markFile, encodeMark({ ...(length.frames === 0 ? noSalts : this.#readSalts()), ...length }), 0, markBytes, 0)
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

  #askLength(): LogLength | undefined {
    try {
      this.#asking ??= new DatabaseSync(locationOf(this.#database), { timeout: 0 })
      this.#length ??= this.#asking.prepare('PRAGMA wal_checkpoint(NOOP)')
      return lengthOf(this.#length)
    } catch {
      return undefined
    }
  }

  #readSalts(): Pick<MarkedLog, 'salt1' | 'salt2'> {
    this.#logFile ??= openSync(`${this.#database}-wal`, 'r')
    if (readSync(this.#logFile, this.#header, 0, logHeaderBytes, 0) < logHeaderBytes) throw new Error('the log has no beginning')
    return { salt1: this.#header.readUInt32BE(16), salt2: this.#header.readUInt32BE(20) }
  }
}

/** A log that was emptied has none, and nothing in it that could be lost. */
const noSalts = { salt1: 0, salt2: 0 } as const

const sqliteTells: boolean = isAtLeast(process.versions.sqlite ?? '', firstSqliteThatTells)

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number)
  return foundMajor > major || (foundMajor === major && foundMinor >= minor)
}

function lengthOf(checkpoint: StatementSync): LogLength {
  const row = checkpoint.get()
  return { frames: Number(row?.log), copied: Number(row?.checkpointed) }
}
