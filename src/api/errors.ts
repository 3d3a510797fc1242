/**
 * The catalogue of every exception the API can answer with, and the one class that carries them. Message texts stand whole
 * at the check that raises them, not here. Wire format: errors.md §1.
 */
import { ClientError } from './client-error.ts'

/** What precedes `#` in `__type`, by family. */
export const exceptionNamespaces = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810',
  service: 'com.amazon.coral.service',
  validate: 'com.amazon.coral.validate',
} as const

interface ExceptionRow {
  readonly family: keyof typeof exceptionNamespaces
  readonly status: number
  /** The JSON member that holds the message. */
  readonly messageMember: 'message' | 'Message'
  /** What else its body may have: members with their shapes, as in a structure. */
  readonly members?: { readonly [name: string]: string }
}

export const exceptions = {
  AccessDeniedException: { family: 'service', status: 400, messageMember: 'Message' },
  BackupInUseException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  BackupNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ConditionalCheckFailedException: { family: 'dynamodb', status: 400, messageMember: 'message', members: { Item: 'AttributeMap' } },
  ContinuousBackupsUnavailableException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  DuplicateItemException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ExpiredIteratorException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ExpiredTokenException: { family: 'service', status: 400, messageMember: 'message' },
  ExportConflictException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ExportNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  GlobalTableAlreadyExistsException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  GlobalTableNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  IdempotentParameterMismatchException: { family: 'dynamodb', status: 400, messageMember: 'Message' },
  ImportConflictException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ImportNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  IncompleteSignatureException: { family: 'service', status: 400, messageMember: 'message' },
  IndexNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  InternalFailure: { family: 'service', status: 500, messageMember: 'message' },
  InternalServerError: { family: 'dynamodb', status: 500, messageMember: 'message' },
  InvalidExportTimeException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  InvalidRestoreTimeException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  InvalidSignatureException: { family: 'service', status: 400, messageMember: 'message' },
  ItemCollectionSizeLimitExceededException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  LimitExceededException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  MissingAuthenticationTokenException: { family: 'service', status: 400, messageMember: 'message' },
  PointInTimeRecoveryUnavailableException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  PolicyNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ProvisionedThroughputExceededException: {
    family: 'dynamodb',
    status: 400,
    messageMember: 'message',
    members: { ThrottlingReasons: 'ThrottlingReasonList' },
  },
  ReplicaAlreadyExistsException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ReplicaNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ReplicatedWriteConflictException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  RequestLimitExceeded: {
    family: 'dynamodb',
    status: 400,
    messageMember: 'message',
    members: { ThrottlingReasons: 'ThrottlingReasonList' },
  },
  ResourceInUseException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ResourceNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  SerializationException: { family: 'service', status: 400, messageMember: 'Message' },
  ServiceUnavailable: { family: 'service', status: 503, messageMember: 'message' },
  TableAlreadyExistsException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  TableInUseException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  TableNotFoundException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  ThrottlingException: { family: 'service', status: 400, messageMember: 'message', members: { throttlingReasons: 'ThrottlingReasonList' } },
  TransactionCanceledException: {
    family: 'dynamodb',
    status: 400,
    messageMember: 'Message',
    members: { CancellationReasons: 'CancellationReasonList' },
  },
  TransactionConflictException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  TransactionInProgressException: { family: 'dynamodb', status: 400, messageMember: 'Message' },
  TrimmedDataAccessException: { family: 'dynamodb', status: 400, messageMember: 'message' },
  UnknownOperationException: { family: 'service', status: 400, messageMember: 'message' },
  UnrecognizedClientException: { family: 'service', status: 400, messageMember: 'message' },
  ValidationException: { family: 'validate', status: 400, messageMember: 'message' },
} as const

export type ExceptionName = keyof typeof exceptions

/** What the body of an exception may have besides its message: members with their shapes. */
export function membersOf(exception: ExceptionName): { readonly [name: string]: string } {
  const row: ExceptionRow = exceptions[exception]
  return row.members ?? {}
}

/** Something the client is told. Caught once, in dispatch. */
export class ServiceError extends ClientError<ExceptionName> {
  /** Further members of the error body, such as `Item`. */
  readonly members: { readonly [name: string]: unknown }
  /**
   * True for a fault found in the request alone, before the table is looked at. PutItem, UpdateItem and DeleteItem answer
   * such a ValidationException in the envelope `1 validation error detected: …`, all others bare (errors.md §4.3).
   */
  readonly inRequest: boolean

  constructor(
    exception: ExceptionName,
    message: string,
    { members = {}, inRequest = false }: { members?: { readonly [name: string]: unknown }; inRequest?: boolean } = {},
  ) {
    super(exception, message)
    this.members = members
    this.inRequest = inRequest
  }
}

/** A ValidationException that is answered with exactly this text by every operation. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message)
}

/**
 * For a table or a stream of another account, of which there is none here: what AWS says of an account that it does not know
 * (api-quirks DDB-TABLE-011, DDB-TABLE-071).
 */
export function accessDenied(): ServiceError {
  return new ServiceError('AccessDeniedException', 'Access is denied')
}

/** What a client is told of a fault that is not its own; SDKs repeat the request. */
export function unknownFailure(): ServiceError {
  return new ServiceError('InternalServerError', 'The request processing has failed because of an unknown error, exception or failure.')
}

/** A ValidationException found in the request alone: see `ServiceError.inRequest`. */
export function invalidRequest(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { inRequest: true })
}
