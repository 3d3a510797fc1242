/** HTTPS at the port: by both readers of HTTP, with certificates that change, clients that must have one, and clients that say nothing. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Agent, Agent as HttpsAgent, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { describe, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { makeSelfSigned } from '../../src/cli/tls/self-signed.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { testStorage } from '../harness/test-storage.ts'

const nowMs = Date.now()
const server = makeSelfSigned(['localhost', '127.0.0.1'], nowMs)
const newer = makeSelfSigned(['localhost', '127.0.0.1'], nowMs)
const client = makeSelfSigned(['client'], nowMs)

function open(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const common = {
    storage: testStorage('steady'),
    isTestCluster: true,
    jobs: 'manual',
    port: 0,
    host: '127.0.0.1',
    crossOrigin: false,
    log: () => {},
  } as const
  return startServer({ ...common, tls: server, ...options })
}

/** Status of `GET /health/live`, or the code of what went wrong. */
async function live(
  endpoint: string,
  options: { readonly agent?: Agent; readonly method?: string; readonly path?: string } & ConnectionOptions,
): Promise<number | string> {
  const { method = 'GET', path = '/health/live', ...rest } = options
  const sent = request(`${endpoint}${path}`, { method, agent: false, ...rest })
  sent.end()
  try {
    const [response] = await once(sent, 'response')
    response.resume()
    await once(response, 'end')
    return response.statusCode
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

for (const http of ['strict', 'node'] as const) {
  describe(`HTTPS read by ${http}`, () => {
    test('Requests are answered on connections that stay, and the endpoint says that they are encrypted', async (t) => {
      const running = await open({ http })
      t.after(() => running.close())
      assert.match(running.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/)
      const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca: server.cert })
      const used = new Set<unknown>()
      agent.on('free', (socket) => used.add(socket))
      for (let time = 0; time < 3; time += 1) assert.equal(await live(running.endpoint, { agent }), 200)
      assert.equal(used.size, 1)
      agent.destroy()
      assert.equal(await live(running.endpoint, {}), 'DEPTH_ZERO_SELF_SIGNED_CERT')
    })

    test('The client of the SDK is answered', async (t) => {
      const running = await open({ http })
      t.after(() => running.close())
      const agent = new HttpsAgent({ ca: server.cert })
      const requestHandler = { httpsAgent: agent }
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
      const dynamodb = new DynamoDBClient({ region: 'us-east-1', endpoint: running.endpoint, credentials, requestHandler })
      assert.deepEqual((await dynamodb.send(new ListTablesCommand({}))).TableNames, [])
      dynamodb.destroy()
      agent.destroy()
    })

    test('A new certificate is shown from the next connection on, and one that is none changes nothing', async (t) => {
      const running = await open({ http })
      t.after(() => running.close())
      await running.useTls(newer)
      assert.equal(await live(running.endpoint, { ca: newer.cert }), 200)
      assert.notEqual(await live(running.endpoint, { ca: server.cert }), 200)
      await assert.rejects(running.useTls({ cert: newer.cert, key: server.key }), /key values mismatch/)
      await assert.rejects(running.useTls({ cert: 'x', key: 'y' }), /PEM/)
      assert.equal(await live(running.endpoint, { ca: newer.cert }), 200)
    })

    test('With an authority for clients, only those with a certificate of it are let in', async (t) => {
      const running = await open({ http, tls: { ...server, clientCa: client.cert } })
      t.after(() => running.close())
      assert.equal(await live(running.endpoint, { ca: server.cert, cert: client.cert, key: client.key }), 200)
      assert.notEqual(await live(running.endpoint, { ca: server.cert }), 200)
      assert.notEqual(await live(running.endpoint, { ca: server.cert, cert: newer.cert, key: newer.key }), 200)
    })

    test('Whoever comes without encryption, or says nothing at all, holds up neither others nor the end', async () => {
      const running = await open({ http, limits: { closeMs: 100 } })
      const silent = connectPlain(running.port, '127.0.0.1')
      await once(silent, 'connect')
      const plain = connectPlain(running.port, '127.0.0.1')
      plain.on('error', () => {})
      plain.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await once(plain, 'close')
      const half = connect({ port: running.port, host: '127.0.0.1', ca: server.cert })
      half.on('error', () => {})
      await once(half, 'secureConnect')
      half.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Le')
      assert.equal(await live(running.endpoint, { ca: server.cert }), 200)
      silent.on('error', () => {})
      await running.close()
    })
  })
}

test('HTTP is beside HTTPS only when it is asked for', async (t) => {
  const running = await open({ plainPort: 0 })
  t.after(() => running.close())
  assert.equal(await live(running.endpoint, { ca: server.cert }), 200)
  assert.equal((await fetch(`http://127.0.0.1:${running.plainPort}/health/live`)).status, 200)
  assert.equal((await open().then(async (other) => other.close().then(() => other))).plainPort, undefined)
})

test('A page that the server itself could have sent is of the same origin by its scheme, too', async (t) => {
  const running = await open()
  t.after(() => running.close())
  const { host } = new URL(running.endpoint)
  const asked = (origin: string) => live(running.endpoint, { ca: server.cert, path: '/_stator/', headers: { origin } } as never)
  assert.equal(await asked(`https://${host}`), 200)
  assert.equal(await asked(`http://${host}`), 403)
})

test('A port that is taken, and a certificate that is none, end the start in one sentence and leave nothing open', async (t) => {
  const running = await open()
  t.after(() => running.close())
  await assert.rejects(open({ port: running.port }), {
    message: `Port ${running.port} on 127.0.0.1 is in use by another process: stop it, or choose another port.`,
  })
  await assert.rejects(open({ plainPort: running.port }), { message: /is in use by another process/ })
  await assert.rejects(open({ tls: { cert: 'x', key: 'y' } }), /PEM/)
})
