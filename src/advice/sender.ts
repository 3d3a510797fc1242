/** Who sends a request, as far as it says so. */

/** What a request says of who sends it, and on whose behalf. */
export interface Sender {
  /** An access key, or the ARN of a session. */
  readonly identity: string
  readonly address: string
  readonly userAgent: string
  /** Of one call, the same for all its attempts. */
  readonly invocationId: string | undefined
  /** From 1. */
  readonly attempt: number
  /** Of the request of somebody that all this is part of: X-Ray's root, or W3C's trace id. */
  readonly traceId: string | undefined
}
