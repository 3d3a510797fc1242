/** What an operation may want to know of the request besides its input. */
import type { ServiceError } from '../../api/errors.ts'
import type { Principals } from '../../policies/bound-principals.ts'
import type { Caller } from '../../policies/caller.ts'

export interface AskedRequest {
  /** Name and port under which the server was reached; undefined in process. */
  readonly host: string | undefined
  readonly caller: Caller
  /** The users and roles of the account. Left out: nobody knows them. */
  readonly principals?: Principals | undefined
  /** The members of a batch of statements that the caller may not have carried out, by their places. */
  readonly denied?: ReadonlyMap<number, ServiceError>
}
