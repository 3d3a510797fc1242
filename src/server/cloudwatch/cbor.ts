/**
 * CloudWatch's inputs and outputs in CBOR (Smithy RPC v2). The codec is loaded when the first such request comes. Doubles are always
 * floats and times always carry tag 1, as the protocol asks.
 */
import { CloudWatchError } from '../../api/cloudwatch/errors.ts'
import { cloudWatchShape } from '../../api/cloudwatch/shapes.ts'
import type { Shape } from '../../api/shapes/shape-table.ts'

/** The tree that a body stands for, times as seconds since 1970. An empty body is an empty structure. */
export async function parseCbor(body: Uint8Array): Promise<unknown> {
  if (body.length === 0) return {}
  const { decode } = await import('cborg')
  try {
    return decode(body, { tags: { 1: (content) => content() } })
  } catch (error) {
    throw new CloudWatchError('SerializationException', `The body is not CBOR: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/** `value` is of the shape of that name; without one it is a structure of texts. */
export async function writeCbor(shapeName: string, value: unknown): Promise<Uint8Array> {
  const { encode, Tagged, Token, Type } = await import('cborg')
  const prepared = prepare(cloudWatchShape(shapeName), value, (seconds) => new Tagged(1, seconds))
  return encode(prepared, {
    ignoreUndefinedProperties: true,
    float64: true,
    typeEncoders: { number: (number: number) => new Token(Type.float, number) },
  })
}

/** Integers become bigints, which the encoder writes as integers: so every number that is left is a float. */
function prepare(shape: Shape | undefined, value: unknown, time: (seconds: number) => unknown): unknown {
  if (value === undefined) return undefined
  switch (shape?.kind) {
    case 'structure': {
      const structure = value as { readonly [name: string]: unknown }
      return Object.fromEntries(
        Object.entries(shape.members)
          .filter(([name]) => structure[name] !== undefined)
          .map(([name, reference]) => [name, prepare(cloudWatchShape(reference.replace('!', '')), structure[name], time)]),
      )
    }
    case 'list':
      return (value as readonly unknown[]).map((element) => prepare(cloudWatchShape(shape.of), element, time))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([name, entry]) => [name, prepare(cloudWatchShape(shape.to), entry, time)]),
      )
    case 'integer':
    case 'long':
      return BigInt(value as number)
    case 'timestamp':
      return time(value as number)
    default:
      return value
  }
}
