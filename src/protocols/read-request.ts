/** From a request in any protocol to the operation it names and what it carries, not yet held against any shape. */
import { ClientError } from '../api/client-error.ts'
import { getOwn } from '../base/own.ts'
import { parseCbor } from './cbor.ts'
import { parseBody } from './parse-body.ts'
import { parseForm } from './parse-form.ts'
import { readRest } from './rest-json.ts'
import type { ProtocolRequest, ServiceContract } from './service-contract.ts'

export interface Carried {
  /** One that the service offers. */
  readonly operation: string
  /** Objects, arrays, text, numbers, booleans and bytes. */
  readonly raw: unknown
}

/** How leaves are written: all of them as text, or numbers and times (in seconds since 1970) as numbers. */
export function writingOf({ protocol }: ProtocolRequest): 'text' | 'typed' {
  return protocol === 'awsQuery' ? 'text' : 'typed'
}

/** Rejects with a ClientError that every service has a row for. */
export async function readRequest(contract: ServiceContract, request: ProtocolRequest): Promise<Carried> {
  const { bodyBytesMax = Number.POSITIVE_INFINITY } = contract
  const { protocol, operation = '', body } = request
  if (body.length > bodyBytesMax) throw new ClientError('SerializationException', `The body is larger than ${bodyBytesMax} bytes.`)
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'rpcv2Json':
      checkOffered(contract, operation)
      return { operation, raw: body.length === 0 ? {} : parseBody(body) }
    case 'rpcv2Cbor':
      checkOffered(contract, operation)
      return { operation, raw: await parseCbor(body) }
    case 'awsQuery':
      return readForm(contract, body)
    case 'restJson1': {
      const carried = readRest(contract, request)
      if (carried === undefined) throw new ClientError('UnknownOperationException', '')
      return carried
    }
  }
}

function readForm(contract: ServiceContract, body: Uint8Array): Carried {
  const raw = parseForm(body)
  const action = getOwn(raw, 'Action')
  const version = getOwn(raw, 'Version')
  if (typeof action !== 'string') throw new ClientError('MissingRequiredParameterException', 'The parameter Action is required.')
  const unknown = `Could not find operation ${action} for version ${String(version)}`
  if (version !== contract.apiVersion) throw new ClientError('UnknownOperationException', unknown)
  checkOffered(contract, action, unknown)
  return { operation: action, raw }
}

function checkOffered({ operations, absentOperations }: ServiceContract, name: string, words = ''): void {
  if (Object.hasOwn(operations, name)) return
  throw new ClientError('UnknownOperationException', absentOperations?.has(name) ? `Stator does not offer ${name}.` : words)
}
