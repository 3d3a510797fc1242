/**
 * The exceptions of Application Auto Scaling and the one class that carries them. They are apart from DynamoDB's: some names are
 * the same, and mean another thing with another status.
 */
import { ClientError } from '../../../api/client-error.ts'

/** Those of the model, then those that every service of AWS has, and those of requests that are not signed as they should be. */
export const scalingErrors = {
  ConcurrentUpdateException: { status: 500, messageMember: 'Message' },
  FailedResourceAccessException: { status: 400, messageMember: 'Message' },
  InternalServiceException: { status: 500, messageMember: 'Message' },
  InvalidNextTokenException: { status: 400, messageMember: 'Message' },
  LimitExceededException: { status: 400, messageMember: 'Message' },
  ObjectNotFoundException: { status: 400, messageMember: 'Message' },
  ResourceNotFoundException: { status: 404, messageMember: 'Message' },
  TooManyTagsException: { status: 400, messageMember: 'Message' },
  ValidationException: { status: 400, messageMember: 'Message' },
  SerializationException: { status: 400, messageMember: 'Message' },
  UnknownOperationException: { status: 400, messageMember: 'Message' },
  AccessDeniedException: { status: 400, messageMember: 'Message' },
  ExpiredTokenException: { status: 400 },
  IncompleteSignatureException: { status: 400 },
  InvalidSignatureException: { status: 400 },
  MissingAuthenticationTokenException: { status: 400 },
  UnrecognizedClientException: { status: 400 },
} as const

type ScalingExceptionName = keyof typeof scalingErrors

/** Caught once, where answers are made (services/wings.ts). */
export class ScalingError extends ClientError<ScalingExceptionName> {
  /** Further members of the error body, such as `ResourceName`. */
  readonly members: { readonly [name: string]: string }

  constructor(exception: ScalingExceptionName, message: string, members: { readonly [name: string]: string } = {}) {
    super(exception, message)
    this.members = members
  }
}

export function invalidScaling(message: string): ScalingError {
  return new ScalingError('ValidationException', message)
}
