/** What the headers of a request say of the program that sends it, and of the call that it is an attempt of. */
import type { Sender } from '../../advice/sender.ts'
import type { Caller } from '../../policies/caller.ts'
import type { RequestHeaders, ServiceRequest } from '../../protocols/service-request.ts'
import { keptTextMax } from '../limits.ts'

/**
 * | header | says |
 * | ------ | ---- |
 * | amz-sdk-invocation-id | the call: the same for all attempts |
 * | amz-sdk-request | `attempt=2; max=4` |
 * | x-amzn-trace-id | `Root=1-…`, of X-Ray |
 * | traceparent | `00-<trace id>-…`, of W3C |
 */
export function callSender({ headers, remoteAddress = '' }: ServiceRequest, caller: Caller, userAgent: string): Sender {
  return {
    identity: caller.accessKeyId ?? keyIdIn(headers) ?? caller.arn,
    address: remoteAddress,
    userAgent: ownText(userAgent.replace(features, '')),
    invocationId: ownText(textOf(headers, 'amz-sdk-invocation-id')),
    attempt: Number(/\battempt=(\d{1,4})\b/.exec(textOf(headers, 'amz-sdk-request') ?? '')?.[1] ?? 1),
    traceId: traceIdOf(headers),
  }
}

/** SDKs name the features that a call uses (`m/E,N`): a paginator is the same program. */
const features = / m\/\S+/

/** Where nobody is asked who they are, programs sign with keys of their own all the same. */
function keyIdIn(headers: RequestHeaders): string | undefined {
  return /\bCredential=([^/,\s]{1,128})\//.exec(textOf(headers, 'authorization') ?? '')?.[1]
}

function traceIdOf(headers: RequestHeaders): string | undefined {
  const root = /\bRoot=([^;]+)/.exec(textOf(headers, 'x-amzn-trace-id') ?? '')?.[1]
  return root ?? /^[\da-f]{2}-([\da-f]{32})-/.exec(textOf(headers, 'traceparent') ?? '')?.[1]
}

/** With nothing that holds on to the whole head. */
function ownText<Text extends string | undefined>(text: Text): Text {
  return (text && Buffer.from(text.slice(0, keptTextMax)).toString()) as Text
}

/** Anybody may send anything: no more of it is kept than such a header has. */
function textOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name]
  const text = typeof value === 'object' ? value[0] : value
  return text === '' ? undefined : text?.slice(0, keptTextMax)
}
