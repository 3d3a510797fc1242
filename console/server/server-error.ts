/** What a server says when it refuses: its words, and whose they are. */
import type { Item } from '../values/attribute-value.ts'
import { isLost } from './connection.ts'

export class ServerError extends Error {
  /** Of HTTP; 0 when nobody answered. */
  readonly status: number
  /** Of AWS's, such as `ValidationException`. */
  readonly exception: string | undefined
  /** What the answer has besides its message: a changed item, reasons of a cancelled transaction. */
  readonly details: { readonly [name: string]: unknown }

  constructor(status: number, message: string, exception?: string, details: { readonly [name: string]: unknown } = {}) {
    super(message)
    this.status = status
    this.exception = exception
    this.details = details
  }
}

/** What the errors that people meet most mean, under AWS's own words. */
const meanings: { readonly [exception: string]: string } = {
  ConditionalCheckFailedException: 'The item is not as it was read: somebody changed it meanwhile.',
  ProvisionedThroughputExceededException:
    'A partition or the table is asked for more units a second than it has. See its heat map and hot keys.',
  ThrottlingException: 'More was asked for than the table takes now. AWS’s clients try again by themselves.',
  ResourceNotFoundException: 'There is no table (or index, or stream) of that name in this region.',
  ResourceInUseException: 'The table is being made, changed or deleted: wait until it is ACTIVE.',
  TransactionCanceledException: 'Nothing of the transaction was done. The reasons stand in the order of its items.',
  PointInTimeRecoveryUnavailableException: 'The table keeps nothing of what it was. Switch its point-in-time recovery on.',
  BackupInUseException: 'The backup is being made or restored: wait until it is.',
  AccessDeniedException: 'The policies of your user do not allow it (docs/security.md).',
  UnrecognizedClientException: 'The server does not know this access key.',
  InvalidSignatureException: 'The secret key is not the one of this access key, or the clock of this machine is wrong.',
}

export function meaningOf(error: unknown): string | undefined {
  if (!(error instanceof ServerError)) return undefined
  if (error.status === 0) return isLost.value ? 'This page comes back with it.' : 'It answers again now: what was asked may be done or not.'
  return error.exception === undefined ? undefined : meanings[error.exception]
}

/** The item as it is, where the condition of a write failed that asked to be told; undefined for every other error, and where there is none any more. */
export function itemMet(error: unknown): Item | undefined {
  const isMet = error instanceof ServerError && error.exception === 'ConditionalCheckFailedException'
  return isMet ? (error.details['Item'] as Item | undefined) : undefined
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
