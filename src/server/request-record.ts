/**
 * One request that was answered, as everybody sees it who follows what is asked: the audit trail, and whatever tells of requests. It is made
 * only when somebody listens.
 */
import type { ServiceError } from '../api/errors.ts'
import type { Caller } from '../policies/caller.ts'
import type { SignedRequest } from '../protocols/sigv4/signed-request.ts'

export interface RequestRecord {
  /** Stator's time at the end of it. */
  readonly timeMs: number
  readonly durationMs: number
  readonly requestId: string
  /** The name that its requests are signed for: `dynamodb`. */
  readonly service: string
  readonly apiVersion: string
  readonly operation: string
  /** Data: it reads or writes items or records of streams. Management: everything else. */
  readonly kind: 'data' | 'management'
  readonly isRead: boolean
  readonly caller: Caller
  readonly region: string
  /** Undefined in process. */
  readonly sourceAddress: string | undefined
  readonly userAgent: string | undefined
  readonly isEncrypted: boolean
  /** Under which the server was reached. */
  readonly host: string | undefined
  /** ARNs of tables, indexes and streams, each once. */
  readonly resources: readonly string[]
  /** The input without values of attributes and without secrets, members named as AWS names them. */
  readonly parameters: unknown
  /** The output, likewise, of what changes something other than items. */
  readonly response: unknown
  readonly error: { readonly exception: string; readonly message: string } | undefined
}

/** One that was not let in: whose it is nobody knows. */
export interface RefusedRequest {
  /** The name of the service that it had to be signed for. */
  readonly service: string
  readonly request: SignedRequest
  readonly error: ServiceError
}

/** Hears of requests. One for the life of a server. */
export interface RequestListener {
  /** Whether it wants to hear of such a request, whatever comes of it. */
  wants(kind: RequestRecord['kind']): boolean
  /** Before anything is done for a request that it wants to hear of. Rejects with a ServiceError when it could not keep it. */
  ready(): Promise<void> | undefined
  /** Once all is done, before the answer leaves. Resolves when it is kept for good; rejects with a ServiceError when it can't be. */
  heard(record: RequestRecord): Promise<void>
}
