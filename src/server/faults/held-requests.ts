/** Requests that a fault holds up: until so much time has passed, by the machine's clock or by Stator's, whichever is first. */

interface Held {
  /** What holds it up. */
  readonly fault: string
  /** By Stator's clock, which tests move. */
  readonly dueMs: number
  readonly release: () => void
}

export class HeldRequests {
  readonly #held = new Set<Held>()
  #isClosed = false

  countOf(fault: string): number {
    return [...this.#held].filter((each) => each.fault === fault).length
  }

  /** Resolves when it may go on. */
  hold(fault: string, { forMs, nowMs }: { readonly forMs: number; readonly nowMs: number }): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const held = { fault, dueMs: nowMs + forMs, release: () => this.#release(held, timer, resolve) }
      const timer = setTimeout(held.release, forMs)
      this.#held.add(held)
    })
  }

  /** Whether there were any. */
  releaseDue(nowMs: number): boolean {
    return this.#releaseAll(({ dueMs }) => dueMs <= nowMs)
  }

  releaseOf(fault: string): void {
    this.#releaseAll((each) => each.fault === fault)
  }

  /** Nothing is held from now on. */
  close(): void {
    this.#isClosed = true
    this.#releaseAll(() => true)
  }

  #releaseAll(isMeant: (held: Held) => boolean): boolean {
    const meant = [...this.#held].filter(isMeant)
    for (const { release } of meant) release()
    return meant.length > 0
  }

  #release(held: Held, timer: NodeJS.Timeout, resolve: () => void): void {
    clearTimeout(timer)
    this.#held.delete(held)
    resolve()
  }
}
