import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chunkedLineBytesMax, chunkedOverheadBytesMax } from '../limits.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'

/** What the decoder makes of pieces of a body; `left` is what it did not take. */
function decode(pieces: readonly Buffer[]): { content: string; left: string; isDone: boolean } | undefined {
  const decoder = new ChunkedDecoder()
  let content = ''
  let left = ''
  for (const piece of pieces) {
    const taken = decoder.decode(piece, (bytes) => (content += bytes.toString('latin1')))
    if (taken === undefined) return undefined
    left += piece.toString('latin1', taken)
  }
  return { content, left, isDone: decoder.isDone }
}

function decodeText(text: string): ReturnType<typeof decode> {
  return decode([Buffer.from(text, 'latin1')])
}

test('Chunks are put together, extensions and trailers left out, and nothing behind the end is taken', () => {
  const text = '3;a\r\nabc\r\n00A;b=c;d="e; f"\r\n0123456789\r\n1\r\n\n\r\n0\r\nX-Trailer: y\r\n\r\nGET /'
  assert.deepEqual(decodeText(text), { content: 'abc0123456789\n', left: 'GET /', isDone: true })
  assert.deepEqual(decodeText('0\r\n\r\n'), { content: '', left: '', isDone: true })
  assert.deepEqual(decodeText('5\r\nab'), { content: 'ab', left: '', isDone: false })
})

test('It makes no difference in which pieces a body arrives', () => {
  const chunk = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constantFrom('', ';a', ';a=b', ';a="b c"'))
  const body = fc.record({
    chunks: fc.array(chunk),
    trailers: fc.constantFrom('', 'A: b\r\n', 'A: b\r\nC:\r\n'),
    rest: fc.constantFrom('', 'GET /'),
  })
  const cuts = fc.array(fc.nat(), { maxLength: 12 })
  fc.assert(
    fc.property(body, cuts, ({ chunks, trailers, rest }, at) => {
      const content = chunks.map(([bytes]) => Buffer.from(bytes).toString('latin1'))
      const sent = content.map((text, number) => `${text.length.toString(16)}${chunks[number]?.[1]}\r\n${text}\r\n`)
      const bytes = Buffer.from(`${sent.join('')}0\r\n${trailers}\r\n${rest}`, 'latin1')
      const ends = [...at.map((cut) => cut % bytes.length), bytes.length].sort((one, other) => one - other)
      const pieces = ends.map((end, number) => bytes.subarray(ends[number - 1] ?? 0, end))
      assert.deepEqual(decode(pieces), { content: content.join(''), left: rest, isDone: true })
    }),
  )
})

test('What is no size, no end of a chunk or no trailer ends the body for good', () => {
  for (const size of ['', ' 1', '1 ', '+1', '-1', '0x1', 'g', '1;', '1; a', '1;a=', '1;a="b', '1;a b', '123456789', '1\n']) {
    assert.equal(decodeText(`${size}\r\na\r\n0\r\n\r\n`), undefined, size)
  }
  for (const text of ['1\na\r\n', '1\r\nab\r\n', '1\r\na\n', '1\r\na0\r\n\r\n']) assert.equal(decodeText(text), undefined, text)
  for (const trailer of ['X', ' X: a', 'X : a', ': a', 'Content-Length: 1', 'transfer-encoding: chunked', 'Host: a', 'X: a\0']) {
    assert.equal(decodeText(`0\r\n${trailer}\r\n\r\n`), undefined, trailer)
  }
})

test('Lines, extensions and trailers have limits', () => {
  const longest = `1;${'x'.repeat(chunkedLineBytesMax - 4)}\r\n`
  assert.equal(decodeText(longest)?.isDone, false)
  assert.equal(decodeText(longest.replace('x', 'xx')), undefined)
  assert.equal(decodeText('1'.repeat(chunkedLineBytesMax + 1)), undefined)
  const extended = `1;${'x'.repeat(1000)}\r\na\r\n`
  const most = Math.floor(chunkedOverheadBytesMax / 1001)
  assert.equal(decodeText(extended.repeat(most))?.content.length, most)
  assert.equal(decodeText(extended.repeat(most + 1)), undefined)
  assert.equal(decodeText(`0\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(most + 1)}\r\n`), undefined)
})
