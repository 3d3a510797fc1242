/** What an error of the driver means: by the SQLSTATE of the database, or by what became of the network. */
import { StoreOpenError } from '../store.ts'
import { constraints } from './statements.ts'

/** What the driver adds to an error of the database. */
interface DatabaseFields {
  readonly code?: string
  readonly constraint?: string
  readonly severity?: string
}

function fieldsOf(error: unknown): DatabaseFields {
  return typeof error === 'object' && error !== null ? error : {}
}

/** Somebody was faster, holds a lock, or waited for us while we waited for them: the same again may do. */
export function isConflict(error: unknown): boolean {
  const { code, constraint } = fieldsOf(error)
  switch (code) {
    case '23505': // unique_violation
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '55P03': // lock_not_available: lock_timeout
    case '57014': // query_canceled: statement_timeout
    case '26000': // invalid_sql_statement_name: prepared in a transaction that failed
      return true
    case '23514': // check_violation
      return constraint === constraints.logIsOpen
    default:
      return false
  }
}

/** What was waited for is held by somebody else. */
export function isLockTimeout(error: unknown): boolean {
  const { code } = fieldsOf(error)
  // Many short waits come to a statement_timeout.
  return code === '55P03' || code === '57014'
}

export function isLogClosed(error: unknown): boolean {
  const { code, constraint } = fieldsOf(error)
  return code === '23514' && constraint === constraints.logIsOpen
}

/** The row of our lane has gone on without us. */
export function isLaneTaken(error: unknown): boolean {
  const { code, constraint } = fieldsOf(error)
  return code === '23514' && constraint === constraints.nextBatch
}

/** The database says so and hangs up: class 57P of a backend that is told to end, or one that was idle for too long. */
export function endsConnection(error: unknown): boolean {
  const { code = '', severity } = fieldsOf(error)
  return severity === 'FATAL' || severity === 'PANIC' || code.startsWith('57P') || code === '25P03'
}

/** There is no such table. */
export function isMissing(error: unknown): boolean {
  return fieldsOf(error).code === '42P01'
}

/** Somebody else makes the same tables at this moment. */
export function isMadeMeanwhile(error: unknown): boolean {
  const { code } = fieldsOf(error)
  return code === '42P07' || code === '42710' || isConflict(error)
}

/** There is one of that name, with other columns. */
export function isOtherTable(error: unknown): boolean {
  return fieldsOf(error).code === '42703'
}

/** The user lacks a right. */
export function isForbidden(error: unknown): boolean {
  return fieldsOf(error).code === '42501'
}

/** This is no primary any more; another may be found where we look for it. */
export function isReadOnly(error: unknown): boolean {
  return fieldsOf(error).code === '25006'
}

/** The server encrypts nothing, or nothing that both sides know; or lets in nobody who comes encrypted. */
export function refusesEncryption(error: unknown): boolean {
  const { code = '' } = fieldsOf(error)
  return isWithoutTls(error) || code === '28000' || code === 'EPROTO' || code.startsWith('ERR_SSL')
}

/** The server lets in nobody who comes in the clear, which it says as it refuses people. */
export function wantsEncryption(error: unknown): boolean {
  return fieldsOf(error).code === '28000'
}

/** The driver's own words. */
function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections'
}

/** Node's codes of OpenSSL's verdicts (X509_V_ERR_…), and its own for a name that is not the host's. */
function isAboutCertificate(code: string): boolean {
  return /CERT|VERIFY|SIGNATURE|CRL/.test(code)
}

/** All servers that a URL names are standbys, for the time being or for good. */
export class NoPrimary extends Error {
  constructor() {
    super('none of the servers takes writes')
    this.name = 'NoPrimary'
  }
}

/** Where the store is, as far as it may be printed. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

/** The sentence for whoever started a store that does not open. */
export function openError(error: unknown, { host, port, user, database }: Place): StoreOpenError {
  if (error instanceof StoreOpenError) return error
  const { code = '' } = fieldsOf(error)
  const text = error instanceof Error ? error.message : String(error)
  const where = host.startsWith('/') ? host : `${host}:${port}`
  const sentence = (): string => {
    if (code === '28P01' || code === '28000') return `The database at ${where} does not let in ${user}: ${text}`
    // The driver says so before it has sent anything.
    if (/client password must be/.test(text))
      return `The database at ${where} asks for a password of ${user}: give it in the URL or in PGPASSWORD`
    if (code === '3D000') return `The database at ${where} has no database ${database}`
    if (isForbidden(error))
      return `${user} may not make the tables of Stator in the database ${database}: grant the right, or let its owner start once`
    if (code === '3F000') return `The database ${database} has no schema for the tables of Stator: make the one that search_path names`
    if (code === '53300') return `The database at ${where} has no connection left: ${text}`
    if (error instanceof NoPrimary || code === '25006') return `The database at ${where} takes no writes: it is a standby, or read-only`
    if (code === '57P03') return `The database at ${where} is starting up or shutting down: ${text}`
    if (isWithoutTls(error)) return `The database at ${where} does not encrypt: leave sslmode out of the URL, or switch ssl on there`
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      return `The certificate of the database at ${where} is for another host: name the one that it is for, or ask for no more than sslmode=verify-ca`
    }
    if (isAboutCertificate(code)) {
      return `The certificate of the database at ${where} is not to be trusted (${text}): name who signed it with sslrootcert, or ask for no more than sslmode=require`
    }
    if (/^(E[A-Z_]+)$/.test(code)) return `The database at ${where} cannot be reached (${code})`
    return `The database at ${where} cannot be used: ${text}`
  }
  return new StoreOpenError(sentence(), { cause: error })
}
