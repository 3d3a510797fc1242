/** How every fault of syntax in a PartiQL statement is told (partiql.md §6). */
import { invalid, type ServiceError } from '../../api/errors.ts'

/** The detail is empty for what is no token. */
export function notWellFormed(detail: string): ServiceError {
  return invalid(`Statement wasn't well formed, can't be processed: ${detail}`)
}
