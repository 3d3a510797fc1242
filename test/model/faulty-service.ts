/** The service over a store that fails on demand. After a crash, or a plain restart, it is opened anew over what was kept. */
import assert from 'node:assert/strict'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { type Fault, type FaultyStore, openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Store, StoreUnavailable } from '../../src/storage/store.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { openTestService } from '../harness/service.ts'

type Options = Pick<ServiceOptions, 'buckets' | 'clock' | 'functions' | 'pitrLagMs'>

export class FaultyService {
  /** What the next commit suffers. */
  nextFault: Fault = 'none'
  service: Service
  readonly #store: FaultyStore
  readonly #options: Options

  private constructor(store: FaultyStore, service: Service, options: Options) {
    this.#store = store
    this.service = service
    this.#options = options
  }

  static async open(options: Options = {}): Promise<FaultyService> {
    let store: FaultyStore | undefined
    let opened: FaultyService | undefined
    const nextFault = (): Fault => {
      const fault = opened?.nextFault ?? 'none'
      if (opened !== undefined) opened.nextFault = 'none'
      return fault
    }
    const open = (): Store => {
      store = openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault })
      return keptOpen(store)
    }
    const service = await openTestService({ kind: 'custom', open }, options)
    assert.ok(store !== undefined)
    opened = new FaultyService(store, service, options)
    return opened
  }

  get isCrashed(): boolean {
    return this.#store.isCrashed
  }

  /** After a crash, what a new process finds; otherwise the process ends in good order first. */
  async restart(): Promise<void> {
    await this.service.close()
    if (!this.isCrashed) await this.#crash()
    const open = (): Store => {
      this.#store.reopen()
      return keptOpen(this.#store)
    }
    this.service = await openTestService({ kind: 'custom', open }, this.#options)
  }

  /** The store is only opened anew after a crash: one in a commit of nothing. */
  async #crash(): Promise<void> {
    this.nextFault = 'crash-after'
    const nowhere = Uint8Array.of(0) as Parameters<Store['write']>[0][number]
    await assert.rejects(
      this.#store.write([], (turn) => turn.delete(nowhere)),
      { name: 'StoreUnavailable' },
    )
  }
}

/** Whether the store was to blame: what jobs meet they tell under their own name. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof StoreUnavailable || (error instanceof Error && error.cause instanceof StoreUnavailable)
}
