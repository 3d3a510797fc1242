/**
 * What no store of one process does and every contract allows: turns that are decided more than once, guards that were changed by
 * somebody else, views that end early. Drawn from a seed, each as often as is asked for.
 */
import type { Random } from '../../base/random.ts'
import { type Guard, GuardChanged, type KeyBytes, type Store, type View, ViewEnded, type WriteTurn } from '../store.ts'
import { rehearse } from './rehearse.ts'

/** Of 256 writes, guarded calls and reads of views, how many suffer each; none where nothing is said. */
export interface Disturbances {
  readonly random: Random
  /** `decide` is called twice in one go. */
  readonly repeatedAtOnce?: number
  /** `decide` is called again behind other turns, so that what it reads may have changed. */
  readonly repeatedLater?: number
  /** GuardChanged although every guard holds: before `decide`, or behind it. */
  readonly guardsChanged?: number
  readonly viewsEnded?: number
}

export class Disturber {
  readonly #disturbances: Disturbances
  readonly #later = new Set<Promise<unknown>>()

  constructor(disturbances: Disturbances) {
    this.#disturbances = disturbances
  }

  write<T>(store: Store, reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    const { repeatedAtOnce = 0, repeatedLater = 0 } = this.#disturbances
    if (this.#isGuardChanged(guards)) return this.#writeUnderChangedGuard(store, reads, decide, guards)
    if (this.#isDrawn(repeatedLater)) {
      return this.#underWay(rehearse(store, reads, decide, guards).then(() => store.write(reads, decide, guards)))
    }
    if (this.#isDrawn(repeatedAtOnce)) rehearse(store, reads, decide, guards).catch(() => {})
    return store.write(reads, decide, guards)
  }

  /** Waits for the writes that have yet to be decided. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#later)
  }

  /** Throws GuardChanged. */
  checkGuards(guards: readonly Guard[] | undefined): void {
    if (this.#isGuardChanged(guards)) throw new GuardChanged()
  }

  view(view: View): View {
    let isEnded = false
    const read = <Result>(from: () => Result): Result => {
      isEnded ||= this.#isDrawn(this.#disturbances.viewsEnded ?? 0)
      if (isEnded) throw new ViewEnded()
      return from()
    }
    return {
      get: (keys) => read(() => view.get(keys)),
      sums: (counters) => read(() => view.sums(counters)),
      lasts: (logs) => read(() => view.lasts(logs)),
      scan: (range, budget) => read(() => view.scan(range, budget)),
      scanValues: (range, budget) => read(() => view.scanValues(range, budget)),
    }
  }

  async #writeUnderChangedGuard(
    store: Store,
    reads: readonly KeyBytes[],
    decide: (turn: WriteTurn) => unknown,
    guards?: readonly Guard[],
  ): Promise<never> {
    if (this.#isDrawn(128)) await rehearse(store, reads, decide, guards)
    throw new GuardChanged()
  }

  #underWay<T>(write: Promise<T>): Promise<T> {
    this.#later.add(write)
    const over = (): boolean => this.#later.delete(write)
    write.then(over, over)
    return write
  }

  #isGuardChanged(guards: readonly Guard[] = []): boolean {
    return guards.length > 0 && this.#isDrawn(this.#disturbances.guardsChanged ?? 0)
  }

  #isDrawn(of256: number): boolean {
    return of256 > 0 && (this.#disturbances.random.bytes(1)[0] ?? 0) < of256
  }
}
