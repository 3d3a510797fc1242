/** What Lambda answers instead of a result: names, statuses and members are those of AWS's model. */
import { ClientError } from '../../../api/client-error.ts'

export const lambdaErrors = {
  AccessDeniedException: { status: 403, messageMember: 'Message' },
  ExpiredTokenException: { status: 403 },
  IncompleteSignatureException: { status: 403 },
  InvalidParameterValueException: { status: 400, typeMember: 'Type' },
  InvalidRequestContentException: { status: 400, typeMember: 'Type' },
  InvalidSignatureException: { status: 403 },
  MissingAuthenticationTokenException: { status: 403 },
  RequestTooLargeException: { status: 413, typeMember: 'Type' },
  ResourceConflictException: { status: 409, typeMember: 'Type' },
  ResourceInUseException: { status: 400, messageMember: 'Message', typeMember: 'Type' },
  ResourceNotFoundException: { status: 404, messageMember: 'Message', typeMember: 'Type' },
  SerializationException: { status: 400 },
  ServiceException: { status: 500, messageMember: 'Message', typeMember: 'Type' },
  TooManyRequestsException: { status: 429, typeMember: 'Type' },
  UnknownOperationException: { status: 404 },
  UnrecognizedClientException: { status: 403 },
  ValidationException: { status: 400 },
} as const

/** Caught once, where answers are made (services/answer-request.ts). */
export class LambdaError extends ClientError<keyof typeof lambdaErrors> {}

export function invalidParameter(message: string): LambdaError {
  return new LambdaError('InvalidParameterValueException', message)
}

export function notFound(message: string): LambdaError {
  return new LambdaError('ResourceNotFoundException', message)
}

/** [V] lambda-triggers.md §1.1. */
export function noSuchMapping(): LambdaError {
  return notFound('The resource you requested does not exist.')
}

/** [D] Lambda API reference. */
export function noSuchFunction(functionArn: string): LambdaError {
  return notFound(`Function not found: ${functionArn}`)
}
