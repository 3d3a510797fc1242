/** HTTP over real sockets, in front of a stand-in for the operations: limits, routes, encodings, connections, the end. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { crc32, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { systemRandom } from '../../src/base/random.ts'
import { signedAnswer } from '../../src/protocols/answer.ts'
import { RequestIds } from '../../src/protocols/request-ids.ts'
import type { ServiceRequest } from '../../src/protocols/service-request.ts'
import { budgetOf, defaultBudget } from '../../src/server/budget/budget.ts'
import { type HttpOptions, HttpServer } from '../../src/server/http.ts'
import { defaultHttpLimits, type HttpLimits } from '../../src/server/limits.ts'
import { currentReader, testByBoth } from './by-both-readers.ts'
import { type RawAnswer, RawConnection, requestBytes } from './raw-connection.ts'

interface TestServer {
  readonly server: HttpServer
  readonly port: number
  readonly log: unknown[][]
  connect(options?: { allowHalfOpen?: boolean }): Promise<RawConnection>
  /** One request on a connection of its own. */
  ask(...request: Parameters<typeof requestBytes>): Promise<RawAnswer>
}

type Overrides = Partial<Omit<HttpOptions, 'handle' | 'limits'>> & {
  readonly limits?: Partial<HttpLimits>
  /** Answers with the text it returns. By default the body of the request comes back. */
  readonly answer?: (request: ServiceRequest) => Promise<string>
}

async function serve(context: TestContext, { answer, limits, ...overrides }: Overrides = {}): Promise<TestServer> {
  const requestIds = new RequestIds(systemRandom)
  const log: unknown[][] = []
  const server = new HttpServer({
    handle: async (request) => {
      const body = answer === undefined ? Buffer.from(request.body).toString() : await answer(request)
      return signedAnswer({ requestId: requestIds.next(), status: 200, contentType: 'application/x-amz-json-1.0', body })
    },
    requestIds,
    regionOf: () => 'eu-west-2',
    crossOrigin: false,
    http: currentReader(),
    log: (...entry) => log.push(entry),
    budget: budgetOf(defaultBudget),
    ...overrides,
    limits: { ...defaultHttpLimits, ...limits },
  })
  const port = await server.listen(0, '127.0.0.1')
  const connections: RawConnection[] = []
  context.after(async () => {
    for (const connection of connections) connection.socket.destroy()
    await server.close()
  })
  const open: TestServer['connect'] = async (options) => {
    const connection = await RawConnection.open(port, options)
    connections.push(connection)
    return connection
  }
  return {
    server,
    port,
    log,
    connect: open,
    ask: async (request) => {
      const connection = await open()
      connection.send(requestBytes(request))
      const received = await connection.next({ bodiless: request.method === 'HEAD' })
      connection.socket.destroy()
      return received
    },
  }
}

