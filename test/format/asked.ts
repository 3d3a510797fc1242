/** Questions under their names, with the answers to the byte: what is recorded of one version and held against another. */
import type { AnswerText, Body, Client, ServiceName } from './client.ts'

export type Answers = ReadonlyMap<string, string>

export class Asked {
  readonly client: Client
  readonly #prefix: string
  readonly #answers = new Map<string, string>()

  /** All names begin with the prefix. */
  constructor(client: Client, prefix: string) {
    this.client = client
    this.#prefix = prefix
  }

  get answers(): Answers {
    return this.#answers
  }

  /** The parsed body, whatever its status. */
  async ask<T = Body>(name: string, service: ServiceName, operation: string, input: Body): Promise<T> {
    return this.#keep<T>(`${operation} ${name}`, await this.client.send(service, operation, input))
  }

  async control<T = Body>(path: string): Promise<T> {
    return this.#keep<T>(`GET ${path}`, await this.client.sendControl('GET', path))
  }

  #keep<T>(name: string, { status, text }: AnswerText): T {
    const whole = `${this.#prefix} | ${name}${status === 200 ? '' : ` -> ${status}`}`
    if (this.#answers.has(whole)) throw new Error(`a question has a name of its own: ${whole}`)
    this.#answers.set(whole, text)
    return JSON.parse(text) as T
  }
}
