/**
 * Where clients come in: one port, encrypted or not, and beside an encrypted one another that is not, if that is asked for. Every
 * door leads to the same answers.
 */
import { type HttpOptions, HttpServer } from './http.ts'
import { loopback } from './listen.ts'
import type { TlsCredentials } from './tls-server.ts'

export interface DoorOptions {
  readonly port: number
  /** Left out: this machine's own addresses. */
  readonly host: string | undefined
  readonly tls: TlsCredentials | undefined
  readonly plainPort: number | undefined
}

export interface Doors {
  readonly scheme: 'http' | 'https'
  readonly port: number
  readonly plainPort?: number
  readonly servers: readonly HttpServer[]
  useTls(credentials: TlsCredentials): Promise<void>
}

/** Resolves once connections are accepted. Rejects with one sentence when a port can't be had or there is no such certificate; none is open then. */
export async function openDoors(options: HttpOptions, { port, host, tls, plainPort }: DoorOptions): Promise<Doors> {
  if (tls === undefined) {
    const server = new HttpServer(options)
    const noCertificate = async (): Promise<void> => {
      throw new Error('This server encrypts nothing: it was started without a certificate.')
    }
    return { scheme: 'http', port: await listenAt(server, port, host), servers: [server], useTls: noCertificate }
  }
  const { createTlsServer, bareConnectionsOf, useTlsCredentials } = await import('./tls-server.ts')
  const made: ReturnType<typeof createTlsServer>[] = []
  const create: NonNullable<HttpOptions['encrypted']>['create'] = (serverOptions) => {
    const server = createTlsServer(tls, serverOptions)
    made.push(server)
    return server
  }
  const encrypted = new HttpServer({ ...options, encrypted: { create, connectionsOf: bareConnectionsOf } })
  const doors = {
    scheme: 'https' as const,
    port: await listenAt(encrypted, port, host),
    servers: [encrypted],
    useTls: async (credentials: TlsCredentials) => {
      for (const server of made) useTlsCredentials(server, credentials)
    },
  }
  if (plainPort === undefined) return doors
  const plain = new HttpServer(options)
  const realPlainPort = await listenAt(plain, plainPort, host).catch(async (error: unknown) => {
    await encrypted.close()
    throw error
  })
  return { ...doors, servers: [encrypted, plain], plainPort: realPlainPort }
}

async function listenAt(server: HttpServer, port: number, host: string | undefined): Promise<number> {
  return server.listen(port, host).catch((error: unknown) => {
    throw addressUnavailable(host ?? failedAddress(error) ?? loopback, port, error)
  })
}

/** Of several addresses, the one that could not be had. */
function failedAddress(error: unknown): string | undefined {
  return error instanceof Error && 'address' in error && typeof error.address === 'string' ? error.address : undefined
}

function addressUnavailable(host: string, port: number, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} on ${host} is in use by another process: stop it, or choose another port.`, { cause })
    case 'EACCES':
      return new Error(`Port ${port} on ${host} may not be used without more rights: choose a port above 1023.`, { cause })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`${host} is not an address of this machine.`, { cause })
    default:
      return new Error(`Cannot listen on port ${port} of ${host}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
  }
}
