/** The log of a server that runs in a terminal: stderr. */
import type { Log } from '../base/log.ts'

/** SQLite's main result codes for what disks, file systems and people do: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const outsideCodes: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26])

export const logToStderr: Log = (text, cause) => {
  const reason = outsideReason(cause)
  if (reason !== undefined) console.error(`${text}: ${reason}`)
  else if (cause === undefined) console.error(text)
  else console.error(text, cause)
}

/**
 * What went wrong, when that was a disk that is full or a row that is damaged: one sentence, for where the program met it says
 * nothing. Undefined for everything else: that is a fault of the program's, and is shown with its stack.
 */
export function outsideReason(cause: unknown): string | undefined {
  const sentences: string[] = []
  let error = cause
  for (; error instanceof Error; error = error.cause) {
    sentences.push(error.message)
    if (isOutside(error)) return sentences.join(': ')
  }
  return undefined
}

function isOutside(error: Error): boolean {
  if (error.name === 'StoreDamaged') return true
  return 'errcode' in error && typeof error.errcode === 'number' && outsideCodes.has(error.errcode & 0xff)
}
