/**
 * The body of an HTTP request, whole and no longer content-encoded, within one limit that neither a false Content-Length nor a
 * gzip bomb gets around.
 */
import { type DecodedBody, decodeBody } from './decode-body.ts'
import type { HttpRequest } from './http-request.ts'

/**
 * The bytes of the body, `'too-large'` as soon as they exceed `bytesMax`, `'no-room'` when they are more than the server can hold now, or
 * `'broken'` when it is not what its Content-Encoding says.
 * What is left of a body that is too large is read and thrown away, so that the client gets to read its answer. Never settles when the
 * client goes away first.
 */
export function readBody(request: HttpRequest, bytesMax: number): DecodedBody | Promise<DecodedBody> {
  if (Number(request.headers['content-length']) > bytesMax) return 'too-large'
  const body = request.body(bytesMax)
  const encoding = request.headers['content-encoding']
  return encoding === undefined ? body : Promise.resolve(body).then((sent) => decodeBody(sent, encoding, bytesMax))
}
