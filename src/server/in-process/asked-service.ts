/** A service with those whom it is answering: it ends when they have been answered. */
import type { Service } from '../start.ts'

export class AskedService {
  /** Undefined while it is being opened. */
  service: Service | undefined
  readonly #opening: Promise<Service>
  #asking = 0
  #onIdle: () => void = () => {}
  #closing: Promise<void> | undefined

  constructor(opening: Promise<Service>) {
    this.#opening = opening.then((service) => {
      this.service = service
      return service
    })
  }

  async ask<T>(question: (service: Service) => Promise<T>): Promise<T> {
    this.#asking += 1
    try {
      return await question(this.service ?? (await this.#opening))
    } finally {
      this.#asking -= 1
      if (this.#asking === 0) this.#onIdle()
    }
  }

  /** Nobody else may ask. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Those who wait for a fault, or for a transaction that is held, would wait for ever; so would who waits for them. Nobody waits from now on. */
  async letGo(): Promise<void> {
    if (this.service === undefined) return
    const { faults, engine } = this.service.controlContext
    faults.held.close()
    await engine.transactionFaults.close()
  }

  async #close(): Promise<void> {
    // Those who asked one that could not be opened have been told.
    const service = await this.#opening.catch(() => undefined)
    await this.letGo()
    if (this.#asking > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    }
    await service?.close()
  }
}
