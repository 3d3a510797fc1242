/**
 * The exceptions of Application Auto Scaling and the one class that carries them. They are apart from DynamoDB's: some names are
 * the same, and mean another thing with another status.
 */
import { ClientError } from '../../../api/client-error.ts'

/** HTTP status of each; those of the model, then those that every service of AWS has. */
export const scalingExceptions = {
  ConcurrentUpdateException: 500,
  FailedResourceAccessException: 400,
  InternalServiceException: 500,
  InvalidNextTokenException: 400,
  LimitExceededException: 400,
  ObjectNotFoundException: 400,
  ResourceNotFoundException: 404,
  TooManyTagsException: 400,
  ValidationException: 400,
  SerializationException: 400,
  UnknownOperationException: 400,
} as const

export type ScalingExceptionName = keyof typeof scalingExceptions

/** Caught once, in server/auto-scaling. */
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
