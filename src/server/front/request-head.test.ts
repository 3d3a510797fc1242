import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequestHead, type UnreadHead } from './request-head.ts'

const bytesMax = 1000

function read(text: string): ReturnType<typeof readRequestHead> {
  return readRequestHead(Buffer.from(text, 'latin1'), bytesMax)
}

/** What is read of a request with these lines, the first of which is the request line, and `Host` if no line says something of it. */
function head(...lines: string[]): ReturnType<typeof readRequestHead> {
  const all = lines.some((line) => /^host/i.test(line)) ? lines : [...lines, 'Host: a']
  return read(`${all.join('\r\n')}\r\n\r\n`)
}

function accepted(...lines: string[]): Exclude<ReturnType<typeof readRequestHead>, UnreadHead> {
  const found = head(...lines)
  assert(typeof found === 'object', `${JSON.stringify(lines)}: ${found}`)
  return found
}

test('A head is read to its end, and says how the body is to be read', () => {
  const text = 'POST /?a=b HTTP/1.1\r\nHost: localhost:8000\r\nContent-Length: 12\r\nX-Amz-Target:\t A b \t\r\n\r\n'
  assert.deepEqual(read(`${text}{"a":1}`), {
    method: 'POST',
    url: '/?a=b',
    headers: Object.assign(Object.create(null), { host: 'localhost:8000', 'content-length': '12', 'x-amz-target': 'A b' }),
    length: 12,
    staysOpen: true,
    waitsToContinue: false,
    headBytes: text.length,
  })
  assert.equal(accepted('GET / HTTP/1.1').length, 0)
  assert.equal(accepted('POST / HTTP/1.1', 'Transfer-Encoding: CHUNKED').length, 'chunked')
  assert.equal(accepted('POST / HTTP/1.1', 'Content-Length: 007').length, 7)
  assert.equal(accepted('POST / HTTP/1.1', 'Expect: 100-Continue').waitsToContinue, true)
  assert.equal(accepted('\r\nGET / HTTP/1.1').headBytes, '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'.length)
})

