/** CloudWatch's answers in the XML of the AWS query protocol. The builder is loaded when the first such request comes. */

import type { Shape } from '../api/shapes/shape-table.ts'
import { cloudWatchShape } from '../services/cloudwatch/contract/shapes.ts'

const namespace = 'http://monitoring.amazonaws.com/doc/2010-08-01/'

/** The answer of an operation; `output` is of the shape `<operation>Output`, or undefined for an operation that answers nothing. */
export function outputXml(operation: string, output: unknown, requestId: string): Promise<string> {
  const shape = cloudWatchShape(`${operation}Output`)
  return build(`${operation}Response`, {
    ...(shape !== undefined && { [`${operation}Result`]: prepare(shape, output) }),
    ResponseMetadata: { RequestId: requestId },
  })
}

export interface XmlFault {
  readonly code: string
  readonly message: string
  readonly isSender: boolean
}

export function errorXml({ code, message, isSender }: XmlFault, requestId: string): Promise<string> {
  const error = { Type: isSender ? 'Sender' : 'Receiver', Code: code, Message: legal(message) }
  return build('ErrorResponse', { Error: error, RequestId: requestId })
}

async function build(root: string, content: object): Promise<string> {
  const { default: Builder } = await import('fast-xml-builder')
  const builder = new Builder({ ignoreAttributes: false })
  return builder.build({ [root]: { '@_xmlns': namespace, ...content } })
}

function prepare(shape: Shape | undefined, value: unknown): unknown {
  switch (shape?.kind) {
    case 'structure': {
      const structure = value as { readonly [name: string]: unknown }
      return Object.fromEntries(
        Object.entries(shape.members)
          .filter(([name]) => structure[name] !== undefined)
          .map(([name, reference]) => [name, prepare(cloudWatchShape(reference.replace('!', '')), structure[name])]),
      )
    }
    case 'list':
      return { member: (value as readonly unknown[]).map((element) => prepare(cloudWatchShape(shape.of), element)) }
    case 'map':
      return {
        entry: Object.entries(value as object).map(([name, entry]) => ({
          key: legal(name),
          value: prepare(cloudWatchShape(shape.to), entry),
        })),
      }
    case 'timestamp':
      return new Date(Math.round((value as number) * 1000)).toISOString()
    default:
      return legal(String(value))
  }
}

/** Text without what XML 1.0 has no way to say. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
}
