/** What STS answers instead of a result: codes and statuses are those of AWS's model, and of every service that speaks forms. */
import { ClientError } from '../../../api/client-error.ts'

export const stsErrors = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  /** Of a token of another provider; that of a session has the name above, and another code. */
  ExpiredWebIdentityToken: { code: 'ExpiredTokenException', status: 400 },
  IDPRejectedClaimException: { code: 'IDPRejectedClaim', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  InternalFailure: { code: 'InternalFailure', status: 500 },
  InvalidIdentityTokenException: { code: 'InvalidIdentityToken', status: 400 },
  InvalidParameterValueException: { code: 'InvalidParameterValue', status: 400 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  MalformedPolicyDocumentException: { code: 'MalformedPolicyDocument', status: 400 },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  MissingRequiredParameterException: { code: 'MissingAction', status: 400 },
  PackedPolicyTooLargeException: { code: 'PackedPolicyTooLarge', status: 400 },
  SerializationException: { code: 'MalformedInput', status: 400 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  ValidationError: { code: 'ValidationError', status: 400 },
} as const

type StsErrorName = keyof typeof stsErrors

/** Caught once, where answers are made (services/answer-request.ts). */
export class StsError extends ClientError<StsErrorName> {}

export function validationError(message: string): StsError {
  return new StsError('ValidationError', message)
}

export function invalidParameter(message: string): StsError {
  return new StsError('InvalidParameterValueException', message)
}

/** [I] The words, from memory. */
export function sessionRefused(operation: string): StsError {
  return new StsError('AccessDeniedException', `Cannot call ${operation} with session credentials`)
}
