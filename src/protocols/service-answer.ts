/** What operations of any service answer, and what they refuse with, in the protocol of the request. */
import { type Answer, signedAnswer } from './answer.ts'
import { writeCbor } from './cbor.ts'
import { answerContentType } from './content-type.ts'
import { restAnswer, restErrorAnswer } from './rest-json.ts'
import type { ErrorRow, ProtocolRequest, ServiceContract } from './service-contract.ts'
import { typedJson } from './typed-json.ts'
import { errorXml, outputXml } from './xml.ts'

/** Text, or the bytes of CBOR and of blobs. */
export type AnyAnswer = Answer<string | Uint8Array>

export interface Output {
  readonly operation: string
  /** Of the shape `<operation>Output`, or undefined for an operation that answers nothing. */
  readonly output: unknown
}

export async function outputAnswer(
  contract: ServiceContract,
  request: ProtocolRequest,
  { operation, output }: Output,
  requestId: string,
): Promise<AnyAnswer> {
  const { shapes } = contract
  const shape = shapes[`${operation}Output`]
  switch (request.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'rpcv2Json':
      return jsonAnswer(request, 200, typedJson(shapes, shape, output), requestId)
    case 'rpcv2Cbor':
      return cborAnswer(200, await writeCbor(shapes, shape, output ?? {}), requestId)
    case 'awsQuery':
      return xmlAnswer(200, await outputXml(contract, operation, output, requestId), requestId)
    case 'restJson1':
      return restAnswer(contract, operation, output, requestId)
  }
}

/** An error of the service's catalogue. */
export interface ToldError {
  readonly exception: string
  readonly message: string
  /** Further members. */
  readonly members?: { readonly [name: string]: unknown }
}

export async function errorAnswer(
  contract: ServiceContract,
  request: ProtocolRequest,
  { exception, message, members: more }: ToldError,
  requestId: string,
): Promise<AnyAnswer> {
  const row: ErrorRow = contract.errors[exception] ?? { status: 500 }
  const { status, code = exception, messageMember = 'message' } = row
  const isSender = status < 500
  const spoken = { ...(message !== '' && { [messageMember]: message }), ...more }
  const type = contract.errorNamespace === undefined ? exception : `${contract.errorNamespace}#${exception}`
  const members = { __type: type, ...spoken }
  // Clients of the newer protocols that also know the old codes ask for them.
  const compatible = row.code === undefined ? undefined : { 'x-amzn-query-error': `${code};${isSender ? 'Sender' : 'Receiver'}` }
  switch (request.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'rpcv2Json':
      return jsonAnswer(request, status, JSON.stringify(members), requestId, compatible)
    case 'rpcv2Cbor':
      return cborAnswer(status, await writeCbor({}, undefined, members), requestId, compatible)
    case 'awsQuery':
      return xmlAnswer(status, await errorXml(contract, { code, message, isSender }, requestId), requestId)
    case 'restJson1':
      return restErrorAnswer(row, exception, spoken, requestId)
  }
}

type Headers = AnyAnswer['headers']

function jsonAnswer({ protocol, headers }: ProtocolRequest, status: number, body: string, requestId: string, more?: Headers): AnyAnswer {
  const contentType = protocol === 'awsJson1_1' ? 'application/x-amz-json-1.1' : answerContentType(headers['content-type'])
  const answer = signedAnswer({ requestId, status, contentType, body })
  const spokenHere = protocol === 'rpcv2Json' ? { 'smithy-protocol': 'rpc-v2-json' } : {}
  return { ...answer, headers: { ...answer.headers, ...spokenHere, ...more } }
}

function cborAnswer(status: number, body: Uint8Array, requestId: string, more?: Headers): AnyAnswer {
  const headers = { 'Content-Type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', 'x-amzn-RequestId': requestId, ...more }
  return { status, headers, body }
}

function xmlAnswer(status: number, body: string, requestId: string): AnyAnswer {
  return { status, headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId }, body }
}
