/**
 * Where a server listens: at the address it is given, or by default at both that a machine has for itself, since `localhost` may be
 * either. A machine without IPv6 has one.
 */
import { createServer, type Server } from 'node:net'
import { freePortTriesMax } from './limits.ts'

/** For clients, and where nothing else is said. */
export const loopback = '127.0.0.1'
export const loopbackOfIpv6 = '::1'

/** Resolves with the port once connections are accepted. Rejects with Node's error when the address can't be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/**
 * As `listen`, and what arrives at the same port of `also` is the server's, too. Resolves with the port and with what listens at
 * `also`: undefined where this machine has no such address.
 */
export async function listenAtBoth(
  server: Server,
  port: number,
  [host, also]: readonly [string, string],
): Promise<{ readonly port: number; readonly twin: Server | undefined }> {
  for (let triesLeft = port === 0 ? freePortTriesMax : 1; ; triesLeft -= 1) {
    const realPort = await listen(server, port, host)
    const twin = createServer((socket) => server.emit('connection', socket))
    try {
      await listen(twin, realPort, also)
      return { port: realPort, twin }
    } catch (error) {
      if (isMissing(error)) return { port: realPort, twin: undefined }
      await new Promise((resolve) => server.close(resolve))
      // A port that is free at the one may be taken at the other.
      if (triesLeft <= 1) throw error
    }
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}
