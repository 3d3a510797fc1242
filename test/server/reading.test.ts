/**
 * How the front reads HTTP, as laws over any bytes: valid requests are understood as they were built, however they are cut; nobody is
 * answered twice; and nothing is understood that node:http, at its strictest, would not understand in the same way.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type BuiltRequest, builtRequest, bytesOf, changed, changes, cutInto, cuts } from './http-bytes.ts'
import { openRecordingServer, type UnderstoodRequest } from './recording-server.ts'

/** What comes back on a connection of its own for pieces sent one after another and an end; no more is sent once the server has ended. */
async function exchange(port: number, pieces: readonly Buffer[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const received: Buffer[] = []
  let hasEnded = false
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.on('end', () => {
    hasEnded = true
    socket.end()
  })
  const closed = new Promise((resolve, reject) => socket.on('close', resolve).on('error', reject))
  await once(socket, 'connect')
  for (const piece of pieces) {
    if (hasEnded) break
    socket.write(piece)
    // The server, in this process, reads it in one turn of the loop, and its answer is read in the next.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate)
  }
  socket.end()
  await closed
  return Buffer.concat(received).toString('latin1')
}

/** The status lines of answers, one after another; fails when something else is between them. */
function statusesOf(received: string): number[] {
  const statuses: number[] = []
  for (let rest = received; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n')
    const [, status] = /^HTTP\/1\.1 (\d{3}) [\w -]+\r\n/.exec(rest) ?? []
    assert(status !== undefined && end > 0, `no answer: ${JSON.stringify(rest)}`)
    const [, length = '0'] = /\r\nContent-Length: (\d+)\r\n/i.exec(rest.slice(0, end + 2)) ?? []
    const isChunked = /\r\nTransfer-Encoding: chunked\r\n/i.test(rest.slice(0, end + 2))
    statuses.push(Number(status))
    rest = isChunked ? '' : rest.slice(end + 4 + Number(length))
  }
  // Who has sent all he wants to send is asked whether he is there, when his request has to wait (102).
  return statuses.filter((status) => status >= 200)
}

/** What node:http answers: it refuses what is behind a request instead of answering it. */
const leftToNode = /HTTP\/1\.0|CONNECT|Expect:(?! 100-continue\r\n)/i

function asBuilt({ method, url, headers, body, chunks, trailers: _ }: BuiltRequest): UnderstoodRequest {
  const framing = chunks === undefined ? ['content-length', String(body.length)] : ['transfer-encoding', 'chunked']
  const all = [['host', 'a'], ...headers.map(([name, value]) => [name.toLowerCase(), value]), framing]
  return { method, url, headers: Object.fromEntries(all), body }
}

function plain({ headers, ...request }: UnderstoodRequest): UnderstoodRequest {
  return { ...request, headers: { ...headers } }
}

test('Valid requests are understood as they were built, in their order, however they are cut', async (t) => {
  const { port, requests } = await openRecordingServer(t)
  await fc.assert(
    fc.asyncProperty(fc.array(builtRequest, { minLength: 1, maxLength: 4 }), cuts, async (built, at) => {
      requests.length = 0
      const received = await exchange(port, cutInto(Buffer.concat(built.map(bytesOf)), at))
      assert.deepEqual(requests.map(plain), built.map(asBuilt))
      assert.deepEqual(
        statusesOf(received),
        built.map(() => 200),
      )
    }),
    { numRuns: 200 },
  )
})

test('However bytes are cut, the same requests are understood, and each is answered once', async (t) => {
  const { port, requests, log } = await openRecordingServer(t)
  const understood = async (pieces: readonly Buffer[]): Promise<{ requests: UnderstoodRequest[]; isRefused: boolean }> => {
    requests.length = 0
    const statuses = statusesOf(await exchange(port, pieces))
    const answered = statuses.filter((status) => status === 200).length
    assert.equal(answered, requests.length, `answers ${statuses} for ${JSON.stringify(requests)}`)
    const refusals = statuses.slice(answered)
    assert(refusals.length <= 1 && refusals.every((status) => [400, 417, 431].includes(status)), `answers ${statuses}`)
    return { requests: requests.map(plain), isRefused: refusals.length > 0 }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(builtRequest, { minLength: 1, maxLength: 3 }), changes, cuts, async (built, all, at) => {
      const bytes = changed(Buffer.concat(built.map(bytesOf)), all)
      fc.pre(!leftToNode.test(bytes.toString('latin1')))
      assert.deepEqual(await understood(cutInto(bytes, at)), await understood([bytes]))
    }),
    { numRuns: 500 },
  )
  assert.deepEqual(log, [])
})

interface NodesReading {
  readonly port: number
  /** The heads in the order in which they were read. */
  readonly heads: { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders }[]
}

/** node:http as it comes, refusing what it refuses. It notes heads the moment they are read, whatever becomes of their connection. */
async function openNode(t: TestContext): Promise<NodesReading> {
  const heads: NodesReading['heads'] = []
  const server = createServer(({ method = '', url = '', headers }, response) => {
    heads.push({ method, url, headers })
    response.end()
  })
  server.on('checkExpectation', (_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { port: (server.address() as AddressInfo).port, heads }
}

test('Nothing is understood that node:http refuses or understands in another way', async (t) => {
  const node = await openNode(t)
  const { port, requests } = await openRecordingServer(t)
  let understood = 0
  let cases = 0
  await fc.assert(
    fc.asyncProperty(fc.array(builtRequest, { minLength: 1, maxLength: 3 }), changes, async (built, all) => {
      const bytes = changed(Buffer.concat(built.map(bytesOf)), all)
      requests.length = 0
      node.heads.length = 0
      await exchange(port, [bytes])
      await exchange(node.port, [bytes])
      cases += built.length
      understood += requests.length
      for (const [number, { method, url, headers }] of requests.entries()) {
        const head = node.heads[number]
        assert(head !== undefined, `node:http refuses ${JSON.stringify({ method, url, headers })}`)
        assert.deepEqual({ method, url, headers: { ...headers } }, { ...head, headers: { ...head.headers } })
      }
    }),
    { numRuns: 500 },
  )
  assert(understood > cases / 10 && understood < cases, `${understood} of ${cases} understood: the cases are one-sided`)
})
