/**
 * Stator in the process of a program, without a socket. One in memory can be copied whole: a copy shares everything with what it was
 * copied from until one of the two changes, and opens its own engine when it is first asked.
 */
import type { ClockOffset } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { type MemoryStore, newMemoryStore } from '../../engine/engine.ts'
import { applySettings, type EngineSettingsChange, wholeSettings } from '../../engine/settings.ts'
import type { Control } from '../control/control.ts'
import { controlRoutes } from '../control/routes.ts'
import { seededIfInMemory } from '../faults/seeded-if-in-memory.ts'
import { keysInMemory } from '../keys-in-memory.ts'
import type { PortOptions } from '../serve-http.ts'
import { openService, type Service, type ServiceOptions } from '../start.ts'
import { AskedService } from './asked-service.ts'
import { type InProcessPort, listenInProcess } from './in-process-port.ts'

/** All that one in memory is at a moment. Nobody changes it. */
export interface Moment {
  readonly store: MemoryStore
  readonly clock: ClockOffset
  readonly settings: EngineSettingsChange
}

/** What an engine is opened from. */
interface Origin {
  /** Undefined where the data is kept elsewhere than in memory. */
  readonly store: MemoryStore | undefined
  /** Undefined: clock and settings are as the options say. */
  readonly moment: Moment | undefined
}

export class InProcess {
  readonly control: Control
  readonly #options: ServiceOptions
  #region: string
  #origin: Origin
  #asked: AskedService | undefined
  /** Those that `restore` has taken the place of, as far as they are still at work. */
  readonly #ending = new Set<Promise<void>>()
  readonly #ports = new Set<InProcessPort>()
  #isClosed = false

  private constructor(options: ServiceOptions, region: string, origin: Origin) {
    this.#options = options
    this.#region = region
    this.#origin = origin
    this.control = controlOf(this)
  }

  /** Rejects with one clear sentence when the data can't be used. */
  static async open(options: ServiceOptions): Promise<InProcess> {
    const isInMemory = options.storage.kind === 'memory'
    const seeded = seededIfInMemory(options.seed, options.storage)
    const sealing = isInMemory ? { sealingKeys: keysInMemory(options.random ?? systemRandom) } : {}
    const store = isInMemory ? newMemoryStore() : undefined
    const made = new InProcess({ ...sealing, ...seeded, ...options }, '', { store, moment: undefined })
    made.#region = await made.ask(async ({ controlContext }) => controlContext.engine.region)
    return made
  }

  /** That of requests that name none. */
  get region(): string {
    return this.#region
  }

  /** Asks what it is now. Rejects when it is closed. */
  ask<T>(question: (service: Service) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed())
    this.#asked ??= new AskedService(this.#open(this.#origin))
    return this.#asked.ask(question)
  }

  /** What is durable now, with the clock and the settings as they are. Throws a TypeError unless the data is in memory. */
  moment(): Moment {
    const { moment } = this.#origin
    const store = this.#memory()
    const engine = this.#asked?.service?.controlContext.engine
    if (engine === undefined && moment !== undefined) return moment
    return {
      store: store.fork(),
      clock: engine?.clock.offset ?? { aheadMs: 0 },
      settings: engine === undefined ? {} : wholeSettings(engine.settings),
    }
  }

  /** Another one that begins as this one is now. */
  fork(): InProcess {
    return new InProcess(this.#options, this.#region, from(this.moment()))
  }

  /** Becomes what it, or another, was at a moment. Whom it is answering it answers as what it was before. */
  restore(moment: Moment): void {
    this.#memory()
    const before = this.#asked
    this.#origin = from(moment)
    this.#asked = undefined
    if (before === undefined) return
    const ending = before
      .close()
      .catch((error: unknown) => this.#options.log('What was replaced could not be closed', error))
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /** Answers at a port, too, until that is closed or this is. Rejects with one sentence when it can't be had. */
  async listen(options: PortOptions): Promise<InProcessPort> {
    const port = await listenInProcess((question) => this.ask(question), options)
    if (this.#isClosed) {
      await port.close()
      throw closed()
    }
    this.#ports.add(port)
    return {
      ...port,
      close: async () => {
        this.#ports.delete(port)
        await port.close()
      },
    }
  }

  async close(): Promise<void> {
    if (this.#ports.size > 0) await this.#asked?.letGo()
    await Promise.all([...this.#ports].map((port) => port.close()))
    this.#ports.clear()
    this.#isClosed = true
    await Promise.all([this.#asked?.close(), ...this.#ending])
  }

  #memory(): MemoryStore {
    const { store } = this.#origin
    if (store === undefined) throw new TypeError('Only what is kept in memory (inMemory: true) can be copied.')
    if (this.#isClosed) throw closed()
    return store
  }

  async #open({ store, moment }: Origin): Promise<Service> {
    const { startMs, faults, ...others } = this.#options
    const options = moment === undefined ? this.#options : others
    const service = await openService(store === undefined ? options : { ...options, storage: { kind: 'memory', store } })
    if (moment !== undefined) {
      const { clock, settings } = service.controlContext.engine
      clock.moveTo(moment.clock)
      applySettings(settings, moment.settings)
    }
    return service
  }
}

function from(moment: Moment): Origin {
  return { store: moment.store.fork(), moment }
}

function closed(): Error {
  return new Error('This Stator has been closed.')
}

/** The control of whatever answers when it is asked. */
function controlOf(inside: InProcess): Control {
  const methodOf = (name: keyof Control) => (input: never) => inside.ask(({ control }): Promise<unknown> => control[name](input))
  return Object.fromEntries(Object.keys(controlRoutes).map((name) => [name, methodOf(name as keyof Control)])) as unknown as Control
}
