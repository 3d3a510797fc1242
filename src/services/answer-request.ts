/**
 * From a request to a call of an operation and back, whatever the service and the protocol: the one place where the errors of wings
 * are caught and become answers. Apart from wings.ts, as none of the protocols is loaded before a wing is asked something.
 */
import { ClientError } from '../api/client-error.ts'
import { AssertionFailure } from '../base/assert.ts'
import type { Log } from '../base/log.ts'
import { readRequest, writingOf } from '../protocols/read-request.ts'
import { type AnyAnswer, errorAnswer, outputAnswer, type ToldError } from '../protocols/service-answer.ts'
import type { ProtocolRequest, ServiceContract } from '../protocols/service-contract.ts'
import type { OpenWing, Wing, WingCall, WingNeed } from './wing.ts'

export interface Asked {
  readonly wing: Wing
  readonly request: ProtocolRequest
  readonly requestId: string
  readonly log: Log
}

/** Who asks, and the engine of the region that the request is signed for. */
export interface AskedBy extends Pick<WingCall, 'engine' | 'caller' | 'keys'> {
  /** Throws a ClientError that every service has a row for when one of them is not allowed. Left out: everything is. */
  readonly authorize?: ((needs: readonly WingNeed[]) => void) | undefined
  readonly observer?: CallObserver | undefined
  /** Nobody signed it: the operations that are answered so. Left out: it is signed. */
  readonly unsignedOperations?: readonly string[] | undefined
}

/** Follows one call of an operation. */
export interface CallObserver {
  /** Once it is known what is asked for, before anything is done. Rejects when it may not be done. */
  began(contract: ServiceContract, operation: string, raw: unknown): Promise<void> | undefined
  done(output: unknown): void
  failed(error: unknown): void
}

/** Never rejects. */
export async function answerRequest(asked: Asked, given: AskedBy, open: () => Promise<OpenWing>): Promise<AnyAnswer> {
  const { authorize, observer, unsignedOperations, ...by } = given
  const { wing, request, requestId } = asked
  try {
    const { operation, raw } = await readRequest(wing.contract, request)
    if (unsignedOperations?.includes(operation) === false) throw notSigned()
    await observer?.began(wing.contract, operation, raw)
    const { run, needs } = await open()
    authorize?.(needs === undefined ? [{ action: operation, resource: '*' }] : needs({ ...by, operation, raw }))
    const output = await run({ ...by, operation, raw, writing: writingOf(request) })
    observer?.done(output)
    return await outputAnswer(wing.contract, request, { operation, output }, requestId)
  } catch (error) {
    observer?.failed(error)
    return refuseRequest(asked, error)
  }
}

/** [V] errors.md §3, iam-and-sigv4.md §1.4. */
function notSigned(): ClientError<string> {
  return new ClientError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
}

/** What the client is told of whatever was thrown. Never rejects. */
export function refuseRequest({ wing, request, requestId, log }: Asked, error: unknown): Promise<AnyAnswer> {
  return errorAnswer(wing.contract, request, toldError(), requestId)

  function toldError(): ToldError {
    const { title, contract } = wing
    if (error instanceof ClientError && Object.hasOwn(contract.errors, error.exception)) return error
    const details = error instanceof AssertionFailure ? error.context : undefined
    log(`A request to ${title} failed, request id ${requestId}`, details === undefined ? error : { error, details })
    return contract.fault
  }
}
