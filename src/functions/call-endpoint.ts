/**
 * A function behind HTTP: whatever takes a POST of the event and answers as Lambda's Invoke does. Runtime interface emulators answer 200 to
 * functions that threw, some without saying so in a header: what looks like an error is one.
 */
import { isJson, notJson, responseTooLarge, timedOut } from './function-errors.ts'
import type { InvocationResult } from './function-host.ts'
import { responseBytesMax } from './limits.ts'
import type { ProcessCall } from './worker-process.ts'

type EndpointResult =
  | Extract<InvocationResult, { readonly kind: 'throttled' | 'unreachable' }>
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly how: 'Handled' | 'Unhandled'; readonly payload: string }

/** Never rejects. */
export async function callEndpoint(url: string, call: ProcessCall): Promise<EndpointResult> {
  const { requestId, payload, timeoutSeconds, clientContext } = call
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-invocation-type': 'RequestResponse',
        'lambda-runtime-aws-request-id': requestId,
        ...(clientContext !== undefined && { 'x-amz-client-context': Buffer.from(clientContext).toString('base64') }),
      },
      body: payload,
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    })
    return resultOf(response, await textOf(response))
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return timedOut(requestId, timeoutSeconds)
    const { cause } = error as { readonly cause?: unknown }
    const reason = cause instanceof Error ? cause.message : String(error)
    return { kind: 'unreachable', reason: `${url} does not answer: ${reason}` }
  }
}

/** No more than an answer may have, and a little. */
async function textOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of body ?? []) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes > responseBytesMax) break
  }
  return Buffer.concat(pieces).toString('utf8')
}

function resultOf({ status, headers, ok }: Response, text: string): EndpointResult {
  if (status === 429) return { kind: 'throttled' }
  const body = text.trim() === '' ? 'null' : text
  if (status >= 500 && !isJson(body)) return { kind: 'unreachable', reason: `the endpoint answered ${status}` }
  if (Buffer.byteLength(body) > responseBytesMax) return responseTooLarge(Buffer.byteLength(body), responseBytesMax)
  const said = headers.get('x-amz-function-error')
  if (said !== null || !ok)
    return { kind: 'failed', how: said === 'Handled' ? 'Handled' : 'Unhandled', payload: isJson(body) ? body : JSON.stringify(body) }
  if (!isJson(body)) return notJson()
  return looksLikeError(JSON.parse(body)) ? { kind: 'failed', how: 'Unhandled', payload: body } : { kind: 'answered', payload: body }
}

function looksLikeError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'errorMessage' in value && 'errorType' in value
}
