/**
 * CloudWatch's own API: from a request in any of its three protocols to the operation and back. Loaded when the first request
 * for CloudWatch comes; like dispatch.ts this is where errors are caught and become answers.
 */

import { ServiceError } from '../../api/errors.ts'
import { AssertionFailure } from '../../base/assert.ts'
import { getOwn } from '../../base/own.ts'
import type { Answer } from '../../protocols/answer.ts'
import { parseCbor, writeCbor } from '../../protocols/cbor.ts'
import { answerContentType } from '../../protocols/content-type.ts'
import { parseBody } from '../../protocols/parse-body.ts'
import { parseForm } from '../../protocols/parse-form.ts'
import { cloudWatchJson } from '../../protocols/typed-json.ts'
import { errorXml, outputXml } from '../../protocols/xml.ts'
import { checkPlausiblySigned } from '../../server/auth.ts'
import { engineFor } from '../../server/dispatch.ts'
import type { OtherRequest, OtherServiceContext } from '../wing.ts'
import { CloudWatchError, cloudWatchErrors } from './contract/errors.ts'
import { requestBytesMax } from './contract/limits.ts'
import { findCloudWatchOperation, isAbsentOperation } from './contract/operations.ts'
import { readCloudWatchInput } from './contract/read-input.ts'
import { cloudWatchHandlers } from './operations/registry.ts'

const apiVersion = '2010-08-01'
const errorNamespace = 'com.amazonaws.cloudwatch'

type AnyAnswer = Answer<string | Uint8Array>

/** Never rejects. */
export async function answerCloudWatch(context: OtherServiceContext, request: OtherRequest): Promise<AnyAnswer> {
  const requestId = context.requestIds.next()
  try {
    const { operation: name, raw } = await asked(request)
    const engine = engineFor(context.engine, checkPlausiblySigned(request.headers, request.query))
    const operation = findCloudWatchOperation(name)
    if (operation === undefined) throw notOffered(name, request.protocol)
    const input = readCloudWatchInput(operation, raw, request.protocol === 'query' ? 'query' : 'typed')
    const output = await cloudWatchHandlers[operation](engine, input as never)
    return await outputAnswer(request, operation, output, requestId)
  } catch (error) {
    return await errorAnswer(request, spoken(context, error, requestId), requestId)
  }
}

async function asked({ protocol, operation, body }: OtherRequest): Promise<{ operation: string; raw: unknown }> {
  if (body.length > requestBytesMax)
    throw new CloudWatchError('SerializationException', `The body is larger than ${requestBytesMax} bytes.`)
  switch (protocol) {
    case 'json':
      return { operation: operation ?? '', raw: body.length === 0 ? {} : parseBody(body) }
    case 'cbor':
      return { operation: operation ?? '', raw: await parseCbor(body) }
    case 'query': {
      const raw = parseForm(body)
      const action = getOwn(raw, 'Action')
      const version = getOwn(raw, 'Version')
      if (typeof action !== 'string') throw new CloudWatchError('MissingRequiredParameterException', 'The parameter Action is required.')
      if (version !== apiVersion) throw noSuchAction(action, String(version))
      return { operation: action, raw }
    }
  }
}

function notOffered(name: string, protocol: OtherRequest['protocol']): CloudWatchError {
  if (isAbsentOperation(name)) return new CloudWatchError('UnknownOperationException', `Stator does not offer ${name}.`)
  if (protocol === 'query') return noSuchAction(name, apiVersion)
  return new CloudWatchError('UnknownOperationException', '')
}

function noSuchAction(action: string, version: string): CloudWatchError {
  return new CloudWatchError('InvalidAction', `Could not find operation ${action} for version ${version}`)
}

/** What the client is told of whatever was thrown. */
function spoken(context: OtherServiceContext, error: unknown, requestId: string): CloudWatchError {
  if (error instanceof CloudWatchError) return error
  if (error instanceof ServiceError) {
    const { exception, message } = error
    if (exception in cloudWatchErrors) return new CloudWatchError(exception as CloudWatchError['exception'], message)
    if (exception === 'ValidationException') return new CloudWatchError('ValidationError', message)
  }
  const details = error instanceof AssertionFailure ? error.context : undefined
  context.log(`A request to CloudWatch failed, request id ${requestId}`, details === undefined ? error : { error, details })
  return new CloudWatchError('InternalServiceFault', 'The request processing has failed because of an unknown error, exception or failure.')
}

async function outputAnswer(request: OtherRequest, operation: string, output: unknown, requestId: string): Promise<AnyAnswer> {
  switch (request.protocol) {
    case 'json':
      return { status: 200, headers: jsonHeaders(request, requestId), body: cloudWatchJson(`${operation}Output`, output) }
    case 'cbor':
      return { status: 200, headers: cborHeaders(requestId), body: await writeCbor(`${operation}Output`, output ?? {}) }
    case 'query':
      return { status: 200, headers: xmlHeaders(requestId), body: await outputXml(operation, output, requestId) }
  }
}

async function errorAnswer(request: OtherRequest, { exception, message }: CloudWatchError, requestId: string): Promise<AnyAnswer> {
  const { code, status } = cloudWatchErrors[exception]
  const isSender = status < 500
  const messageMember = exception === 'InternalServiceFault' ? 'Message' : 'message'
  const members = { __type: `${errorNamespace}#${exception}`, [messageMember]: message }
  // Clients of the newer protocols that also know the old codes ask for them.
  const compatible = { 'x-amzn-query-error': `${code};${isSender ? 'Sender' : 'Receiver'}` }
  switch (request.protocol) {
    case 'json':
      return { status, headers: { ...jsonHeaders(request, requestId), ...compatible }, body: JSON.stringify(members) }
    case 'cbor':
      return { status, headers: { ...cborHeaders(requestId), ...compatible }, body: await writeCbor('', members) }
    case 'query':
      return { status, headers: xmlHeaders(requestId), body: await errorXml({ code, message, isSender }, requestId) }
  }
}

type Headers = AnyAnswer['headers']

function jsonHeaders({ headers }: OtherRequest, requestId: string): Headers {
  const spokenHere = headers['smithy-protocol'] === 'rpc-v2-json' ? { 'smithy-protocol': 'rpc-v2-json' } : {}
  return { 'Content-Type': answerContentType(headers['content-type']), 'x-amzn-RequestId': requestId, ...spokenHere }
}

function cborHeaders(requestId: string): Headers {
  return { 'Content-Type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', 'x-amzn-RequestId': requestId }
}

function xmlHeaders(requestId: string): Headers {
  return { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId }
}
