/** A request that node:http has read, as the rest of the server sees requests. What has come of its body is counted and may be lost. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Budget } from './budget/budget.ts'
import type { Holder } from './budget/held-bytes.ts'
import { GrowingBytes, letGoOfRead } from './growing-bytes.ts'
import type { HttpRequest, SentBody } from './http-request.ts'
import type { HttpLimits } from './limits.ts'
import { readAbsoluteTarget } from './request-target.ts'

export interface ReadOptions {
  readonly budget: Budget
  readonly limits: HttpLimits
}

export class NodeRequest implements HttpRequest, Holder {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly socket: HttpRequest['socket']
  readonly #message: IncomingMessage
  readonly #options: ReadOptions
  readonly #content = new GrowingBytes()
  #arrivedBytes = 0
  #settle: (body: SentBody) => void = () => {}

  constructor(message: IncomingMessage, options: ReadOptions) {
    const { method = '', url = '' } = message
    const absolute = readAbsoluteTarget(url)
    this.method = method
    this.url = absolute?.url ?? url
    this.headers = absolute === undefined ? withFirstEncoding(message) : { ...withFirstEncoding(message), host: absolute.host }
    this.socket = message.socket
    this.#message = message
    this.#options = options
  }

  get repeated(): HttpRequest['repeated'] {
    const several = Object.entries(this.#message.headersDistinct).filter(([, values = []]) => values.length > 1)
    return several.length === 0 ? undefined : new Map(several as [string, string[]][])
  }

  isWanted(): boolean {
    return !this.#message.socket.destroyed
  }

  body(bytesMax: number): SentBody | Promise<SentBody> {
    const message = this.#message
    const { arriving } = this.#options.budget
    if (!arriving.mayCome(Number(this.headers['content-length']))) {
      message.resume()
      return 'no-room'
    }
    return new Promise((resolve) => {
      let isKept = true
      this.#settle = (body) => {
        isKept = false
        if (typeof body === 'string') this.#content.clear()
        arriving.set(this, 0)
        resolve(body)
      }
      message.on('data', (chunk: Buffer) => {
        this.#arrivedBytes += chunk.length
        if (!isKept) return letGoOfRead(chunk)
        this.#content.add(chunk)
        letGoOfRead(chunk)
        if (this.#content.length > bytesMax) this.#settle('too-large')
        else arriving.set(this, this.#content.length)
      })
      message.on('end', () => {
        if (isKept) this.#settle(this.#content.bytes)
      })
      this.#watch()
    })
  }

  /** Gives up on who sends too little of it. */
  #watch(): void {
    const message = this.#message
    const { progressMs, progressBytesMin } = this.#options.limits
    const look = (): void => {
      if (this.#arrivedBytes < progressBytesMin) message.socket.destroy()
      this.#arrivedBytes = 0
    }
    const timer = setInterval(look, progressMs)
    const stop = (): void => {
      clearInterval(timer)
      if (!message.complete) this.#content.clear()
      this.#options.budget.arriving.set(this, 0)
    }
    message.on('end', stop).on('close', stop)
  }

  letGo(): void {
    this.#settle('no-room')
  }
}

function withFirstEncoding({ headers, rawHeaders }: IncomingMessage): IncomingHttpHeaders {
  if (headers['accept-encoding']?.includes(',') !== true) return headers
  const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'accept-encoding')
  return { ...headers, 'accept-encoding': rawHeaders[at + 1] }
}
