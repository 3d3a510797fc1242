/**
 * What goes wrong outside of the program: a disk that is full, a row that is damaged, a database that is away, another process that holds
 * what is needed. One sentence is enough for it, while a fault of the program's is shown with its stack. The errors of the store are known by
 * their names, as it lies floors below.
 */
import { AssertionFailure } from '../base/assert.ts'

/** SQLite's main result codes for what disks, file systems and people do: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const outsideCodes: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26])
/**
 * PostgreSQL's for what networks, disks and people do: connections, who is let in, what there is no more of, what waits, operators, the
 * system, damage; and of other classes no rights, and a standby.
 */
const outsideClasses: ReadonlySet<string> = new Set(['08', '28', '53', '55', '57', '58', 'XX'])
const outsideStates: ReadonlySet<string> = new Set(['42501', '25006'])
/** Of errors that say no more than that something failed. */
const plainNames: ReadonlySet<string> = new Set(['Error', 'StoreUnavailable', 'StoreContended'])

/** The sentences of all that led to it, from what failed to why. Undefined for a fault of the program's. */
export function outsideReason(cause: unknown): string | undefined {
  const errors = causesOf(cause)
  const at = errors.findIndex(isOutside)
  const last = errors.at(-1)
  if (at < 0 && !(storeTrouble(cause) !== undefined && last !== undefined && mayBeOutside(last))) return undefined
  return (at < 0 ? errors : errors.slice(0, at + 1)).map(sentenceOf).join(': ')
}

/** Away: the store cannot commit or be asked. Held: another process has what is needed. Undefined: it is something else. */
export function storeTrouble(cause: unknown): 'away' | 'held' | undefined {
  const errors = causesOf(cause)
  const isAny = (name: string): boolean => errors.some((error) => error.name === name)
  if (isAny('StoreDamaged')) return undefined
  if (isAny('StoreContended')) return 'held'
  return isAny('StoreUnavailable') ? 'away' : undefined
}

function causesOf(cause: unknown): readonly Error[] {
  const errors: Error[] = []
  for (let error = cause; error instanceof Error; error = error.cause) errors.push(error)
  return errors
}

function isOutside(error: Error): boolean {
  if (error.name === 'StoreDamaged') return true
  return 'errcode' in error && typeof error.errcode === 'number' && outsideCodes.has(error.errcode & 0xff)
}

/** What a store has met that it cannot go on after: by its code, or, where drivers give none, as it is no more than an error. */
function mayBeOutside(error: Error): boolean {
  if (error instanceof AssertionFailure) return false
  const code = 'code' in error ? String(error.code) : ''
  if (/^[0-9A-Z]{5}$/.test(code) && 'severity' in error) return outsideClasses.has(code.slice(0, 2)) || outsideStates.has(code)
  if (code !== '') return /^E[A-Z]+/.test(code)
  return plainNames.has(error.name)
}

/** An attempt at several addresses that fails says nothing but a code. */
function sentenceOf(error: Error): string {
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}
