/** What a server sent on one connection, taken apart into answers: bytes that no client could make sense of are a failure. */
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'

export interface ReadAnswer {
  readonly status: number
  /** In lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [A-Za-z' -]+$/
const fieldLine = /^([!#$%&'*+.^_`|~\dA-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/
const emptyChunks = Buffer.from('0\r\n\r\n')
const nextAnswer = Buffer.from('HTTP/1.1 ')

/** `isCut`: the connection was reset, so that the last answer may be no whole one. Throws AssertionError. */
export function readAnswers(received: Buffer, { isCut }: { readonly isCut: boolean }): readonly ReadAnswer[] {
  const answers: ReadAnswer[] = []
  let rest = received
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0 && isCut) break
    assert.ok(end >= 0, `no whole head: ${text(rest)}`)
    const { status, headers } = readHead(rest.toString('latin1', 0, end))
    const behind = rest.subarray(end + 4)
    // What node:http refuses by itself, and nothing that Stator answers.
    if (headers.get('transfer-encoding') === 'chunked') {
      assert.ok(behind.subarray(0, 5).equals(emptyChunks), `chunks: ${text(rest)}`)
      answers.push({ status, headers, body: Buffer.alloc(0) })
      rest = behind.subarray(emptyChunks.length)
      continue
    }
    const length = Number(headers.get('content-length') ?? 0)
    assert.ok(Number.isSafeInteger(length) && length >= 0, `Content-Length: ${headers.get('content-length')}`)
    // To HEAD there is a length and nothing that has it.
    const isBodiless = behind.length === 0 || behind.subarray(0, nextAnswer.length).equals(nextAnswer)
    if (!isBodiless && behind.length < length && isCut) break
    assert.ok(isBodiless || behind.length >= length, `${length} bytes were promised: ${text(rest)}`)
    const body = isBodiless ? Buffer.alloc(0) : behind.subarray(0, length)
    answers.push({ status, headers, body })
    if (!isBodiless) checkBody(headers, body)
    rest = behind.subarray(body.length)
  }
  return answers
}

function readHead(head: string): Pick<ReadAnswer, 'status' | 'headers'> {
  const [first = '', ...lines] = head.split('\r\n')
  const status = statusLine.exec(first)?.[1]
  assert.ok(status !== undefined, `no status line: ${JSON.stringify(first)}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value = ''] = fieldLine.exec(line) ?? []
    assert.ok(name !== undefined, `no field: ${JSON.stringify(line)}`)
    headers.set(name.toLowerCase(), value)
  }
  return { status: Number(status), headers }
}

/** As its checksum and its type say. */
function checkBody(headers: ReadAnswer['headers'], body: Buffer): void {
  const checksum = headers.get('x-amz-crc32')
  if (checksum !== undefined) assert.equal(crc32(body), Number(checksum), 'the checksum')
  if (body.length === 0 || headers.has('content-encoding')) return
  const type = headers.get('content-type') ?? ''
  if (type.includes('json')) assert.equal(typeof JSON.parse(body.toString('utf8')), 'object')
  if (type.includes('xml')) assert.match(body.toString('utf8'), /^<.*>\s*$/s)
}

function text(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 2000))
}
