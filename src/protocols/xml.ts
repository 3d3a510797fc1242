/** Answers in the XML of the AWS query protocol. The builder is loaded when the first such request comes. */

import type { ServiceContract } from './service-contract.ts'
import { type ShapeWriter, writeByShape } from './write-by-shape.ts'

/** The answer of an operation; `output` is of the shape `<operation>Output`, or undefined for an operation that answers nothing. */
export function outputXml(contract: ServiceContract, operation: string, output: unknown, requestId: string): Promise<string> {
  const { shapes } = contract
  const shape = shapes[`${operation}Output`]
  return build(contract, `${operation}Response`, {
    ...(shape !== undefined && { [`${operation}Result`]: writeByShape(shapes, shape, output, writer) }),
    ResponseMetadata: { RequestId: requestId },
  })
}

export interface XmlFault {
  readonly code: string
  readonly message: string
  readonly isSender: boolean
}

export function errorXml(contract: ServiceContract, { code, message, isSender }: XmlFault, requestId: string): Promise<string> {
  const error = { Type: isSender ? 'Sender' : 'Receiver', Code: code, Message: legal(message) }
  return build(contract, 'ErrorResponse', { Error: error, RequestId: requestId })
}

async function build({ xmlNamespace = '' }: ServiceContract, root: string, content: object): Promise<string> {
  const { default: Builder } = await import('fast-xml-builder')
  const builder = new Builder({ ignoreAttributes: false })
  return builder.build({ [root]: { '@_xmlns': xmlNamespace, ...content } })
}

const writer: ShapeWriter = {
  leaf: (kind, value) => (kind === 'timestamp' ? new Date(Math.round((value as number) * 1000)).toISOString() : legal(String(value))),
  list: (member) => ({ member }),
  map: (entries) => ({ entry: entries.map(([name, value]) => ({ key: legal(name), value })) }),
}

/** Text without what XML 1.0 has no way to say. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
}
