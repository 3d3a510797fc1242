/** What the metrics say of a request once it is answered. */
import type { ServiceError } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import type { Engine } from '../engine.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'

export interface AnsweredRequest {
  readonly operation: OperationName
  readonly usage: RequestUsage
  /** From the parsed request to the answer. */
  readonly latencyMs: number
  /** What the client was told instead of an answer; `fault` when it was no fault of the client's. */
  readonly error: ServiceError | 'fault' | undefined
}

/** Called once for each request to an operation. `engine` is that of the request's region. */
export function recordRequest(_engine: Engine, _request: AnsweredRequest): void {}
