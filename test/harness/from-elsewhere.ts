/** A server as another machine reaches it: connections to its own address of this machine come from another address. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { TestContext } from 'node:test'
import { skipFor } from './skip.ts'

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)

export const skipInside: string | false = skipFor(outside === undefined ? 'this machine has no address but loopback' : undefined)

/** Where to reach the server at `port` of 127.0.0.1 so that it takes those who come for another machine. Ends with the test. */
export async function fromElsewhere(t: TestContext, port: number): Promise<string> {
  const server = createServer((incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port, localAddress: outside?.address })
    incoming.pipe(outgoing).pipe(incoming)
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    t.after(() => incoming.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
