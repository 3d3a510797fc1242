/** How SQLite is told to open the database, by all who do: one that opened it otherwise would not meet the others' locks. */
import { pathToFileURL } from 'node:url'

/**
 * As SQLite is to open the file: with a lock of its own on it, from the first connection of this process to the last, that no other
 * process gets past, whatever became of stator.lock; and with the index of the log in memory, not in a file beside it. Windows has
 * no such way. The lock lasts until this process closes the file: nothing but SQLite is to open it meanwhile.
 */
export function locationOf(file: string): string {
  return process.platform === 'win32' ? file : `${pathToFileURL(file).href}?vfs=unix-excl`
}

/** Of a file that nobody writes, without a lock. */
export function unwrittenLocationOf(file: string): string {
  return process.platform === 'win32' ? file : `${pathToFileURL(file).href}?vfs=unix-none&mode=ro`
}
