/** The front over real sockets: what it refuses, what it hands over, and how little it does for clients who do not keep up. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { currentReader, testByBoth } from './by-both-readers.ts'
import { type RawConnection, requestBytes } from './raw-connection.ts'
import { openRecordingServer } from './recording-server.ts'

const host = 'Host: a\r\n'

test('What could be read in two ways is refused with 400, hung up on, and nothing behind it is read', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
  const shapes = [
    `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}X: a\r\n Content-Length: 5\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}X: a\nContent-Length: 5\r\n\r\n`,
    `POST / HTTP/1.1\n${host}\r\n`,
    `POST / HTTP/1.1\r\n${host}X: \0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\n12345`,
    `POST / HTTP/1.1\r\n${host}${host}\r\n`,
    'POST / HTTP/1.1\r\n\r\n',
    `POST / HTTP/1.10\r\n${host}\r\n`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\na\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`,
  ]
  for (const shape of shapes) {
    const connection = await connect()
    connection.send(Buffer.from(shape + smuggled, 'latin1'))
    const refusal = await connection.next()
    assert.equal(refusal.status, 400, shape)
    assert.deepEqual([...refusal.headers], [['connection', 'close']])
    await connection.closed
    assert.equal(connection.unread.length, 0)
  }
  assert.deepEqual(requests, [])
})

test('Requests of one connection are answered one at a time, in their order', async (t) => {
  const arrived: PromiseWithResolvers<void>[] = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  const leave: PromiseWithResolvers<void>[] = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  const { connect, requests } = await openRecordingServer(t, {
    answer: async ({ body }) => {
      arrived[Number(body)]?.resolve()
      await leave[Number(body)]?.promise
      return `: ${body}`
    },
  })
  const connection = await connect()
  connection.send(Buffer.concat(['0', '1', '2'].map((body) => requestBytes({ body }))))
  for (let number = 0; number < 3; number += 1) {
    await arrived[number]?.promise
    await new Promise(setImmediate)
    assert.equal(requests.length, number + 1)
    leave[number]?.resolve()
    assert.equal((await connection.next()).body.toString(), `${number + 1}: ${number}`)
  }
})

test('Nothing is done for a client who does not read, nor is it read from', async (t) => {
  const { connect, requests } = await openRecordingServer(t, {
    answer: async ({ method }) => (method === 'POST' ? 'x'.repeat(1_000_000) : ''),
  })
  const other = await connect()
  const connection = await connect()
  connection.socket.pause()
  const sent = requestBytes({ body: 'y'.repeat(60_000) })
  for (let count = 0; count < 300; count += 1) connection.send(sent)
  // While others are answered there is time enough for all of them.
  for (let count = 0; count < 300; count += 1) {
    other.send(requestBytes({ method: 'GET' }))
    await other.next()
  }
  const answered = requests.filter(({ method }) => method === 'POST').length
  assert(answered >= 1 && answered < 60, `${answered} answers to who does not read`)
  assert(connection.socket.writableLength > 0, 'the rest stays with the client')
})

test('A client who reads slowly gets all answers in the end', async (t) => {
  const { connect, requests, log } = await openRecordingServer(t, { limits: { unreadMs: 2000 }, answer: async () => 'x'.repeat(1_000_000) })
  const { socket } = await connect({ allowHalfOpen: true })
  socket.removeAllListeners('data')
  socket.pause()
  socket.end(Buffer.concat(Array.from({ length: 30 }, () => requestBytes({ body: '{}' }))))
  let receivedBytes = 0
  socket.on('data', (chunk) => {
    receivedBytes += chunk.length
    socket.pause()
    setImmediate(() => socket.resume())
  })
  socket.resume()
  await once(socket, 'end')
  assert.equal(requests.length, 30)
  assert(receivedBytes > 30_000_000)
  assert.deepEqual(log, [])
})

test('A client who takes nothing of its answer is dropped', async (t) => {
  const { connect, log } = await openRecordingServer(t, {
    limits: { unreadMs: 50, headersTimeoutMs: 100, timeoutCheckMs: 20 },
    answer: async () => 'x'.repeat(20_000_000),
  })
  const { socket } = await connect()
  socket.removeAllListeners('data')
  let receivedBytes = 0
  socket.on('data', (chunk) => (receivedBytes += chunk.length))
  socket.pause()
  socket.write(requestBytes({ body: '{}' }))
  // A connection that is not read from says so only when it is read from: others have waited as long, and longer, by then.
  for (let waits = 0; waits < 3; waits += 1) {
    const idle = await connect()
    idle.send('GET')
    await Promise.race([idle.closed, once(idle.socket, 'data')])
  }
  socket.resume()
  await once(socket, 'close')
  assert(receivedBytes < 20_000_000, `${receivedBytes} bytes arrived`)
  assert.deepEqual(log, [])
})

test('A client that waits to be told to go on is told so, once', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const connection = await connect()
  const bytes = requestBytes({ headers: { Expect: '100-continue' }, body: 'abc' })
  connection.send(bytes.subarray(0, bytes.length - 3))
  assert.equal((await connection.next()).status, 100)
  connection.send('abc')
  assert.equal((await connection.next()).status, 200)
  // Who has sent the body has gone on already.
  connection.send(bytes)
  assert.equal((await connection.next()).status, 200)
  assert.deepEqual(
    requests.map(({ body }) => body),
    ['abc', 'abc'],
  )
})

test('The unusual is answered by node:http on the same connection, with what was sent behind it', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const connection = await connect()
  connection.send(requestBytes({ method: 'GET', url: '/front' }))
  assert.equal((await connection.next()).status, 200)
  connection.send('POST /node HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc')
  assert.equal((await connection.next()).body.toString(), '2')
  connection.send(requestBytes({ method: 'GET', url: '/behind' }))
  assert.equal((await connection.next()).body.toString(), '3')
  const old = await connect()
  old.send('GET /old HTTP/1.0\r\n\r\n')
  const answer = await old.next()
  assert.equal(answer.headers.get('connection'), 'close')
  await old.closed
  assert.deepEqual(
    requests.map(({ url, body }) => `${url} ${body}`),
    ['/front ', '/node abc', '/behind ', '/old '],
  )
  const expecting = await connect()
  expecting.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n')
  assert.equal((await expecting.next()).status, 417)
})

test('Connections that were handed over end with the server, too', async (t) => {
  const { server, connect } = await openRecordingServer(t)
  const connection = await connect()
  connection.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
  assert.equal((await connection.next()).headers.get('connection'), 'keep-alive')
  await server.close()
  await connection.closed
})

test('A request that is handed over may have been sent behind another', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const connection = await connect()
  const old = 'POST /node HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc'
  const [before, behind] = ['/before', '/behind'].map((url) => requestBytes({ url, body: 'x' }))
  assert(before !== undefined && behind !== undefined)
  connection.send(Buffer.concat([before, Buffer.from(old), behind]))
  for (const number of ['1', '2', '3']) assert.equal((await connection.next()).body.toString(), number)
  assert.deepEqual(
    requests.map(({ url, body }) => `${url} ${body}`),
    ['/before x', '/node abc', '/behind x'],
  )
})

test('What is handed over keeps its bytes, however many of them were read with its head', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const connection = await connect()
  // As much as one read of a socket holds, so that the read is a block of its own.
  const head = (length: number): string => `POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: ${length}\r\n\r\n`
  const body = 'z'.repeat(65_536 - head(60_000).length)
  connection.send(head(body.length) + body)
  assert.equal((await connection.next()).status, 200)
  assert.equal(requests[0]?.body, body)
})

test('An answer that is on its way when the server ends arrives whole', async (t) => {
  const { server, connect, requests } = await openRecordingServer(t, { answer: async () => 'x'.repeat(8_000_000) })
  const { socket } = await connect({ allowHalfOpen: true })
  socket.removeAllListeners('data')
  let receivedBytes = 0
  socket.on('data', (chunk) => (receivedBytes += chunk.length))
  socket.pause()
  socket.write(requestBytes({ body: '{}' }))
  const other = await connect()
  // Its answer comes behind those that are given to earlier ones.
  other.send(requestBytes({ method: 'GET', headers: { Connection: 'close' } }))
  await other.next()
  assert.equal(requests.length, 2)
  const closed = server.close()
  socket.resume()
  await once(socket, 'end')
  socket.destroy()
  await closed
  assert(receivedBytes > 8_000_000, `${receivedBytes} bytes arrived`)
})

test('Idle connections are hung up on after their time, silent ones told so', async (t) => {
  const limits = { headersTimeoutMs: 40, keepAliveMs: 60, timeoutCheckMs: 10 }
  const { connect } = await openRecordingServer(t, { limits })
  const silent = await connect()
  const idle = await connect()
  idle.send(requestBytes({ body: '{}' }))
  assert.equal((await idle.next()).headers.get('keep-alive'), 'timeout=0')
  assert.equal((await silent.next()).status, 408)
  await silent.closed
  await idle.closed
  assert.equal(idle.unread.length, 0)
})

test('A request under way is not cut off by the time for heads, nor an answer by any', async (t) => {
  const limits = { headersTimeoutMs: 20, keepAliveMs: 20, progressMs: 60, timeoutCheckMs: 5 }
  const release = Promise.withResolvers<void>()
  const { connect } = await openRecordingServer(t, {
    limits,
    answer: async () => {
      await release.promise
      return ''
    },
  })
  const answered = await connect()
  answered.send(requestBytes({ body: '{}' }))
  const slowBody = await connect()
  const bytes = requestBytes({ body: '{}' })
  slowBody.send(bytes.subarray(0, bytes.length - 1))
  // Its time is over only after three times that of a head.
  assert.equal((await slowBody.next()).status, 408)
  await slowBody.closed
  release.resolve()
  assert.equal((await answered.next()).status, 200)
})

test('A client that ends in the middle of a request is told that it was none', async (t) => {
  const { connect, requests } = await openRecordingServer(t)
  const bytes = requestBytes({ body: 'abc' })
  for (const length of [5, bytes.length - 1]) {
    const connection = await connect({ allowHalfOpen: true })
    connection.socket.end(bytes.subarray(0, length))
    assert.equal((await connection.next()).status, 400)
    await connection.closed
  }
  const silent = await connect({ allowHalfOpen: true })
  silent.socket.end()
  await silent.closed
  assert.equal(silent.unread.length, 0)
  assert.deepEqual(requests, [])
})

test('All that a client sent before its end is answered', async (t) => {
  const { connect } = await openRecordingServer(t)
  const connection = await connect({ allowHalfOpen: true })
  connection.socket.end(Buffer.concat(Array.from({ length: 5 }, (_, number) => requestBytes({ body: String(number) }))))
  for (let number = 1; number <= 5; number += 1) assert.equal((await connection.next()).body.toString(), String(number))
  await connection.closed
})

test('A body that nobody wants is read past, and the connection goes on', async (t) => {
  const { connect, requests } = await openRecordingServer(t, { limits: { bodyBytesMax: 10 } })
  const connection = await connect()
  const chunked = { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' }
  connection.send(Buffer.concat([requestBytes({ headers: chunked }), Buffer.from('b\r\n01234567890\r\n0\r\n\r\n')]))
  assert.equal((await connection.next()).status, 413)
  connection.send(requestBytes({ body: 'x'.repeat(200_000) }))
  assert.equal((await connection.next()).status, 413)
  connection.send(requestBytes({ body: '0123456789' }))
  assert.equal((await connection.next()).body.toString(), '1')
  assert.deepEqual(
    requests.map(({ body }) => body),
    ['0123456789'],
  )
})

test('Answers of every kind of body have their length in bytes', async (t) => {
  const texts = ['', ': é', ': 中🙂', `: ${'é'.repeat(100_000)}`]
  const { connect } = await openRecordingServer(t, { answer: async ({ body }) => texts[Number(body)] ?? '', limits: { gzipBytesMin: 1e9 } })
  const connection = await connect()
  for (const [number, text] of texts.entries()) {
    connection.send(requestBytes({ body: String(number) }))
    assert.equal((await connection.next()).body.toString(), `${number + 1}${text}`)
  }
})

test('Connections are closed with an answer that says so while the server ends', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const leave = Promise.withResolvers<void>()
  const { server, connect } = await openRecordingServer(t, {
    answer: async () => {
      arrived.resolve()
      await leave.promise
      return ''
    },
  })
  const connection: RawConnection = await connect()
  connection.send(Buffer.concat([requestBytes({ body: '1' }), requestBytes({ body: '2' })]))
  await arrived.promise
  const closed = server.close()
  leave.resolve()
  assert.equal((await connection.next()).headers.get('connection'), 'close')
  await closed
  await connection.closed
  assert.equal(connection.unread.length, 0)
})

test('When more bodies arrive than may be held, who stands still is told to come again, and the others are answered', async (t) => {
  // Three thirty-seconds of it, a million, for bodies that arrive.
  const { connect, requests } = await openRecordingServer(t, { budget: { memoryBytes: 32_000_000 / 3 } })
  const bytes = requestBytes({ body: 'x'.repeat(600_000) })
  const fewBytes = requestBytes({ body: 'x'.repeat(100_000) })
  const other = await connect()
  const begin = async (sent: Uint8Array): Promise<RawConnection> => {
    const connection = await connect()
    connection.send(sent)
    // What others are answered behind it shows that it has been read.
    for (let count = 0; count < 3; count += 1) {
      other.send(requestBytes({ method: 'GET' }))
      await other.next()
    }
    return connection
  }
  const stalled = await begin(bytes.subarray(0, 390_000))
  const first = await begin(bytes.subarray(0, 50_000))
  const second = await begin(fewBytes.subarray(0, 80_000))
  first.send(bytes.subarray(50_000, 590_000))
  const refusal = await stalled.next()
  assert.equal(refusal.status, 503)
  assert.match(refusal.body.toString(), /#ServiceUnavailable","message":"The server has as much to do as it can hold/)
  first.send(bytes.subarray(590_000))
  assert.equal((await first.next()).status, 200)
  second.send(fewBytes.subarray(80_000))
  assert.equal((await second.next()).status, 200)
  // What comes of it yet is read past, and the connection goes on.
  stalled.send(bytes.subarray(390_000))
  stalled.send(requestBytes({ body: 'again' }))
  assert.equal((await stalled.next()).status, 200)
  assert.deepEqual(
    requests.map(({ body }) => body.length).filter((length) => length > 0),
    [600_000, 100_000, 5],
  )
  const holding = await begin(bytes.subarray(0, 450_000))
  const early = await begin(bytes.subarray(0, 450_000))
  assert.equal((await early.next()).status, 503)
  holding.socket.destroy()
})

test('When more answers are not taken than may be held, who has taken nothing for the longest time is hung up on', async (t) => {
  const { connect } = await openRecordingServer(t, { budget: { memoryBytes: 80_000_000 }, answer: async () => 'x'.repeat(9_000_000) })
  const slow = await connect()
  slow.socket.pause()
  slow.send(requestBytes({ body: '{}' }))
  const slowToo = await connect()
  slowToo.socket.pause()
  slowToo.send(requestBytes({ body: '{}' }))
  const closed = once(slow.socket, 'close')
  slow.socket.removeAllListeners('data')
  let receivedBytes = 0
  slow.socket.on('data', (chunk) => (receivedBytes += chunk.length))
  const other = await connect()
  other.send(requestBytes({ method: 'GET' }))
  await other.next()
  slow.socket.resume()
  await closed
  assert(receivedBytes < 9_000_000, `${receivedBytes} bytes arrived`)
})

test('An answer counts whole until the last of it is taken, since what is left of it keeps all of it', async (t) => {
  const answerBytes = 24_000_000
  const { budget, connect } = await openRecordingServer(t, { answer: async () => 'x'.repeat(answerBytes) })
  const { socket } = await connect()
  socket.removeAllListeners('data')
  let receivedBytes = 0
  let held = 0
  socket.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length
    // So much has been taken that the server has gone on with the next pieces, and as much has not.
    if (receivedBytes > 4_000_000 && held === 0) held = budget.leaving.bytes
  })
  socket.write(requestBytes({ body: '{}' }))
  while (receivedBytes < answerBytes) await once(socket, 'data')
  assert(held > answerBytes, `${held} bytes`)
  while (budget.leaving.bytes > 0) await new Promise((resolve) => setImmediate(resolve))
})

testByBoth('At the most connections an idle one makes place; when none is idle, the new one is told to come again', async (t) => {
  const { budget, connect } = await openRecordingServer(t, { budget: { connectionsMax: 2 }, http: currentReader() })
  const first = await connect()
  first.send(requestBytes({ body: '1' }))
  await first.next()
  const second = await connect()
  second.send('GET / HTTP/1.1\r\n')
  const third = await connect()
  await first.closed
  third.send('GET / HTTP/1.1\r\n')
  // Both have begun to ask, once this is read.
  await new Promise((resolve) => setImmediate(resolve))
  const fourth = await connect()
  assert.equal((await fourth.next()).status, 503)
  await fourth.closed
  assert.equal(budget.connections.refused, 1)
  second.send('Host: a\r\n\r\n')
  assert.equal((await second.next()).status, 200)
})
