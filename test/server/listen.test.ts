/** Where a server listens when nothing is said of it: at both addresses that a machine has for itself. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { start } from '../../src/index.ts'
import { listen, listenAtBoth, loopback, loopbackOfIpv6 } from '../../src/server/listen.ts'
import { skipFor } from '../harness/skip.ts'
import { frontDoorStorage } from '../harness/test-storage.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === loopbackOfIpv6))
const skip = skipFor(hasIpv6 ? undefined : 'this machine has no IPv6')

/** A server that says hello. */
function greeter(t: TestContext): Server {
  const server = createServer((socket) => socket.end('hello'))
  t.after(() => server.close())
  return server
}

async function heardAt(host: string, port: number): Promise<string> {
  const socket = connect(port, host)
  const [data] = await once(socket, 'data')
  socket.destroy()
  return String(data)
}

test('By default it is reached under both names of this machine, until it is closed', { skip }, async (t) => {
  const stator = await start({ ...(await frontDoorStorage()), port: 0 })
  t.after(() => stator.close())
  for (const host of [loopback, `[${loopbackOfIpv6}]`]) {
    const answer = await fetch(`http://${host}:${stator.port}/ping`)
    assert.equal(await answer.text(), 'healthy: dynamodb.us-east-1.amazonaws.com ')
  }
  await stator.close()
  for (const host of [loopback, loopbackOfIpv6]) {
    const [error] = await once(connect(stator.port, host), 'error')
    assert.equal(error.code, 'ECONNREFUSED')
  }
})

test('With a host it is reached there alone', { skip }, async (t) => {
  const stator = await start({ ...(await frontDoorStorage()), port: 0, host: loopback })
  t.after(() => stator.close())
  const [error] = await once(connect(stator.port, loopbackOfIpv6), 'error')
  assert.equal(error.code, 'ECONNREFUSED')
})

test('An address that this machine has not is left out', async (t) => {
  const server = greeter(t)
  // No machine has an address of those for documentation.
  const { port, twin } = await listenAtBoth(server, 0, [loopback, '192.0.2.1'])
  assert.equal(twin, undefined)
  assert.equal(await heardAt(loopback, port), 'hello')
})

test('A port that somebody else has at the other address is refused, and nothing stays open', { skip }, async (t) => {
  const other = greeter(t)
  const port = await listen(other, 0, loopbackOfIpv6)
  await assert.rejects(start({ ...(await frontDoorStorage()), port }), {
    message: `Port ${port} on ::1 is in use by another process: stop it, or choose another port.`,
  })
  const [error] = await once(connect(port, loopback), 'error')
  assert.equal(error.code, 'ECONNREFUSED')
})
