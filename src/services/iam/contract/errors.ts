/** What IAM answers instead of a result: codes and statuses are those of AWS's model, and of every service that speaks forms. */
import { ClientError } from '../../../api/client-error.ts'

export const iamErrors = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ConcurrentModificationException: { code: 'ConcurrentModification', status: 409 },
  DeleteConflictException: { code: 'DeleteConflict', status: 409 },
  EntityAlreadyExistsException: { code: 'EntityAlreadyExists', status: 409 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  InvalidInputException: { code: 'InvalidInput', status: 400 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  LimitExceededException: { code: 'LimitExceeded', status: 409 },
  MalformedPolicyDocumentException: { code: 'MalformedPolicyDocument', status: 400 },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  MissingRequiredParameterException: { code: 'MissingAction', status: 400 },
  NoSuchEntityException: { code: 'NoSuchEntity', status: 404 },
  PolicyNotAttachableException: { code: 'PolicyNotAttachable', status: 400 },
  SerializationException: { code: 'MalformedInput', status: 400 },
  ServiceFailureException: { code: 'ServiceFailure', status: 500 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
  UnmodifiableEntityException: { code: 'UnmodifiableEntity', status: 400 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  ValidationError: { code: 'ValidationError', status: 400 },
} as const

type IamErrorName = keyof typeof iamErrors

/** Caught once, where answers are made (services/answer-request.ts). */
export class IamError extends ClientError<IamErrorName> {}

export function validationError(message: string): IamError {
  return new IamError('ValidationError', message)
}

export function noSuchEntity(message: string): IamError {
  return new IamError('NoSuchEntityException', message)
}

export function deleteConflict(message: string): IamError {
  return new IamError('DeleteConflictException', message)
}

/** [V] github.com/flexera-public/policy_templates#121, github.com/kubeflow/kubeflow#6687. */
export function quotaExceeded(quota: string, max: number): IamError {
  return new IamError('LimitExceededException', `Cannot exceed quota for ${quota}: ${max}`)
}
