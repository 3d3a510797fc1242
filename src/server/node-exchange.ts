/**
 * A request that node:http has read, and its answer, as the front of our own would treat them: one of a connection after another, none
 * for who does not take the answer before it, and an end with who does not go on.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Holder } from './budget/held-bytes.ts'
import type { HttpAnswer } from './http-request.ts'
import { NodeRequest, type ReadOptions } from './node-request.ts'

/** What was read from a connection last: resolves when its answer has been taken, or the connection is gone. */
const before = new WeakMap<Socket, Promise<void>>()

export class NodeExchange {
  readonly request: NodeRequest
  readonly #response: ServerResponse
  readonly #options: ReadOptions
  readonly #before: Promise<void> | undefined
  readonly #leaving: Holder

  constructor(message: IncomingMessage, response: ServerResponse, options: ReadOptions) {
    const { socket } = message
    this.request = new NodeRequest(message, options)
    this.#response = response
    this.#options = options
    this.#before = before.get(socket)
    this.#leaving = { letGo: () => socket.destroy() }
    before.set(socket, new Promise((resolve) => response.on('close', resolve)))
  }

  /** Resolves when it is its turn. */
  async begun(): Promise<void> {
    await this.#before
  }

  /** `ending`: of the server, whose streams end with it. */
  write({ status, lines, body, bodyBytes, stream, isLost, onWritten }: HttpAnswer, isLast: boolean, ending: AbortSignal): void {
    const response = this.#response
    const { socket } = response
    const { budget, limits } = this.#options
    onWritten?.()
    if (socket === null || socket.destroyed) return
    if (isLost === true) {
      socket.destroy()
      return
    }
    response.writeHead(status, isLast ? [...lines, 'Connection', 'close'] : [...lines])
    if (stream !== undefined) {
      this.#stream(stream, ending).catch(() => socket.destroy())
      return
    }
    response.end(body)
    if (socket.writableLength === 0) return
    const onUnread = (): void => void socket.destroy()
    budget.leaving.set(this.#leaving, bodyBytes)
    socket.setTimeout(limits.unreadMs, onUnread)
    response.on('close', () => {
      budget.leaving.set(this.#leaving, 0)
      socket.off('timeout', onUnread)
      socket.setTimeout(0)
    })
  }

  /** Nothing is fetched for who does not take it, and who takes nothing for a while, or when there is no room, is hung up on. */
  async #stream(stream: NonNullable<HttpAnswer['stream']>, ending: AbortSignal): Promise<void> {
    const response = this.#response
    const { budget, limits } = this.#options
    const closed = new AbortController()
    response.on('close', () => closed.abort())
    response.setTimeout(limits.unreadMs, () => void response.destroy())
    const gone = AbortSignal.any([closed.signal, ending])
    for await (const piece of stream(gone)) {
      if (gone.aborted) break
      if (response.write(piece)) continue
      budget.leaving.set(this.#leaving, response.writableLength)
      await once(response, 'drain', { signal: gone }).catch(() => {})
      budget.leaving.set(this.#leaving, 0)
    }
    response.end()
  }
}
