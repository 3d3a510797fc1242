/** What answers requests once its engine, jobs and services are put together (start.ts): without a socket, and behind one. */
import type { Log } from '../base/log.ts'
import type { FunctionHost } from '../functions/function-host.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { RequestHeaders } from '../protocols/service-request.ts'
import type { Answering, AnsweringContext } from './answering.ts'
import type { Control } from './control/control.ts'
import type { ControlContext } from './control/route.ts'

/** DynamoDB without a socket. */
export interface Service {
  readonly requestIds: RequestIds
  readonly control: Control
  /** For the same control over HTTP. */
  readonly controlContext: ControlContext
  /** For the services that HTTP tells apart by more than a target. */
  readonly otherServices: AnsweringContext
  /** Where faults go, those of the store told once each time. */
  readonly log: Log
  readonly handle: Answering
  /** The region whose tables such a request sees. */
  regionOf(headers: RequestHeaders, query: string): string
  /** Why it is not to be asked for the time being, in one sentence. */
  unready(): string | undefined
  /** On a store with other nodes, if it is time for it: says that this one is alive, takes and gives back leases, tells what it has let through. */
  beat(): Promise<void>
  /** What invokes functions; they are to be told where the server is. */
  readonly functions?: FunctionHost | undefined
  /** Waits for the writes under way. Idempotent. */
  close(): Promise<void>
}
