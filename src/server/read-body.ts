/**
 * The body of an HTTP request, whole and no longer content-encoded, within one limit that neither a false Content-Length nor a
 * gzip bomb gets around.
 */
import { type DecodedBody, decodeBody } from './decode-body.ts'
import type { HttpRequest, SentBody } from './http-request.ts'

export interface ReadBody {
  readonly body: DecodedBody
  /** As it was sent: what a signature covers. */
  readonly sentBody: SentBody
}

/**
 * The bytes of the body, `'too-large'` as soon as they exceed `bytesMax`, `'no-room'` when they are more than the server can hold now, or
 * `'broken'` when it is not what its Content-Encoding says.
 * What is left of a body that is too large is read and thrown away, so that the client gets to read its answer. Never settles when the
 * client goes away first.
 */
export async function readBody(request: HttpRequest, bytesMax: number): Promise<ReadBody> {
  const sentBody = await readSentBody(request, bytesMax)
  const encoding = request.headers['content-encoding']
  return { sentBody, body: encoding === undefined ? sentBody : await decodeBody(sentBody, encoding, bytesMax) }
}

/** The same before its content encoding is taken off. */
export function readSentBody(request: HttpRequest, bytesMax: number): SentBody | Promise<SentBody> {
  return Number(request.headers['content-length']) > bytesMax ? 'too-large' : request.body(bytesMax)
}
