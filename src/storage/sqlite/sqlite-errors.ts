/** What SQLite says went wrong, by its result codes (https://www.sqlite.org/rescode.html). */

/** Main result codes: the low byte of `errcode`. */
export const sqliteBusy = 5
export const sqliteCorrupt = 11
export const sqliteFull = 13
export const sqliteNotADatabase = 26
const sqliteReadOnly = 8
const sqliteIoError = 10
const sqliteCannotOpen = 14
/** What READ, SHORT_READ, DATA and CORRUPTFS stand for above the code of an I/O error: it was read, not written. */
const readFailures: ReadonlySet<number> = new Set([1, 2, 32, 33])

/** The main code of what SQLite threw; undefined when something else did. */
export function resultCode(error: unknown): number | undefined {
  const code = extendedCode(error)
  return code === undefined ? undefined : code & 0xff
}

/** Whether something could not be written or synced, so that nobody knows what the disk has of it. */
export function isWriteFailure(error: unknown): boolean {
  return isWriteFailureCode(extendedCode(error))
}

/** The same of an extended result code. */
export function isWriteFailureCode(code: number | undefined): boolean {
  if (code === undefined) return false
  const main = code & 0xff
  return main === sqliteReadOnly || main === sqliteCannotOpen || (main === sqliteIoError && !readFailures.has(code >>> 8))
}

export function extendedCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of what the system refused, such as ENOENT. */
export function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
