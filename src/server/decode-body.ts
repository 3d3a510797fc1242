/**
 * What stands in a body that says it is encoded. AWS answers every body that is not what its Content-Encoding says with 500
 * (faults/statements.md §2): one that is labelled wrongly, broken off or empty, or in an encoding that nobody knows.
 */
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { letGoLater } from './growing-bytes.ts'
import type { SentBody } from './http-request.ts'
import { decompressedPieceBytesMax, decompressedPieceBytesMin, decompressedPieceRatio } from './limits.ts'

interface DecoderOptions {
  readonly maxOutputLength: number
  readonly chunkSize: number
}

type Decoder = (body: Uint8Array, options: DecoderOptions) => Promise<Uint8Array>

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', promisify<Uint8Array, DecoderOptions, Buffer>(gunzip)],
  ['deflate', promisify<Uint8Array, DecoderOptions, Buffer>(inflate)],
])

export type DecodedBody = SentBody | 'broken'

/** `'too-large'` when more than `bytesMax` come out of it. `encoding` is the header as it came; an empty one is none. */
export async function decodeBody(body: SentBody, encoding: string, bytesMax: number): Promise<DecodedBody> {
  const name = encoding.trim().toLowerCase()
  if (typeof body === 'string' || name === '' || name === 'identity') return body
  const decode = decoders.get(name)
  if (decode === undefined) return 'broken'
  try {
    const expectedBytes = Math.max(decompressedPieceBytesMin, decompressedPieceRatio * body.length)
    return letGoLater(await decode(body, { maxOutputLength: bytesMax, chunkSize: Math.min(decompressedPieceBytesMax, expectedBytes) }))
  } catch (error) {
    return error instanceof RangeError ? 'too-large' : 'broken'
  }
}
