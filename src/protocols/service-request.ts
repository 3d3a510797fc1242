/**
 * A request as dispatch sees it: no socket, no method, no path. A program that calls Stator in process makes the same value that
 * the HTTP side makes.
 */

/** Header names in lower case. */
export interface RequestHeaders {
  readonly [name: string]: string | readonly string[] | undefined
}

export interface ServiceRequest {
  /** The value of X-Amz-Target, such as `DynamoDB_20120810.GetItem`. */
  readonly target: string | undefined
  readonly headers: RequestHeaders
  /** What follows `?` in the request's address: a signature may stand there. */
  readonly query?: string
  /** The values of those headers that came more than once. */
  readonly repeated?: ReadonlyMap<string, readonly string[]> | undefined
  /** Of the client, where it is known. */
  readonly remoteAddress?: string | undefined
  readonly isEncrypted?: boolean | undefined
  /** The JSON text in UTF-8, no longer content-encoded. */
  readonly body: Uint8Array
  /** The same as it was sent, which is what a signature covers. Left out: it was not encoded. */
  readonly sentBody?: Uint8Array
  /** Whether somebody still waits for the answer. Left out: somebody does. */
  readonly isWanted?: (() => boolean) | undefined
}
