/** A secret that stands for a right by itself: whoever brings it in `Authorization: Bearer` has the right (RFC 6750), and no other. */
import { digest, isSameSecret } from '../../base/digest.ts'
import { bearerTokenLengthMin } from '../limits.ts'

export class BearerToken {
  /** Of equal length, whatever the token's is. */
  #digest: Uint8Array | undefined

  /** From now on it is this one. Throws an error of one sentence, in which it does not stand, when nobody could bring it. */
  replace(token: string): void {
    if (token.length < bearerTokenLengthMin || !/^[\w.~+/-]+=*$/.test(token)) {
      throw new Error(`it must be ${bearerTokenLengthMin} or more letters, digits and any of -._~+/`)
    }
    this.#digest = Buffer.from(digest(token))
  }

  isIn(authorization: string | undefined): boolean {
    const brought = bearerIn(authorization)
    return brought !== undefined && this.is(brought)
  }

  is(brought: string): boolean {
    return this.#digest !== undefined && isSameSecret(Buffer.from(digest(brought)), this.#digest)
  }
}

/** The token that a header brings, be it the right one or not. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}
