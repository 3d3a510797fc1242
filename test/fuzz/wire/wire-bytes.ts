/** Requests as bytes: written soundly, then damaged and cut at will. */
import { gzipSync } from 'node:zlib'
import { changed, pieces } from '../../server/http-bytes.ts'
import type { Choices } from '../choices.ts'
import { damaged } from '../mutate-body.ts'
import type { WireRequest } from './wire-requests.ts'

/** `headers` are those of a signature. */
export function writtenRequest(
  choices: Choices,
  { method, url, body, ...request }: WireRequest,
  headers: { readonly [name: string]: string },
): Buffer {
  const isEncoded = body.length > 0 && choices.chance(5)
  const content = isEncoded ? gzipSync(body, { level: 1 }) : Buffer.from(body)
  const isChunked = choices.chance(20)
  const all = {
    Host: '127.0.0.1',
    ...request.headers,
    ...headers,
    ...(isEncoded && { 'Content-Encoding': choices.chance(90) ? 'gzip' : 'deflate' }),
    ...(choices.chance(5) && { 'Accept-Encoding': 'gzip' }),
    ...(choices.chance(2) && { Expect: '100-continue' }),
    ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(content.length) }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  return Buffer.concat([head, isChunked ? inChunks(choices, content) : content])
}

function inChunks(choices: Choices, content: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < content.length; ) {
    const end = Math.min(content.length, at + 1 + choices.below(choices.pick([10, 100, 10_000])))
    // No more than so many, however long it is.
    const chunk = content.subarray(at, parts.length > 300 ? content.length : end)
    parts.push(Buffer.from(`${chunk.length.toString(16)}${choices.chance(3) ? ';a="b"' : ''}\r\n`), chunk, Buffer.from('\r\n'))
    at += chunk.length
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${choices.chance(5) ? 'X-Trailer: a\r\n' : ''}\r\n`)])
}

/** With pieces that matter to who reads HTTP, or any bytes, in any place. */
export function damagedBytes(choices: Choices, bytes: Buffer): Buffer {
  switch (choices.below(10)) {
    case 0:
      return Buffer.from(damaged(choices, bytes))
    case 1:
      return Buffer.concat([bytes, Buffer.from(choices.several(1, 200, () => choices.below(256)))])
    case 2:
      return Buffer.from(choices.several(1, 300, () => choices.below(256)))
    default: {
      const change = () => ({ at: choices.below(1 << 20), removed: choices.pick([0, 0, 0, 1, 2, 5, 20]), put: choices.pick(pieces) })
      return changed(bytes, choices.several(1, 4, change))
    }
  }
}

/** Pieces that arrive one after another. */
export function cutAnywhere(choices: Choices, bytes: Buffer): readonly Buffer[] {
  if (choices.chance(50)) return [bytes]
  const ends = [...choices.several(1, 4, () => choices.below(bytes.length + 1)), bytes.length].sort((one, other) => one - other)
  return ends.map((end, number) => bytes.subarray(ends[number - 1] ?? 0, end)).filter(({ length }) => length > 0)
}
