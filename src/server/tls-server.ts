/** HTTP/1.1 over TLS: what makes the listening socket when a server has a certificate. Loaded for that only. */
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext } from 'node:tls'

/** All of it PEM. */
export interface TlsCredentials {
  /** The certificate, and behind it those that lead to one that clients know. */
  readonly cert: string
  readonly key: string
  /** Who signs the certificates of clients: with it only those are let in that have one. */
  readonly clientCa?: string
}

/** Throws an error with a sentence of OpenSSL's when they are no certificate, no key, or don't go together. */
export function checkTlsCredentials(credentials: TlsCredentials): void {
  createSecureContext(contextOf(credentials))
}

export function createTlsServer(credentials: TlsCredentials, options: ServerOptions): Server {
  const isClientAsked = credentials.clientCa !== undefined
  return createServer({
    ...options,
    ...contextOf(credentials),
    requestCert: isClientAsked,
    rejectUnauthorized: isClientAsked,
    ALPNProtocols: ['http/1.1'],
    ...(options.headersTimeout !== undefined && { handshakeTimeout: options.headersTimeout }),
  })
}

/** From the next connection on. Throws as checkTlsCredentials does, and then nothing has changed. */
export function useTlsCredentials(server: Server, credentials: TlsCredentials): void {
  checkTlsCredentials(credentials)
  server.setSecureContext(contextOf(credentials))
}

/** Connections as they come in, before anything is encrypted: whoever says nothing there is known nowhere else. */
export function bareConnectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  return connections
}

function contextOf({ cert, key, clientCa }: TlsCredentials): { readonly cert: string; readonly key: string; readonly ca?: string } {
  return { cert, key, ...(clientCa !== undefined && { ca: clientCa }) }
}
