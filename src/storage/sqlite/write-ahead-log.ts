/**
 * What a write-ahead log holds, read before SQLite looks at it: SQLite takes a log as far as its checksums agree and says nothing of
 * what lies behind that. The format is SQLite's (https://www.sqlite.org/fileformat2.html#walformat); numbers are big-endian.
 *
 *   | header, 32 bytes |                                                                   |
 *   | ---------------- | ----------------------------------------------------------------- |
 *   | 0                | 0x377f0682 or …83: whether checksums add little- or big-endian words |
 *   | 8                | page size                                                         |
 *   | 16, 20           | salts; the first is one more each time the log starts afresh       |
 *   | 24, 28           | checksum of what is before                                        |
 *
 *   | frame, 24 bytes and a page |                                                         |
 *   | -------------------------- | ------------------------------------------------------- |
 *   | 4                          | not 0: it ends a commit                                 |
 *   | 8, 12                      | the salts again; other ones are left from before         |
 *   | 16, 20                     | checksum of the frame, going on from the one before      |
 *
 * A process that dies, or a power cut, leaves at most the frames of one commit incomplete, since each is on the disk before the next
 * begins. So a frame that goes on from the end of a commit proves that this commit was acknowledged, whatever became of it.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { logFramesAtOnce } from '../limits.ts'
import { systemCode } from './sqlite-errors.ts'

export type LogState =
  /** Missing, empty, or never begun. */
  | { readonly kind: 'none' }
  /** It is there, and its header is not what was written: SQLite would take nothing of it. */
  | { readonly kind: 'headless' }
  | LogFrames

export interface LogFrames {
  readonly kind: 'frames'
  readonly salt1: number
  readonly salt2: number
  /** As many frames as SQLite takes: up to the end of the last whole commit. */
  readonly whole: number
  /** Commits behind them that are known to have been acknowledged. */
  readonly lostCommits: number
  readonly frameBytes: number
}

export const logHeaderBytes = 32
export const frameHeaderBytes = 24
const littleEndianMagic = 0x377f0682
const bigEndianMagic = 0x377f0683

/** Reads all of it. Throws as the file system does. */
export function readLog(path: string): LogState {
  const descriptor = openIfThere(path)
  if (descriptor === undefined) return { kind: 'none' }
  try {
    const lengthBytes = fstatSync(descriptor).size
    const head = Buffer.alloc(logHeaderBytes)
    if (lengthBytes <= logHeaderBytes) return { kind: 'none' }
    readSync(descriptor, head, 0, logHeaderBytes, 0)
    if (head.every((byte) => byte === 0)) return { kind: 'none' }
    const header = decodeHeader(head)
    return header === undefined ? { kind: 'headless' } : readFrames(descriptor, lengthBytes, header)
  } finally {
    closeSync(descriptor)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

interface LogHeader {
  readonly isLittleEndian: boolean
  readonly pageBytes: number
  readonly salt1: number
  readonly salt2: number
  readonly sums: Sums
}

type Sums = readonly [number, number]

function decodeHeader(head: Buffer): LogHeader | undefined {
  const magic = head.readUInt32BE(0)
  if (magic !== littleEndianMagic && magic !== bigEndianMagic) return undefined
  const isLittleEndian = magic === littleEndianMagic
  const sums = sumsAfter([0, 0], head.subarray(0, 24), isLittleEndian)
  if (sums[0] !== head.readUInt32BE(24) || sums[1] !== head.readUInt32BE(28)) return undefined
  return { isLittleEndian, pageBytes: head.readUInt32BE(8), salt1: head.readUInt32BE(16), salt2: head.readUInt32BE(20), sums }
}

function readFrames(descriptor: number, lengthBytes: number, header: LogHeader): LogFrames {
  const { salt1, salt2, pageBytes, isLittleEndian } = header
  const frameBytes = frameHeaderBytes + pageBytes
  const frameCount = Math.floor((lengthBytes - logHeaderBytes) / frameBytes)
  const buffer = Buffer.alloc(logFramesAtOnce * frameBytes)
  let before = header.sums
  let isWhole = true
  let whole = 0
  let lostCommits = 0
  /** Whether the frame before ends a commit that SQLite would not take. */
  let isEndOfLost = false
  for (let first = 0; first < frameCount; first += logFramesAtOnce) {
    const count = Math.min(logFramesAtOnce, frameCount - first)
    readSync(descriptor, buffer, 0, count * frameBytes, logHeaderBytes + first * frameBytes)
    for (let at = 0; at < count; at += 1) {
      const frame = buffer.subarray(at * frameBytes, (at + 1) * frameBytes)
      const stored: Sums = [frame.readUInt32BE(16), frame.readUInt32BE(20)]
      const isOfLog = frame.readUInt32BE(8) === salt1 && frame.readUInt32BE(12) === salt2
      const goesOn =
        isOfLog &&
        isSame(sumsAfter(sumsAfter(before, frame.subarray(0, 8), isLittleEndian), frame.subarray(frameHeaderBytes), isLittleEndian), stored)
      if (goesOn && isEndOfLost) lostCommits += 1
      isWhole &&= goesOn
      const isEnd = frame.readUInt32BE(4) !== 0
      if (isWhole && isEnd) whole = first + at + 1
      isEndOfLost = !isWhole && isOfLog && isEnd
      before = stored
    }
  }
  return { kind: 'frames', salt1, salt2, whole, lostCommits, frameBytes }
}

function isSame(a: Sums, b: Sums): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

function sumsAfter([first, second]: Sums, bytes: Buffer, isLittleEndian: boolean): Sums {
  let a = first
  let b = second
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + b) >>> 0
    b = (b + (isLittleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + a) >>> 0
  }
  return [a, b]
}

/** How much of the file SQLite takes. */
export function wholeBytesOf({ whole, frameBytes }: LogFrames): number {
  return logHeaderBytes + whole * frameBytes
}
