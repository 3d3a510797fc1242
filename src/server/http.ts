/**
 * The listening socket and an end in good order. Who reads what arrives is a choice: the front of our own, which leaves what is
 * unusual to node:http, or node:http for everything. What is done with a request is the same (answer-http.ts).
 */

import type { IncomingMessage, Server as PlainServer, ServerOptions, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import type { Log } from '../base/log.ts'
import { nodeHttp } from '../base/node-http.ts'
import { type AnswerOptions, answerHttp } from './answer-http.ts'
import type { Budget } from './budget/budget.ts'
import { refusalText } from './front/answer-bytes.ts'
import { Front } from './front/front.ts'
import type { HttpAnswer, HttpRequest } from './http-request.ts'
import type { HttpLimits } from './limits.ts'
import { listen, listenAtBoth, loopback, loopbackOfIpv6 } from './listen.ts'
import { NodeConnections } from './node-connections.ts'
import { NodeExchange } from './node-exchange.ts'

/** Strict: the front of our own. Node: node:http. */
export type HttpReader = 'strict' | 'node'

export interface HttpOptions extends Omit<AnswerOptions, 'admission'> {
  /** Who reads HTTP/1.1. Default strict. */
  readonly http?: HttpReader
  /** Makes what listens when connections are encrypted. Left out: they are not. */
  readonly encrypted?: EncryptedServers
  readonly limits: HttpLimits
  /** What all clients together may take. */
  readonly budget: Budget
  readonly log: Log
}

/** What knows how to encrypt (tls-server.ts). */
export interface EncryptedServers {
  create(options: ServerOptions): TlsServer
  /** Connections of such a server, whether they have got as far as being encrypted or not. */
  connectionsOf(server: TlsServer): ReadonlySet<Socket>
}

type Server = PlainServer | TlsServer

export class HttpServer {
  readonly #options: HttpOptions & AnswerOptions
  readonly #budget: Budget
  readonly #server: Server
  readonly #front: Front | undefined
  readonly #nodeConnections = new NodeConnections()
  /** When connections are encrypted: those that may have got no further than to say so. */
  readonly #bareConnections: ReadonlySet<Socket> = new Set()
  /** Listens where this machine calls itself by IPv6, and gives what arrives to `#server`. */
  #twin: NetServer | undefined
  /** Requests that came in by node:http and whose connection has not been done with yet. */
  #inFlight = 0
  #closed: Promise<void> | undefined
  #isDraining = false
  /** Of what is answered without an end. */
  readonly #ending = new AbortController()

  constructor(options: HttpOptions) {
    const { limits, encrypted } = options
    this.#budget = options.budget
    this.#options = { ...options, admission: options.budget.admission }
    const serverOptions = {
      maxHeaderSize: limits.headBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: 0,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      keepAliveTimeout: limits.keepAliveMs,
    }
    if (encrypted === undefined) this.#server = nodeHttp.createServer(serverOptions)
    else {
      const server = encrypted.create(serverOptions)
      this.#bareConnections = encrypted.connectionsOf(server)
      this.#server = server
    }
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#receive(request, response))
    // What is not HTTP is answered and hung up on by node:http itself; no `clientError` listener is the way to ask for that.
    const event = encrypted === undefined ? 'connection' : 'secureConnection'
    const toNode = this.#takeListener(event)
    if (options.http !== 'node') this.#front = this.#frontBefore(toNode)
    this.#server.on(event, (socket: Socket) => this.#accept(socket, toNode))
    this.#budget.connections.addDoor(() => this.#front?.endOneIdle() === true || this.#nodeConnections.endOneIdle())
  }

  /**
   * Resolves with the port once connections are accepted: at `host`, or without one at this machine's own addresses. Rejects with Node's
   * error when an address can't be had.
   */
  async listen(port: number, host?: string): Promise<number> {
    const { port: realPort, twin } =
      host === undefined
        ? await listenAtBoth(this.#server, port, [loopback, loopbackOfIpv6])
        : { port: await listen(this.#server, port, host), twin: undefined }
    this.#twin = twin
    for (const server of [this.#server, twin]) server?.on('error', (error) => this.#options.log('The listening socket failed', error))
    return realPort
  }

  /** From now on it says that it is not ready, and asks clients not to stay; it still answers everybody. */
  drain(): void {
    this.#isDraining = true
  }

  /** Accepts nothing new, answers what is being asked, hangs up. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    this.#ending.abort()
    const lastCall = setTimeout(() => this.#hangUp(), this.#options.limits.closeMs)
    const closed = [this.#server, this.#twin].map((server) => server && new Promise<unknown>((resolve) => server.close(resolve)))
    this.#hangUpWhenIdle()
    await Promise.all(closed)
    clearTimeout(lastCall)
  }

  /** What node:http does with a connection, which it does no more by itself. */
  #takeListener(event: 'connection' | 'secureConnection'): (socket: Socket) => void {
    const server: NetServer = this.#server
    const [listener] = server.listeners(event) as [(this: NetServer, socket: Socket) => void]
    server.removeAllListeners(event)
    return (socket) => {
      this.#nodeConnections.add(socket)
      listener.call(server, socket)
    }
  }

  #accept(socket: Socket, toNode: (socket: Socket) => void): void {
    if (!this.#budget.connections.accept(socket)) {
      socket.on('error', () => {})
      socket.end(refusalText(503), () => socket.destroy())
    } else if (this.#front === undefined) toNode(socket)
    else this.#front.accept(socket)
  }

  /** What is unusual it hands over to node:http. */
  #frontBefore(toNode: (socket: Socket) => void): Front {
    return new Front({
      answer: (request) => this.#answer(request),
      toNode: (socket, received) => {
        socket.pause()
        toNode(socket)
        socket.unshift(received)
        socket.resume()
      },
      onGone: () => this.#closed !== undefined && this.#hangUpWhenIdle(),
      isClosing: () => this.#isEnding,
      budget: this.#budget,
      limits: this.#options.limits,
      log: this.#options.log,
    })
  }

  get #isEnding(): boolean {
    return this.#isDraining || this.#closed !== undefined
  }

  #answer(request: HttpRequest): Promise<HttpAnswer> {
    return answerHttp(this.#options, request, this.#isEnding)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    // Node takes the first of two.
    if ((request.headersDistinct.host?.length ?? 0) > 1) {
      response.writeHead(400, { Connection: 'close' }).end()
      return
    }
    const { socket } = request
    this.#inFlight += 1
    this.#nodeConnections.noteAsked(socket)
    response.on('close', () => {
      this.#nodeConnections.noteAnswered(socket)
      this.#inFlight -= 1
      if (this.#closed !== undefined) this.#hangUpWhenIdle()
    })
    const exchange = new NodeExchange(request, response, { budget: this.#budget, limits: this.#options.limits })
    exchange
      .begun()
      .then(() => this.#answer(exchange.request))
      .then((answer) => exchange.write(answer, this.#isEnding, this.#ending.signal))
      .catch((error: unknown) => {
        this.#options.log('A request could not be answered', error)
        socket.destroy()
      })
  }

  /** While closing: connections that are not in the middle of a request are of no use any more. */
  #hangUpWhenIdle(): void {
    this.#server.closeIdleConnections()
    this.#front?.endIdle()
    if (this.#inFlight === 0 && this.#front?.isBusy !== true) this.#hangUp()
  }

  #hangUp(): void {
    this.#server.closeAllConnections()
    this.#front?.hangUp()
    for (const connection of this.#bareConnections) connection.destroy()
  }
}
