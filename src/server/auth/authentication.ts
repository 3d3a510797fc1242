/**
 * Who asks, found out (iam-and-sigv4.md §1.3): the signature is held against the secret of the key that it names. Without it, under
 * `--auth off`, a request need only look signed (plausibly-signed.ts).
 */
import { ServiceError } from '../../api/errors.ts'
import { isRegionName } from '../../api/region-name.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import type { Caller } from '../../policies/caller.ts'
import type { Identities, KnownKey } from '../../policies/identities.ts'
import type { SignedRequest } from '../../protocols/sigv4/signed-request.ts'
import { Verifier } from '../../protocols/sigv4/verifier.ts'
import type { RefusedRequest } from '../request-record.ts'

export interface AuthenticationOptions {
  readonly identities: Identities
  /** By which signatures are new or old: the machine's, whatever Stator's clock says, as clients sign by theirs. Default: that one. */
  readonly signatureClock?: Clock
  /** Hears of requests that are not let in. It must not keep them waiting. */
  readonly onRefused?: ((refused: RefusedRequest) => void) | undefined
}

/** Who asked, and for which region. */
export interface Authenticated {
  readonly caller: Caller
  readonly region: string
}

export class Authentication {
  readonly #identities: Identities
  readonly #clock: Clock
  /** To be waited for before a request is authenticated, where there is such a thing. */
  readonly catchUp: (() => Promise<void>) | undefined
  readonly #verifier = new Verifier()
  readonly #onRefused: AuthenticationOptions['onRefused']

  constructor({ identities, signatureClock = systemClock, onRefused }: AuthenticationOptions) {
    this.#onRefused = onRefused
    this.#identities = identities
    this.#clock = signatureClock
    this.catchUp = identities.catchUp
  }

  /** Throws the error AWS answers with unless the request is signed, for this service, by somebody who is known. */
  authenticate(request: SignedRequest, service: string): Authenticated {
    try {
      return this.#authenticated(request, service)
    } catch (error) {
      if (error instanceof ServiceError) this.#onRefused?.({ service, request, error })
      throw error
    }
  }

  #authenticated(request: SignedRequest, service: string): Authenticated {
    const readable = this.#verifier.read(request, { service, isRegion: isRegionName }, this.#clock.now())
    const { signature, credential } = readable
    const { secretAccessKey, caller } = this.#keyOf(credential.accessKeyId, signature.token)
    this.#verifier.verify(request, readable, secretAccessKey)
    if (signature.token !== undefined && caller.session === undefined) throw badToken()
    this.#identities.used?.(caller, service, credential.region)
    return { caller, region: credential.region }
  }

  /** A token that goes with no session is told of only behind the signature, if there is a key to hold that against. */
  #keyOf(accessKeyId: string, token: string | undefined): KnownKey {
    const key = this.#identities.keyOf(accessKeyId)
    if (key !== undefined) return key
    if (token === undefined) throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.')
    const session = this.#identities.sessionOf(accessKeyId, token)
    switch (session.kind) {
      case 'session':
        return session
      case 'expired':
        throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired')
      case 'invalid':
        throw badToken()
    }
  }
}

function badToken(): ServiceError {
  return new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid')
}
