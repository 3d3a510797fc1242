/** Requests as bytes for properties of how HTTP is read: built whole, changed at will, cut anywhere; and answers taken apart again. */
import fc from 'fast-check'

export interface BuiltRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** The sizes of the chunks that the body is sent in; undefined for a body with a length. */
  readonly chunks: readonly number[] | undefined
  readonly trailers: string
}

const text = (characters: string, lengths: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), ...lengths })

const latin1 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

/** Requests that RFC 9112 allows and that are not among those left to node:http. */
export const builtRequest: fc.Arbitrary<BuiltRequest> = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH'),
  url: text("abz09-._~!$&'()*+,;=:@%/?", { maxLength: 20 }).map((rest) => `/${rest}`),
  headers: fc.uniqueArray(
    fc.tuple(
      text("abzABZ09-_!#$%&'*+.^`|~", { minLength: 1, maxLength: 12 }).map((name) => `X-${name}`),
      text('abz 09\t,;:="é(){}', { maxLength: 20 }).map((value) => value.trim()),
    ),
    { selector: ([name]) => name.toLowerCase(), maxLength: 5 },
  ),
  body: fc.oneof({ weight: 3, arbitrary: latin1 }, fc.constantFrom('', '0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n')),
  chunks: fc.option(fc.array(fc.integer({ min: 1, max: 100 })), { nil: undefined }),
  trailers: fc.constantFrom('', 'X-Trailer: a\r\n'),
})

export function bytesOf({ method, url, headers, body, chunks, trailers }: BuiltRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}:${value === '' ? '' : ' '}${value}\r\n`).join('')
  const start = `${method} ${url} HTTP/1.1\r\nHost: a\r\n${lines}`
  if (chunks === undefined) return Buffer.from(`${start}Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1')
  let rest = body
  let sent = ''
  for (const size of [...chunks, body.length]) {
    const chunk = rest.slice(0, size)
    rest = rest.slice(size)
    if (chunk !== '') sent += `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  }
  return Buffer.from(`${start}Transfer-Encoding: chunked\r\n\r\n${sent}0\r\n${trailers}\r\n`, 'latin1')
}

/**
 * What requests are made wrong with: pieces that matter to those who read them. No Upgrade: node:http ignores it, and then whatever was
 * sent together with it.
 */
export const pieces: readonly string[] = [
  ...['\r\n', '\n', '\r', '\0', ' ', '\t', ':', ',', ';', '"', '0', '1', 'f', '-', '+', '\x7f', '\xff', '\r\n\r\n', '\r\n ', '0\r\n\r\n'],
  ...['Content-Length: 3\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity\r\n', 'Host: b\r\n'],
  ...[
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    'Expect: 100-continue\r\n',

    'HTTP/1.0',
    'HTTP/1.1',
    'HTTP/2.0',
  ],
  ...['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'POST ', 'CONNECT ', 'OPTIONS * ', 'http://a/', '#', ';a=b', ' chunked', 'chunked, '],
]

export interface Change {
  readonly at: number
  readonly removed: number
  readonly put: string
}

export const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    at: fc.nat(),
    removed: fc.constantFrom(0, 0, 0, 1, 2, 5, 20),
    put: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.constant(''), fc.string({ maxLength: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
)

/** The bytes with each change made at its place, in a head more often than not. What is a whole line is put between two. */
export function changed(bytes: Buffer, all: readonly Change[]): Buffer {
  let now = bytes.toString('latin1')
  for (const { at, removed, put } of all) {
    const headBytes = Math.max(now.indexOf('\r\n\r\n') + 4, 1)
    const place = Math.floor(at / 3) % (at % 3 === 0 ? now.length + 1 : headBytes)
    const lineAt = /^[\w-]+: .*\r\n$/.test(put) ? now.indexOf('\r\n', place) + 2 : place
    now = now.slice(0, lineAt) + put + now.slice(lineAt + removed)
  }
  return Buffer.from(now, 'latin1')
}

/** Where bytes are cut into those that arrive together: shares of the whole. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })

export function cutInto(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((share) => Math.floor(share * bytes.length)), bytes.length].sort((one, other) => one - other)
  return ends.map((end, number) => bytes.subarray(ends[number - 1] ?? 0, end)).filter(({ length }) => length > 0)
}
