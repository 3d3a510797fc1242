/** Who asks, and for which region, under either rule: with `--auth` whoever signed the request, without it the root of the account. */
import type { Caller } from '../../policies/caller.ts'
import type { SignedRequest } from '../../protocols/sigv4/signed-request.ts'
import type { Authenticated, Authentication } from './authentication.ts'
import { checkPlausiblySigned } from './plausibly-signed.ts'

/** One for the life of a server. */
export interface AskingContext {
  /** Left out: anybody may ask anything. */
  readonly authentication?: Authentication | undefined
  /** Of the account, who may do everything. */
  readonly root: Caller
}

/** Throws the error AWS answers with when the request does not say it, or not truly. `service`: the one it must be signed for. */
export function whoAsks({ authentication, root }: AskingContext, request: SignedRequest, service: string): Authenticated {
  if (authentication !== undefined) return authentication.authenticate(request, service)
  return { caller: root, region: checkPlausiblySigned(request.headers, request.query) }
}
