/** The two kinds of refusals that a signature meets by itself: its parts are not there or not readable, or they are wrong. */
import { ServiceError } from '../../api/errors.ts'

export function incomplete(message: string): ServiceError {
  return new ServiceError('IncompleteSignatureException', message)
}

export function invalidSignature(message: string): ServiceError {
  return new ServiceError('InvalidSignatureException', message)
}
