/** A request that a connection of the front has read the head of, until it is answered. */
import type { Socket } from 'node:net'
import type { Budget } from '../budget/budget.ts'
import type { HttpRequest, SentBody } from '../http-request.ts'
import { RequestBody } from './request-body.ts'
import type { RequestHead } from './request-head.ts'

export class Exchange implements HttpRequest {
  readonly head: RequestHead
  readonly socket: Socket
  readonly sent: RequestBody
  readonly #budget: Budget
  readonly #onWanted: () => void
  isAnswered = false
  /** How often it was looked whether a client is there that sends nothing more. */
  #looks = 0

  constructor(head: RequestHead, socket: Socket, { budget, onWanted }: { readonly budget: Budget; readonly onWanted: () => void }) {
    this.head = head
    this.socket = socket
    this.sent = new RequestBody(head.length)
    this.#budget = budget
    this.#onWanted = onWanted
  }

  /**
   * Who sends nothing more may have gone, or still read. That shows once more has been written than one piece, and what is written is no
   * answer yet (RFC 9110, 15.2): now, and after twice as many looks each time.
   */
  isWanted(): boolean {
    const { socket } = this
    if (socket.readableEnded && !socket.destroyed) {
      this.#looks += 1
      if ((this.#looks & (this.#looks - 1)) === 0) socket.write('HTTP/1.1 102 Processing\r\n\r\n', 'latin1')
    }
    return !socket.destroyed
  }

  get method(): string {
    return this.head.method
  }

  get url(): string {
    return this.head.url
  }

  get headers(): RequestHead['headers'] {
    return this.head.headers
  }

  get repeated(): RequestHead['repeated'] {
    return this.head.repeated
  }

  body(bytesMax: number): SentBody | Promise<SentBody> {
    if (!this.sent.isWhole && !this.#budget.arriving.mayCome(Number(this.head.length))) return 'no-room'
    const body = this.sent.want(bytesMax)
    if (body instanceof Promise) this.#onWanted()
    return body
  }
}
