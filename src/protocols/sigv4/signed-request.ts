/** What of a request its signature covers, as it came over the wire. */
import type { RequestHeaders } from '../service-request.ts'

export interface SignedRequest {
  readonly method: string
  /** Not decoded, without the query. */
  readonly path: string
  /** What follows `?`, not decoded. */
  readonly query: string
  readonly headers: RequestHeaders
  /** The values of those headers that came more than once, in the order they came in. */
  readonly repeated?: ReadonlyMap<string, readonly string[]> | undefined
  /** Who sent it, as far as that is known: no signature covers it. */
  readonly remoteAddress?: string | undefined
  readonly isEncrypted?: boolean | undefined
  /** The bytes as they were sent, before any Content-Encoding is taken off. */
  readonly sentBody: Uint8Array
}
