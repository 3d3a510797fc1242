/**
 * What is sent back, before it meets a socket: status, headers, body. Here stands how an answer is signed with its request id and
 * checksum, and how an exception becomes JSON (errors.md §1).
 */
import { crc32 } from 'node:zlib'
import { exceptionNamespaces, exceptions, type ServiceError, unknownFailure } from '../api/errors.ts'
import { writeJson } from '../base/json-text.ts'

/**
 * `headers` are named as AWS writes them; `Content-Length` and `Date` are left to whoever sends the answer. DynamoDB's bodies are
 * text; a protocol of another service may make bytes.
 */
export interface Answer<Body extends string | Uint8Array = string> {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: Body
  /** Sent in place of the body, piece by piece, until `gone` says that nobody listens. */
  readonly stream?: (gone: AbortSignal) => AsyncIterable<string>
  /** It must not arrive: whoever waits for it sees the connection break. */
  readonly isLost?: true
}

export interface AnswerParts {
  readonly requestId: string
  readonly status: number
  /** Left out when the answer has none, as AWS does for its plain texts. */
  readonly contentType?: string
  readonly body: string
}

export const checksumHeader = 'x-amz-crc32'

/** An answer with its request id and the CRC-32 of its body, which SDKs verify (errors.md §1). */
export function signedAnswer({ requestId, status, contentType, body }: AnswerParts): Answer {
  const checksum = String(crc32(body))
  const headers =
    contentType === undefined
      ? { 'x-amzn-RequestId': requestId, [checksumHeader]: checksum }
      : { 'Content-Type': contentType, 'x-amzn-RequestId': requestId, [checksumHeader]: checksum }
  return { status, headers, body }
}

/** The body of an exception: `__type`, the message under the name its family uses (none when it is empty), further members. */
export function exceptionJson(error: ServiceError, message: string): string {
  const { family, messageMember: named } = exceptions[error.exception]
  // A failed condition that shows its item names the message as a cancelled transaction does.
  const messageMember = error.exception === 'ConditionalCheckFailedException' && error.members.Item !== undefined ? 'Message' : named
  const type = `${exceptionNamespaces[family]}#${error.exception}`
  return writeJson({ __type: type, [messageMember]: message === '' ? undefined : message, ...error.members })
}

/** What a client is told of a fault that is not its own. */
export function internalServerError(requestId: string, contentType: string, why?: string): Answer {
  const fault = unknownFailure()
  return signedAnswer({ requestId, status: 500, contentType, body: exceptionJson(fault, why ?? fault.message) })
}
