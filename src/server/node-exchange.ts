/**
 * A request that node:http has read, and its answer, as the front of our own would treat them: one of a connection after another, none
 * for who does not take the answer before it, and an end with who does not go on.
 */
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

  write({ status, lines, body, bodyBytes, onWritten }: HttpAnswer, isLast: boolean): void {
    const response = this.#response
    const { socket } = response
    const { budget, limits } = this.#options
    onWritten?.()
    if (socket === null || socket.destroyed) return
    response.writeHead(status, isLast ? [...lines, 'Connection', 'close'] : [...lines])
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
}
