/**
 * How an answer is compressed for who takes it: gzip or deflate, whichever `Accept-Encoding` values more or, when it values both
 * alike, names first (faults/statements.md §3). Other encodings it names are of no account.
 */
import { promisify } from 'node:util'
import { constants, deflate, gzip } from 'node:zlib'

type Encoder = (body: Buffer, options: { readonly level: number }) => Promise<Buffer>

const encoders: Readonly<Record<AnswerEncoding, Encoder>> = {
  gzip: promisify<Buffer, { level: number }, Buffer>(gzip),
  deflate: promisify<Buffer, { level: number }, Buffer>(deflate),
}
const fastest = { level: constants.Z_BEST_SPEED }

export type AnswerEncoding = 'gzip' | 'deflate'

export function encoded(body: string | Uint8Array, encoding: AnswerEncoding): Promise<Buffer> {
  return encoders[encoding](Buffer.from(body), fastest)
}

/** Undefined: it is to be sent as it is. */
export function acceptedEncoding(header: string | undefined): AnswerEncoding | undefined {
  if (header === undefined) return undefined
  const named = header.split(',').map(parseChoice)
  const any = named.find(({ name }) => name === '*')
  const choices = (['gzip', 'deflate'] as const).map((encoding) => {
    const at = named.findIndex(({ name }) => name === encoding)
    return { encoding, quality: (named[at] ?? any)?.quality ?? 0, at: at < 0 ? named.length : at }
  })
  const [best] = choices.sort((one, other) => other.quality - one.quality || one.at - other.at)
  return best === undefined || best.quality === 0 ? undefined : best.encoding
}

/** `gzip;q=0.5`. What is no number counts as 1. */
function parseChoice(part: string): { readonly name: string; readonly quality: number } {
  const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
  const [, text] = parameters.map((parameter) => /^q=([0-9.]+)$/.exec(parameter)).find((match) => match !== null) ?? []
  const quality = Number(text ?? 1)
  return { name, quality: Number.isNaN(quality) ? 1 : quality }
}
