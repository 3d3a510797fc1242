/**
 * What CloudWatch answers instead of a result. Every error has two names: the exception of the newer protocols and the code of
 * the query protocol, which newer clients are told, too (`awsQueryCompatible`).
 */
import { ClientError } from '../../../api/client-error.ts'

/** Code of the query protocol and HTTP status, by exception: the model's `awsQueryError`, and those that every service has [I]. */
export const cloudWatchErrors = {
  AccessDeniedException: { code: 'AccessDenied', status: 403, messageMember: 'Message' },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  InternalServiceFault: { code: 'InternalServiceError', status: 500, messageMember: 'Message' },
  InvalidFormatFault: { code: 'InvalidFormat', status: 400 },
  InvalidNextToken: { code: 'InvalidNextToken', status: 400 },
  InvalidParameterCombinationException: { code: 'InvalidParameterCombination', status: 400 },
  InvalidParameterValueException: { code: 'InvalidParameterValue', status: 400 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  LimitExceededFault: { code: 'LimitExceeded', status: 400 },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  MissingRequiredParameterException: { code: 'MissingParameter', status: 400 },
  ResourceNotFoundException: { code: 'ResourceNotFoundException', status: 404, messageMember: 'Message' },
  ResourceNotFound: { code: 'ResourceNotFound', status: 404 },
  SerializationException: { code: 'MalformedInput', status: 400 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  ValidationError: { code: 'ValidationError', status: 400 },
} as const

type CloudWatchErrorName = keyof typeof cloudWatchErrors

/** Caught once, where answers are made (services/wings.ts). */
export class CloudWatchError extends ClientError<CloudWatchErrorName> {}

/** What the operations on alarms and metric data answer for most faults of a request. */
export function validationError(message: string): CloudWatchError {
  return new CloudWatchError('ValidationError', message)
}
