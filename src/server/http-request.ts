/**
 * A request and its answer as HTTP/1.1 carries them, whoever reads and writes the bytes: the front of our own (front/) or node:http.
 * All that is done with a request stands on these two.
 */
import type { IncomingHttpHeaders } from 'node:http'

export interface HttpRequest {
  readonly method: string
  /** What is asked for, with its query: `/?X-Amz-Algorithm=…`. */
  readonly url: string
  /**
   * As node:http makes them: names in lower case, repeated ones joined or, where only one makes sense, the first. Of `accept-encoding`
   * the first counts alone (faults/statements.md §3).
   */
  readonly headers: IncomingHttpHeaders
  /** The values of those headers that came more than once, each as it came: signatures cover them all. */
  readonly repeated?: ReadonlyMap<string, readonly string[]> | undefined
  readonly socket: {
    readonly remoteAddress?: string | undefined
    readonly localAddress?: string | undefined
    /** Whether it is a connection of TLS. */
    readonly encrypted?: boolean
  }
  /** Whether the client can still be answered, as far as is known. */
  isWanted(): boolean
  /**
   * The bytes of the body as they were sent, or `'too-large'` as soon as they exceed `bytesMax`, or `'no-room'` when the server holds as
   * much of bodies as it may. Asked for at most once. Never settles when the client goes away first.
   */
  body(bytesMax: number): SentBody | Promise<SentBody>
}

export type SentBody = Uint8Array | 'too-large' | 'no-room'

export interface HttpAnswer {
  readonly status: number
  /** Names and values in turn. `Date` and what is said of the connection are left to whoever writes them. */
  readonly lines: readonly string[]
  readonly body: string | Uint8Array
  /** The length of the body in UTF-8. */
  readonly bodyBytes: number
  /** Sent in place of the body, piece by piece, until `gone` says that nobody listens: only by node:http, which is asked for it by `Accept`. */
  readonly stream?: ((gone: AbortSignal) => AsyncIterable<string>) | undefined
  /** It is not sent: the connection breaks instead. */
  readonly isLost?: true | undefined
  /** Called once it has been written, or when there is nobody to write it to: what it took to make it is free again. */
  readonly onWritten?: () => void
}