test('A connection stays open unless the client says otherwise', () => {
  assert.equal(accepted('GET / HTTP/1.1', 'Connection: keep-alive').staysOpen, true)
  for (const value of ['close', 'Close', 'te, close', 'close ,x']) {
    assert.equal(accepted('GET / HTTP/1.1', `Connection: ${value}`).staysOpen, false, value)
  }
  assert.equal(accepted('GET / HTTP/1.1', 'Connection: closed').staysOpen, true)
  assert.equal(accepted('GET / HTTP/1.1', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c').staysOpen, true)
  assert.equal(accepted('GET / HTTP/1.1', 'Connection: x', 'Connection: close').staysOpen, false)
})

test('Targets are taken in all their forms, and one that names the server says which host is asked', () => {
  const asked = (target: string): readonly unknown[] => {
    const { url, headers } = accepted(`GET ${target} HTTP/1.1`)
    return [url, headers.host]
  }
  assert.deepEqual(asked('/a%20b?c=d&e'), ['/a%20b?c=d&e', 'a'])
  assert.deepEqual(asked('//b/c'), ['//b/c', 'a'])
  assert.deepEqual(asked('http://b.example:8000'), ['/', 'b.example:8000'])
  assert.deepEqual(asked('http://b.example:8000/c?d=e'), ['/c?d=e', 'b.example:8000'])
  assert.deepEqual(asked('HTTPS://[::1]?d'), ['/?d', '[::1]'])
  assert.equal(accepted('OPTIONS * HTTP/1.1').url, '*')
  for (const target of ['*', 'a', 'a:80', 'http://', 'http:///a', 'http://u@a/', 'ftp://a/', '/a#b', '/a b', '/é', '']) {
    assert.equal(head(`GET ${target} HTTP/1.1`), 400, target)
  }
})

test('Repeated fields are joined, or the first counts, as with node:http', () => {
  const { headers } = accepted(
    'GET / HTTP/1.1',
    'Accept: a',
    'accept: b',
    'Cookie: c',
    'Cookie: d',
    'Content-Type: e',
    'Content-Type: f',
    '__proto__: g',
    'X-Empty:',
  )
  assert.equal(headers.accept, 'a, b')
  assert.equal(headers.cookie, 'c; d')
  assert.equal(headers['content-type'], 'e')
  assert.equal(Object.getOwnPropertyDescriptor(headers, '__proto__')?.value, 'g')
  assert.equal(headers['x-empty'], '')
  assert.equal(Object.getPrototypeOf(headers), null)
})

test('What two readers could read in two ways is refused', () => {
  const bad: readonly string[][] = [
    ['Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 1'],
    ['Content-Length: 1', 'Content-Length: 2'],
    ['Content-Length: 1', 'content-length: 1'],
    ['Content-Length: 1, 1'],
    ...['-1', '+1', '1_0', '0x1', '1.0', '1e1', ' ', '1 1', '9007199254740993', '99999999999999999999'].map((n) => [
      `Content-Length: ${n}`,
    ]),
    ...['gzip', 'gzip, chunked', 'chunked, gzip', 'chunked, chunked', 'identity', 'xchunked', 'chunked;q=1', ''].map((n) => [
      `Transfer-Encoding: ${n}`,
    ]),
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding : chunked'],
    ['Content-Length\t: 1'],
    [' X: folded'],
    ['X: a', '\tfolded'],
    ['no colon'],
    [': no name'],
    ['X(: a'],
    ['X\0: a'],
    ['Xé: a'],
    ['X: a\0b'],
    ['X: a\nY: b'],
    ['X: a\rY: b'],
    ['X: a\x7f'],
    ['Host: a', 'Host: a'],
    ['Host: a', 'Host: b'],
    ['Host: a b'],
    ['Host: u@a'],
    ['Host: a/b'],
  ]
  for (const lines of bad) assert.equal(head('POST / HTTP/1.1', ...lines), 400, JSON.stringify(lines))
  assert.equal(read('GET / HTTP/1.1\r\n\r\n'), 400)
})

test('Request lines have one form', () => {
  for (const line of [
    'GET /',
    'GET  / HTTP/1.1',
    'GET / HTTP/1.1 ',
    ' GET / HTTP/1.1',
    'GET / HTTP/1.2',
    'GET / HTTP/2.0',
    'GET / HTTP/11',
    'GET / HTTP/1.10',
    'GET / http/1.1',
    'GET\t/ HTTP/1.1',
    'get / HTTP/1.1',
    'GETS / HTTP/1.1',
    'PRI * HTTP/2.0',
    '\r\n\r\nGET / HTTP/1.1',
    '\nGET / HTTP/1.1',
  ]) {
    assert.equal(head(line), 400, line)
  }
})

test('The unusual is left to node:http, unless it could be read in two ways', () => {
  assert.equal(head('GET / HTTP/1.0'), 'unusual')
  assert.equal(read('GET / HTTP/1.0\r\n\r\n'), 'unusual')
  assert.equal(head('CONNECT a:80 HTTP/1.1'), 'unusual')
  assert.equal(head('POST / HTTP/1.1', 'Expect: something'), 'unusual')
  assert.equal(head('POST / HTTP/1.0', 'Transfer-Encoding: chunked'), 400)
  assert.equal(head('POST / HTTP/1.0', 'Content-Length: 1', 'Content-Length: 2'), 400)
})

test('A head that has not ended is waited for only while it can still be one', () => {
  const whole = 'POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n'
  for (let length = 0; length < whole.length; length += 1) assert.equal(read(whole.slice(0, length)), 'incomplete', whole.slice(0, length))
  for (const text of ['\x16\x03\x01', 'GET / HTTP/1.1\n', 'GET / HTTP/1.1\r\rX', 'SSH-2.0-x\r\n', 'GET / HTTP/1.1\r\nX: \0']) {
    assert.equal(read(text), 400, JSON.stringify(text))
  }
})

test('A head over the limit is refused whether it has ended or not', () => {
  const start = 'GET / HTTP/1.1\r\nHost: a\r\nX: '
  const fits = `${start}${'x'.repeat(bytesMax - start.length - 4)}\r\n\r\n`
  assert.equal(typeof read(fits), 'object')
  assert.equal(read(fits.replace('X:', 'X:x')), 431)
  assert.equal(read(`${start}${'x'.repeat(bytesMax)}`), 431)
})
