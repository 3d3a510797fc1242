/**
 * Inputs and outputs of services in CBOR (Smithy RPC v2). The codec is loaded when the first such request comes. Doubles are always
 * floats and times always carry tag 1, as the protocol asks.
 */
import type { DecodeTokenizer } from 'cborg/interface'
import { ClientError } from '../api/client-error.ts'
import type { Shape, ShapeTable } from '../api/shapes/shape-table.ts'
import { cborDepthMax, cborTokensMax } from './limits.ts'
import { writeByShape } from './write-by-shape.ts'

/** The tree that a body stands for, times as seconds since 1970. An empty body is an empty structure. Rejects with SerializationException. */
export async function parseCbor(body: Uint8Array): Promise<unknown> {
  if (body.length === 0) return {}
  const { decode, Tokenizer } = await import('cborg')
  // A tokenizer of one's own has none of the decoder's defaults.
  const tokenizer = new Tokenizer(body, { allowIndefinite: true, allowUndefined: true, allowBigInt: true })
  try {
    return decode(body, { tokenizer: bounded(tokenizer), tags: { 1: (content) => content() } })
  } catch (error) {
    throw new ClientError('SerializationException', `The body is not CBOR: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/** Refuses bodies of too many parts, or nested too deep, before anything is made of them. */
function bounded(tokenizer: DecodeTokenizer): DecodeTokenizer {
  /** How many tokens are missing of each array, map or tag that is open, innermost last. */
  const open: number[] = []
  let tokens = 0
  return {
    done: () => tokenizer.done(),
    pos: () => tokenizer.pos(),
    next: () => {
      const token = tokenizer.next()
      tokens += 1
      if (tokens > cborTokensMax) throw new Error(`more than ${cborTokensMax} tokens`)
      while (open.at(-1) === 0) open.pop()
      if (open.length > 0) open.push((open.pop() ?? 0) - 1)
      const { name } = token.type
      if (name === 'break') open.pop()
      else if (name === 'array' || name === 'tag') open.push(name === 'tag' ? 1 : token.value)
      else if (name === 'map') open.push(2 * token.value)
      if (open.length > cborDepthMax) throw new Error(`nested deeper than ${cborDepthMax} levels`)
      return token
    },
  }
}

/** `value` is of the shape; without one it is a structure of texts. */
export async function writeCbor(shapes: ShapeTable, shape: Shape | undefined, value: unknown): Promise<Uint8Array> {
  const { encode, Tagged, Token, Type } = await import('cborg')
  const written = writeByShape(shapes, shape, value, { leaf: (kind, leaf) => leafOf(kind, leaf, (seconds) => new Tagged(1, seconds)) })
  return encode(written, {
    ignoreUndefinedProperties: true,
    float64: true,
    typeEncoders: { number: (number: number) => new Token(Type.float, number) },
  })
}

/** Integers become bigints, which the encoder writes as integers: so every number that is left is a float. */
function leafOf(kind: Shape['kind'] | undefined, value: unknown, time: (seconds: number) => unknown): unknown {
  switch (kind) {
    case 'integer':
    case 'long':
      return BigInt(value as number)
    case 'timestamp':
      return time(value as number)
    case 'blob':
      return Buffer.from(value as string, 'base64')
    default:
      return value
  }
}
