/**
 * Who uses the control endpoint of a server that verifies signatures: requests to it are signed like those to any service, under a
 * name of its own, so that no signature for AWS or for data does for it. From where they come doesn't matter then.
 */
import { ServiceError } from '../../api/errors.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Authentication } from '../auth/authentication.ts'
import type { PolicySource } from '../auth/authorize.ts'
import { authorizeWing } from '../auth/authorize-wing.ts'
import { circumstantialKeys } from '../auth/circumstances.ts'
import type { HttpRequest } from '../http-request.ts'
import { ControlError } from './control-error.ts'

/** In the scope of credentials. */
const signingName = 'stator'

/** Of a server that asks who somebody is. */
export interface SignedControl {
  readonly authentication: Authentication
  /** Left out: whoever is known may do everything. */
  readonly policiesOf?: PolicySource | undefined
  readonly engine: MeteredEngine
}

/** Rejects with ControlError 403 with AWS's sentence when the request is not signed as it should be, or policies don't allow it. `sentBody`: nothing for a GET. */
export async function checkSignedControl(
  { authentication, policiesOf, engine }: SignedControl,
  request: HttpRequest,
  sentBody: Uint8Array,
): Promise<void> {
  const { method, url, headers, repeated, socket } = request
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  await authentication.catchUp?.()
  try {
    const { caller, region } = authentication.authenticate({ method, path, query, headers, repeated, sentBody }, signingName)
    if (policiesOf === undefined) return
    const policies = policiesOf(caller)
    const circumstances = { headers, remoteAddress: socket.remoteAddress }
    const keys = circumstantialKeys({ caller, policies, circumstances, region, nowMs: engine.clock.now() })
    const needs = [{ action: actionOf(method, path), resource: '*' }]
    authorizeWing({ service: signingName, account: engine.account, caller, policies, keys }, needs)
  } catch (error) {
    if (error instanceof ServiceError) throw new ControlError(403, `${error.exception}: ${error.message}`)
    throw error
  }
}

/** `ReadTables` for a GET of `/_stator/tables/…`, `WriteClock` for a POST to `/_stator/clock/advance`, `ReadMetrics` for `/metrics`. */
function actionOf(method: string, path: string): string {
  const [subject = ''] = path.replace(/^\/(_stator\/)?/, '').split('/', 1)
  const words = subject.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return (method === 'GET' || method === 'HEAD' ? 'Read' : 'Write') + words.join('')
}
