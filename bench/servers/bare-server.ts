/**
 * The price of HTTP itself: a node:http server that reads the same bodies, parses their JSON and answers with the same bytes. Whatever
 * a database adds stands on top of this.
 *
 * At saturation it pays less than a server that does something: the generator is the slower one, finds several answers whenever it
 * looks, and need not be woken for each. One that spins for as long as a read takes pays for waking, too, and so is the second baseline.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Answer {
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

const nothing: Answer = { headers: { 'Content-Length': '2' }, body: '{}' }

export class BareServer {
  readonly #answers = new Map<string | undefined, Answer>()
  readonly #spinMs: number

  constructor(spinMicros: number) {
    this.#spinMs = spinMicros / 1000
  }

  answerWith(target: string, { headers, body }: Answer): void {
    this.#answers.set(target, { headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }, body })
  }

  /** Resolves with the port. */
  listen(port: number): Promise<number> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        JSON.parse(Buffer.concat(chunks).toString())
        if (this.#spinMs > 0) spin(this.#spinMs)
        const answer = this.#answers.get(request.headers['x-amz-target'] as string | undefined) ?? nothing
        response.writeHead(200, answer.headers)
        response.end(answer.body)
      })
    })
    return new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  }
}

function spin(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}
