/**
 * A store that fails as disks and processes do, from a seed, so that the layers above can be tested against it. It wraps any
 * store: faults strike through the observer, inside the wrapped store's own commit, so its own way of failing is what is
 * exercised.
 */
import { assert } from '../../base/assert.ts'
import type { Random } from '../../base/random.ts'
import { type KeyBytes, type Snapshot, type Store, type StoreObserver, StoreUnavailable, type WriteTurn } from '../store.ts'

/**
 *   | fault         | what is kept     | what the writers of the commit hear            | afterwards                        |
 *   | ------------- | ---------------- | ---------------------------------------------- | --------------------------------- |
 *   | commit fails  | nothing of it    | StoreUnavailable, after `rolledBack`           | as the wrapped store recovers     |
 *   | crash before  | nothing of it    | StoreUnavailable; `rolledBack` is not called   | every call fails until `reopen`   |
 *   | crash after   | all of it        | StoreUnavailable; `rolledBack` is not called   | every call fails until `reopen`   |
 */
export type Fault = 'none' | 'commit-fails' | 'crash-before' | 'crash-after'

export interface FaultyStoreOptions {
  /** Opens the wrapped store with the observer it is given. */
  readonly open: (observer: StoreObserver) => Store
  /** Asked once for each commit; see `seededFaults`. */
  readonly nextFault: () => Fault
  readonly observer?: StoreObserver
}

export interface FaultyStore extends Store {
  readonly isCrashed: boolean
  /** Starts anew over what the wrapped store kept, with a new observer, as a restarted process would. Only after a crash. */
  reopen(observer?: StoreObserver): void
}

/** Of 256 commits, how many suffer each fault. */
export interface FaultRates {
  readonly commitFails: number
  readonly crashBefore: number
  readonly crashAfter: number
}

/** A sequence of faults that a seed replays. */
export function seededFaults(random: Random, rates: FaultRates): () => Fault {
  return () => {
    const drawn = random.bytes(1)[0] ?? 0
    if (drawn < rates.commitFails) return 'commit-fails'
    if (drawn < rates.commitFails + rates.crashBefore) return 'crash-before'
    if (drawn < rates.commitFails + rates.crashBefore + rates.crashAfter) return 'crash-after'
    return 'none'
  }
}

export function openFaultyStore(options: FaultyStoreOptions): FaultyStore {
  return new FaultInjector(options)
}

/** One run of the imagined process, from opening to crash. */
interface Life {
  readonly observer: StoreObserver | undefined
  crashed: boolean
}

class FaultInjector implements FaultyStore {
  readonly #inner: Store
  readonly #nextFault: () => Fault
  #life: Life

  constructor(options: FaultyStoreOptions) {
    this.#life = { observer: options.observer, crashed: false }
    this.#nextFault = options.nextFault
    this.#inner = options.open({
      beforeCommit: (turn) => this.#beforeCommit(turn),
      rolledBack: () => {
        if (!this.#life.crashed) this.#life.observer?.rolledBack()
      },
    })
  }

  get isCrashed(): boolean {
    return this.#life.crashed
  }

  reopen(observer?: StoreObserver): void {
    assert(this.#life.crashed, 'reopened without a crash')
    this.#life = { observer, crashed: false }
  }

  snapshot(): Snapshot {
    const life = this.#life
    refuseAfterCrash(life)
    const snapshot = this.#inner.snapshot()
    return {
      get: (key) => {
        refuseAfterCrash(life)
        return snapshot.get(key)
      },
      scan: (range, budget) => {
        refuseAfterCrash(life)
        return snapshot.scan(range, budget)
      },
      [Symbol.dispose]: () => snapshot[Symbol.dispose](),
    }
  }

  async write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T): Promise<T> {
    const life = this.#life
    refuseAfterCrash(life)
    try {
      return await this.#inner.write(reads, (turn) => {
        refuseAfterCrash(life)
        return decide(turn)
      })
    } finally {
      // Whatever the commit said, a process that is gone tells nobody.
      refuseAfterCrash(life)
    }
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #beforeCommit(turn: WriteTurn): void {
    this.#life.observer?.beforeCommit(turn)
    const fault = this.#nextFault()
    if (fault === 'none') return
    this.#life.crashed = fault !== 'commit-fails'
    if (fault !== 'crash-after') throw new Error(`injected fault: ${fault}`)
  }
}

function refuseAfterCrash(life: Life): void {
  if (life.crashed) throw new StoreUnavailable('the store has crashed')
}