/** A promise and the function that fulfils it. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}

function checkPlain(answer: RawAnswer, status: number, body: string): void {
  assert.equal(answer.status, status)
  assert.equal(answer.body.toString(), body)
  assert.equal(answer.headers.get('content-length'), String(body.length))
  assert.equal(answer.headers.get('content-type'), undefined)
  assert.equal(answer.headers.get('x-amz-crc32'), String(crc32(body)))
  assert.match(answer.headers.get('x-amzn-requestid') ?? '', /^[0-9A-V]{52}$/)
}

testByBoth('A target that names the server is as good as its path, and says which host is asked', async (t) => {
  const hosts: unknown[] = []
  const { ask } = await serve(t, {
    answer: async ({ headers, query }) => {
      hosts.push([headers.host, query])
      return 'asked'
    },
  })
  for (const url of ['http://db.example:1', 'HTTP://db.example:1/', 'https://db.example:1/?a=b']) {
    const answer = await ask({ url, body: '{}' })
    assert.equal(answer.body.toString(), 'asked', url)
  }
  assert.deepEqual(hosts, [
    ['db.example:1', ''],
    ['db.example:1', ''],
    ['db.example:1', 'a=b'],
  ])
  checkPlain(await ask({ method: 'GET', url: 'http://db.example/health/live' }), 200, 'live\n')
  checkPlain(await ask({ method: 'GET', url: 'http://db.example/else' }), 404, '<UnknownOperationException/>\n')
})

testByBoth('A request arrives whole, and its answer carries the headers of AWS', async (t) => {
  const requests: ServiceRequest[] = []
  const { ask } = await serve(t, {
    answer: async (request) => {
      requests.push(request)
      return '{"Item":"é"}'
    },
  })
  const answer = await ask({ target: 'GetItem', url: '/?X-Amz-Algorithm=x', body: '{"a":"é"}' })
  assert.equal(requests[0]?.target, 'DynamoDB_20120810.GetItem')
  assert.equal(requests[0]?.query, 'X-Amz-Algorithm=x')
  assert.equal(requests[0]?.headers['x-amz-date'], '20261122T120000Z')
  assert.equal(Buffer.from(requests[0]?.body ?? []).toString(), '{"a":"é"}')
  assert.equal(answer.status, 200)
  assert.equal(answer.body.toString(), '{"Item":"é"}')
  assert.equal(answer.headers.get('content-type'), 'application/x-amz-json-1.0')
  assert.equal(answer.headers.get('content-length'), '13')
  assert.equal(answer.headers.get('x-amz-crc32'), String(crc32('{"Item":"é"}')))
  assert.equal(answer.headers.get('server'), 'Server')
  assert.equal(answer.headers.get('connection'), 'keep-alive')
  assert(!Number.isNaN(Date.parse(answer.headers.get('date') ?? '')))
  assert(![...answer.headers.keys()].some((name) => name.startsWith('access-control-')))
})

testByBoth('A body in many chunks is put together', async (t) => {
  const { connect } = await serve(t)
  const connection = await connect()
  connection.send(requestBytes({ headers: { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' } }))
  for (const piece of ['{"a"', ':', '"b"}']) connection.send(`${piece.length.toString(16)}\r\n${piece}\r\n`)
  connection.send('0\r\n\r\n')
  assert.equal((await connection.next()).body.toString(), '{"a":"b"}')
})

testByBoth('GET / and /ping answer with the health of the region, the others with theirs', async (t) => {
  const { ask } = await serve(t)
  const health = 'healthy: dynamodb.eu-west-2.amazonaws.com '
  for (const url of ['/', '/ping', '/?x=1']) checkPlain(await ask({ method: 'GET', url }), 200, health)
  checkPlain(await ask({ method: 'GET', url: '/health/live' }), 200, 'live\n')
  checkPlain(await ask({ method: 'GET', url: '/health/ready' }), 200, 'ready\n')
  const head = await ask({ method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(head.headers.get('content-length'), String(health.length))
})

testByBoth('Other methods, paths and types of body are unknown operations', async (t) => {
  const { ask } = await serve(t, { answer: async () => assert.fail('not reached') })
  const unknown = '<UnknownOperationException/>\n'
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) checkPlain(await ask({ method, body: '{}' }), 404, unknown)
  checkPlain(await ask({ method: 'GET', url: '/nothing' }), 404, unknown)
  checkPlain(await ask({ url: '/nothing', body: '{}' }), 404, unknown)
  for (const type of ['text/plain', 'application/x-amz-json-1.1', 'application/x-www-form-urlencoded', '', undefined]) {
    checkPlain(await ask({ headers: { 'Content-Type': type }, body: '{}' }), 404, unknown)
  }
  checkPlain(await ask({ method: 'OPTIONS', headers: { Origin: 'https://a.example' } }), 404, unknown)
})

testByBoth('An empty body may be of any type', async (t) => {
  const { ask } = await serve(t, { answer: async () => 'reached' })
  for (const type of ['text/plain', undefined]) {
    assert.equal((await ask({ headers: { 'Content-Type': type } })).body.toString(), 'reached')
  }
})

testByBoth('A body over the limit is 413 and empty, whether announced or not, and the connection goes on', async (t) => {
  const { connect } = await serve(t, { limits: { bodyBytesMax: 1000 } })
  const connection = await connect()
  connection.send(requestBytes({ body: 'x'.repeat(1000) }))
  assert.equal((await connection.next()).body.length, 1000)
  connection.send(requestBytes({ body: 'x'.repeat(1001) }))
  checkPlain(await connection.next(), 413, '')
  connection.send(requestBytes({ headers: { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' } }))
  for (let count = 0; count < 20; count += 1) connection.send(`64\r\n${'x'.repeat(100)}\r\n`)
  checkPlain(await connection.next(), 413, '')
  connection.send('0\r\n\r\n')
  connection.send(requestBytes({ method: 'GET', body: 'x'.repeat(1001) }))
  checkPlain(await connection.next(), 413, '')
  connection.send(requestBytes({ body: '{}' }))
  assert.equal((await connection.next()).body.toString(), '{}')
})

testByBoth('An announced body over 16 MB is refused before it is sent', async (t) => {
  const { connect } = await serve(t)
  const connection = await connect()
  connection.send(requestBytes({ headers: { 'Content-Length': String(16 * 1024 * 1024 + 1) } }))
  checkPlain(await connection.next(), 413, '')
})

testByBoth('A body in gzip is read as what it holds, within the same limit', async (t) => {
  const { ask } = await serve(t, { limits: { bodyBytesMax: 1000 } })
  const headers = { 'Content-Encoding': 'gzip' }
  assert.equal((await ask({ headers, body: gzipSync('{"a":1}') })).body.toString(), '{"a":1}')
  assert.equal((await ask({ headers, body: gzipSync('x'.repeat(1000)) })).body.length, 1000)
  checkPlain(await ask({ headers, body: gzipSync('x'.repeat(1001)) }), 413, '')
})

testByBoth('A body that is not what its Content-Encoding says is a fault, and nobody is asked', async (t) => {
  const { ask } = await serve(t, { answer: () => Promise.reject(new Error('asked')) })
  const whole = gzipSync('{"a":1}')
  for (const [encoding, body] of [
    ['gzip', '{"a":1}'],
    ['deflate', '{"a":1}'],
    ['br', '{"a":1}'],
    ['gzip, deflate', '{"a":1}'],
    ['gzip', whole.subarray(0, whole.length - 9)],
    ['deflate', deflateSync('{"a":1}').subarray(0, 5)],
    ['gzip', ''],
    ['deflate', ''],
  ] as const) {
    const answer = await ask({ headers: { 'Content-Encoding': encoding }, body })
    assert.equal(answer.status, 500, encoding)
    assert.match(answer.body.toString(), /"__type":"com\.amazonaws\.dynamodb\.v20120810#InternalServerError"/)
  }
})

testByBoth('A body in deflate is read as what it holds, and one that is called identity as it is', async (t) => {
  const { ask } = await serve(t)
  assert.equal((await ask({ headers: { 'Content-Encoding': 'Deflate' }, body: deflateSync('{"a":1}') })).body.toString(), '{"a":1}')
  assert.equal((await ask({ headers: { 'Content-Encoding': 'identity' }, body: '{"a":1}' })).body.toString(), '{"a":1}')
})

testByBoth('A small body that would grow beyond 16 MB is refused', async (t) => {
  const { ask } = await serve(t)
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  checkPlain(await ask({ headers: { 'Content-Encoding': 'gzip' }, body: bomb }), 413, '')
})

testByBoth('Large answers come in gzip to those who take it, with the checksum of the compressed bytes', async (t) => {
  const text = JSON.stringify({ text: 'é'.repeat(5000) })
  const { ask } = await serve(t, { answer: async () => text })
  for (const accepted of ['gzip', 'deflate;q=0.4, gzip;q=0.5', 'br;q=1.0, GZIP']) {
    const answer = await ask({ headers: { 'Accept-Encoding': accepted } })
    assert.equal(answer.headers.get('content-encoding'), 'gzip')
    assert.equal(answer.headers.get('content-length'), String(answer.body.length))
    assert.equal(gunzipSync(answer.body).toString(), text)
    assert.equal(answer.headers.get('x-amz-crc32'), String(crc32(answer.body)))
  }
  const deflated = await ask({ headers: { 'Accept-Encoding': 'br, identity, deflate, gzip' } })
  assert.equal(deflated.headers.get('content-encoding'), 'deflate')
  assert.equal(inflateSync(deflated.body).toString(), text)
  assert.equal(deflated.headers.get('x-amz-crc32'), String(crc32(deflated.body)))
  for (const accepted of [undefined, 'identity', 'gzip;q=0', 'gzip; q=0.000', 'xgzip']) {
    const answer = await ask({ headers: { 'Accept-Encoding': accepted } })
    assert.equal(answer.headers.get('content-encoding'), undefined)
    assert.equal(answer.body.toString(), text)
  }
})

testByBoth('Small answers are never compressed', async (t) => {
  const { ask } = await serve(t)
  const answer = await ask({ headers: { 'Accept-Encoding': 'gzip' }, body: '{}' })
  assert.equal(answer.headers.get('content-encoding'), undefined)
})

testByBoth('Pages of every origin are let in when asked for', async (t) => {
  const { ask } = await serve(t, { crossOrigin: true })
  const Origin = 'https://a.example'
  const preflight = await ask({
    method: 'OPTIONS',
    headers: { Origin, 'Access-Control-Request-Headers': 'x-amz-target,authorization', 'Access-Control-Request-Method': 'POST' },
  })
  assert.equal(preflight.status, 200)
  assert.equal(preflight.body.length, 0)
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'x-amz-target,authorization')
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET, POST, OPTIONS')
  assert.equal(preflight.headers.get('access-control-max-age'), '172800')
  assert.match(preflight.headers.get('access-control-expose-headers') ?? '', /x-amzn-RequestId/)
  const answer = await ask({ headers: { Origin }, body: '{}' })
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.match(answer.headers.get('access-control-expose-headers') ?? '', /x-amzn-RequestId/)
  assert.equal((await ask({ body: '{}' })).headers.get('access-control-allow-origin'), undefined)
})

testByBoth('With a list, pages of the listed origins are let in and no others', async (t) => {
  const { ask } = await serve(t, { crossOrigin: ['https://a.example', 'https://b.example'] })
  const listed = await ask({ headers: { Origin: 'https://b.example' }, body: '{}' })
  assert.equal(listed.headers.get('access-control-allow-origin'), 'https://b.example')
  assert.equal(listed.headers.get('vary'), 'Origin')
  for (const Origin of ['https://c.example', 'null', 'https://a.example.evil.example']) {
    const other = await ask({ headers: { Origin }, body: '{}' })
    assert.equal(other.headers.get('access-control-allow-origin'), undefined)
    const preflight = await ask({ method: 'OPTIONS', headers: { Origin } })
    assert.equal(preflight.headers.get('access-control-allow-origin'), undefined)
  }
})

testByBoth('Requests sent without waiting are answered in their order', async (t) => {
  const arrived = gate()
  const slow = gate()
  const { connect } = await serve(t, {
    answer: async ({ body }) => {
      const text = Buffer.from(body).toString()
      if (text === '1') {
        arrived.open()
        await slow.passed
      }
      return text
    },
  })
  const connection = await connect()
  connection.send(Buffer.concat(['1', '2', '3'].map((body) => requestBytes({ body }))))
  await arrived.passed
  slow.open()
  for (const expected of ['1', '2', '3']) assert.equal((await connection.next()).body.toString(), expected)
})

testByBoth('A client that sends its end with its request is answered', async (t) => {
  const { connect } = await serve(t)
  const connection = await connect({ allowHalfOpen: true })
  connection.socket.end(requestBytes({ body: '{"half":"closed"}' }))
  assert.equal((await connection.next()).body.toString(), '{"half":"closed"}')
})

testByBoth('What is not HTTP is answered with 400 and hung up on, and others do not notice', async (t) => {
  const { connect, ask, log } = await serve(t)
  for (const garbage of ['\x00\x01\x02\x03\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n']) {
    const connection = await connect()
    connection.send(Buffer.from(garbage, 'latin1'))
    assert.equal((await connection.next()).status, 400)
    await connection.closed
  }
  const connection = await connect()
  connection.send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)
  assert.equal((await connection.next()).status, 431)
  assert.equal((await ask({ body: '{}' })).status, 200)
  assert.deepEqual(log, [])
})

testByBoth('A client that goes away in the middle does no harm', async (t) => {
  const arrived = gate()
  const answered = gate()
  const { connect, ask, log } = await serve(t, {
    answer: async ({ body }) => {
      if (body.length > 0) return 'still here'
      arrived.open()
      await answered.passed
      return 'too late'
    },
  })
  const inBody = await connect()
  inBody.send(requestBytes({ headers: { 'Content-Length': '100' }, body: '{"a"' }))
  inBody.socket.resetAndDestroy()
  const waiting = await connect()
  waiting.send(requestBytes({}))
  await arrived.passed
  waiting.socket.resetAndDestroy()
  await waiting.closed
  answered.open()
  assert.equal((await ask({ body: '{}' })).body.toString(), 'still here')
  assert.deepEqual(log, [])
})

testByBoth('Headers and bodies that take too long are given up on', async (t) => {
  const limits = { headersTimeoutMs: 40, progressMs: 80, timeoutCheckMs: 10 }
  const { connect, ask } = await serve(t, { limits })
  const slowHeaders = await connect()
  slowHeaders.send('POST / HTTP/1.1\r\nHost: a\r\n')
  const slowBody = await connect()
  slowBody.send(requestBytes({ headers: { 'Content-Length': '100' }, body: '{' }))
  assert.equal((await slowHeaders.next()).status, 408)
  await slowHeaders.closed
  await slowBody.closed
  assert.equal((await ask({ body: '{}' })).status, 200)
})

testByBoth('close answers what is being asked, takes nothing new, and hangs up', async (t) => {
  const arrived = gate()
  const answered = gate()
  const { server, connect, port } = await serve(t, {
    answer: async () => {
      arrived.open()
      await answered.passed
      return 'last'
    },
  })
  const idle = await connect()
  idle.send(requestBytes({ method: 'GET' }))
  await idle.next()
  const silent = await connect()
  const busy = await connect()
  busy.send(requestBytes({ body: '{}' }))
  await arrived.passed
  const closed = server.close()
  await idle.closed
  await assert.rejects(RawConnection.open(port), { code: 'ECONNREFUSED' })
  answered.open()
  const answer = await busy.next()
  assert.equal(answer.body.toString(), 'last')
  assert.equal(answer.headers.get('connection'), 'close')
  await Promise.all([busy.closed, silent.closed, closed])
  await server.close()
})

testByBoth('close does not wait for ever', async (t) => {
  const arrived = gate()
  const { server, connect } = await serve(t, {
    limits: { closeMs: 20 },
    answer: () => {
      arrived.open()
      return new Promise(() => {})
    },
  })
  const busy = await connect()
  busy.send(requestBytes({ body: '{}' }))
  await arrived.passed
  await server.close()
  await busy.closed
})

testByBoth('A server that is closing is alive but not ready', async (t) => {
  const arrived = gate()
  const answered = gate()
  const { server, connect, ask } = await serve(t, {
    answer: async () => {
      arrived.open()
      await answered.passed
      return 'last'
    },
  })
  const busy = await connect()
  busy.send(requestBytes({ body: '{}' }))
  await arrived.passed
  // Only a request that has begun to arrive can still ask.
  const asking = await Promise.all(
    ['ready', 'live'].map(async (name) => {
      const connection = await connect()
      connection.send(`GET /health/${name} HTTP/1.1\r\n`)
      return connection
    }),
  )
  await ask({ method: 'GET' })
  const closed = server.close()
  for (const connection of asking) connection.send('Host: a\r\n\r\n')
  const [ready, live] = await Promise.all(asking.map((connection) => connection.next()))
  assert(ready !== undefined && live !== undefined)
  checkPlain(ready, 503, 'closing\n')
  checkPlain(live, 200, 'live\n')
  answered.open()
  assert.equal((await busy.next()).body.toString(), 'last')
  await closed
})

testByBoth('An answer that cannot be made is logged and ends its connection only', async (t) => {
  const { connect, ask, log } = await serve(t, {
    answer: async ({ body }) => {
      if (body.length === 0) throw new Error('broken')
      return 'whole'
    },
  })
  const connection = await connect()
  connection.send(requestBytes({}))
  await connection.closed
  assert.equal((await ask({ body: '{}' })).body.toString(), 'whole')
  assert.deepEqual(log, [['A request could not be answered', new Error('broken')]])
})

testByBoth('A header that would be two is no answer, and ends its connection only', async (t) => {
  const { connect, ask, log } = await serve(t, {
    control: async () => ({ status: 200, headers: { 'X-Name': 'a\r\nX-Other: b' }, body: '' }),
  })
  const connection = await connect()
  connection.send(requestBytes({ method: 'GET', url: '/_stator/' }))
  await connection.closed
  assert.equal(connection.unread.length, 0)
  assert.equal((await ask({ body: '{}' })).status, 200)
  assert.equal(log.length, 1)
  assert.equal(log[0]?.[0], 'A request could not be answered')
})

testByBoth('Listening on a port in use fails with the error of Node', async (t) => {
  const { port } = await serve(t)
  const options = { handle: () => assert.fail(), requestIds: new RequestIds(systemRandom), regionOf: () => 'x', crossOrigin: false }
  const second = new HttpServer({
    ...options,
    http: currentReader(),
    limits: defaultHttpLimits,
    budget: budgetOf(defaultBudget),
    log: () => {},
  })
  await assert.rejects(second.listen(port, '127.0.0.1'), { code: 'EADDRINUSE' })
})

testByBoth('A connection serves many requests', async (t) => {
  const { connect } = await serve(t)
  const connection = await connect()
  for (let count = 0; count < 50; count += 1) {
    connection.send(requestBytes({ body: String(count) }))
    assert.equal((await connection.next()).body.toString(), String(count))
  }
  connection.send(requestBytes({ body: '{}', headers: { Connection: 'close' } }))
  assert.equal((await connection.next()).headers.get('connection'), 'close')
  await connection.closed
})
