/** Who may see `/metrics` without a signature: whoever brings the token, as Prometheus does (RFC 6750). It opens nothing else. */
import { digest, isSameSecret } from '../../base/digest.ts'
import { metricsTokenLengthMin } from '../limits.ts'

export class MetricsToken {
  /** Of equal length, whatever the token's is. */
  #digest: Uint8Array | undefined

  /** From now on it is this one. Throws an error of one sentence, in which it does not stand, when nobody could bring it. */
  replace(token: string): void {
    if (token.length < metricsTokenLengthMin || !/^[\w.~+/-]+=*$/.test(token)) {
      throw new Error(`it must be ${metricsTokenLengthMin} or more letters, digits and any of -._~+/`)
    }
    this.#digest = Buffer.from(digest(token))
  }

  isIn(authorization: string | undefined): boolean {
    const [, brought] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
    return brought !== undefined && this.#digest !== undefined && isSameSecret(Buffer.from(digest(brought)), this.#digest)
  }
}
