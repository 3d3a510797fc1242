/**
 * What a commit that failed has left at the end of the write-ahead log: its frames may be there whole, and after a crash SQLite would
 * take them for committed although its writers were told that they are not. The first of them is overwritten with zeros, which ends
 * the log before it (https://www.sqlite.org/fileformat2.html#walformat: a frame header is 24 bytes, that of the log 32).
 */
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { pageSizeBytes } from './database-file.ts'
import { frameHeaderBytes, logHeaderBytes } from './write-ahead-log.ts'

/** `frames`: how many the log has up to its last commit that succeeded. Throws as the file system does. */
export function strikeOut(log: string, frames: number): void {
  const descriptor = openSync(log, 'r+')
  try {
    const endBytes = logHeaderBytes + frames * (frameHeaderBytes + pageSizeBytes)
    if (fstatSync(descriptor).size <= endBytes) return
    writeSync(descriptor, new Uint8Array(frameHeaderBytes), 0, frameHeaderBytes, endBytes)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
