/**
 * Who uses the control endpoint of a server that verifies signatures: requests to it are signed like those to any service, under a
 * name of its own, so that no signature for AWS or for data does for it. From where they come doesn't matter then.
 */
import { ServiceError } from '../../api/errors.ts'
import type { Caller } from '../../policies/caller.ts'
import type { Authentication } from '../auth/authentication.ts'
import { refusalOfCall } from '../auth/authorize.ts'
import type { HttpRequest } from '../http-request.ts'
import { ControlError } from './control-error.ts'
import type { ControlContext } from './route.ts'

/** Throws ControlError 403 with AWS's sentence when policies do not let the caller do this. `action`: without `stator:`. */
export function checkMayControl(
  { engine, identities }: Pick<ControlContext, 'engine' | 'identities'>,
  caller: Caller,
  action: string,
  { headers, socket: { remoteAddress, encrypted: isEncrypted } }: HttpRequest,
): void {
  const policiesOf = identities?.policiesOf?.bind(identities)
  const needs = [{ action: `${signingName}:${action}`, resource: '*', keys: () => undefined }]
  const refusal = refusalOfCall({ policiesOf }, { engine, caller, circumstances: { headers, remoteAddress, isEncrypted }, needs })
  if (refusal !== undefined) throw new ControlError(403, `AccessDeniedException: ${refusal}`)
}

/** In the scope of credentials. */
const signingName = 'stator'

/** Rejects with ControlError 403 with AWS's sentence when the request is not signed as it should be. `sentBody`: nothing for a GET. */
export async function callerOfControl(authentication: Authentication, request: HttpRequest, sentBody: Uint8Array): Promise<Caller> {
  const { method, url, headers, repeated, socket } = request
  const { remoteAddress, encrypted: isEncrypted } = socket
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  await authentication.catchUp?.()
  try {
    return authentication.authenticate({ method, path, query, headers, repeated, remoteAddress, isEncrypted, sentBody }, signingName).caller
  } catch (error) {
    if (error instanceof ServiceError) throw new ControlError(403, `${error.exception}: ${error.message}`)
    throw error
  }
}
