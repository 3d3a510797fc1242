/**
 * What CloudWatch answers instead of a result. Every error has two names: the exception of the newer protocols and the code of
 * the query protocol, which newer clients are told, too (`awsQueryCompatible`).
 */

/** Code of the query protocol and HTTP status, by exception: the model's `awsQueryError`, and those that every service has [I]. */
export const cloudWatchErrors = {
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400, messageMember: 'message' },
  InternalServiceFault: { code: 'InternalServiceError', status: 500, messageMember: 'Message' },
  InvalidAction: { code: 'InvalidAction', status: 400, messageMember: 'message' },
  InvalidFormatFault: { code: 'InvalidFormat', status: 400, messageMember: 'message' },
  InvalidNextToken: { code: 'InvalidNextToken', status: 400, messageMember: 'message' },
  InvalidParameterCombinationException: { code: 'InvalidParameterCombination', status: 400, messageMember: 'message' },
  InvalidParameterValueException: { code: 'InvalidParameterValue', status: 400, messageMember: 'message' },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403, messageMember: 'message' },
  LimitExceededFault: { code: 'LimitExceeded', status: 400, messageMember: 'message' },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403, messageMember: 'message' },
  MissingRequiredParameterException: { code: 'MissingParameter', status: 400, messageMember: 'message' },
  ResourceNotFound: { code: 'ResourceNotFound', status: 404, messageMember: 'message' },
  SerializationException: { code: 'MalformedInput', status: 400, messageMember: 'message' },
  UnknownOperationException: { code: 'InvalidAction', status: 400, messageMember: 'message' },
  ValidationError: { code: 'ValidationError', status: 400, messageMember: 'message' },
} as const

export type CloudWatchErrorName = keyof typeof cloudWatchErrors

/** Something the client is told. Caught once, where CloudWatch's answers are made. */
export class CloudWatchError extends Error {
  readonly exception: CloudWatchErrorName

  constructor(exception: CloudWatchErrorName, message: string) {
    super(message)
    this.name = exception
    this.exception = exception
  }
}

/** What the operations on alarms and metric data answer for most faults of a request. */
export function validationError(message: string): CloudWatchError {
  return new CloudWatchError('ValidationError', message)
}
