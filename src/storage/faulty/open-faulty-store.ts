/**
 * A store that fails as disks, processes and other machines do, from a seed, so that the layers above can be tested against it. It
 * wraps any store: faults of commits strike through a hook, inside the wrapped store's own commit, so its own way of failing is what
 * is exercised. Disturbances are what no store of one process does and every contract allows.
 */
import { assert } from '../../base/assert.ts'
import { type Random, seededRandom } from '../../base/random.ts'
import {
  type Amounts,
  type Guard,
  type KeyBytes,
  type Store,
  type StoredValue,
  StoreUnavailable,
  type TurnFollower,
  type View,
  type WriteTurn,
} from '../store.ts'
import { type Disturbances, Disturber } from './disturbances.ts'
import { withFollow } from './rehearse.ts'

/**
 *   | fault         | what is kept     | what the writers of the commit hear            | afterwards                        |
 *   | ------------- | ---------------- | ---------------------------------------------- | --------------------------------- |
 *   | commit fails  | nothing of it    | StoreUnavailable; followers: dropped           | as the wrapped store recovers     |
 *   | crash before  | nothing of it    | StoreUnavailable; followers hear nothing       | every call fails until `reopen`   |
 *   | crash after   | all of it        | StoreUnavailable; followers hear nothing       | every call fails until `reopen`   |
 */
export type Fault = 'none' | 'commit-fails' | 'crash-before' | 'crash-after'

export interface FaultyStoreOptions {
  /** Opens the wrapped store with the hook it is given. */
  readonly open: (hooks: CommitHooks) => Store
  /** Asked once for each commit; see `seededFaults`. */
  readonly nextFault: () => Fault
  readonly disturbances?: Disturbances
}

/** For an option of the wrapped store: to be called right before each commit, which fails when it throws. */
export interface CommitHooks {
  readonly failCommit: () => void
}

export interface FaultyStore extends Store {
  readonly isCrashed: boolean
  /** Starts anew over what the wrapped store kept, as a restarted process would. Only after a crash. */
  reopen(): void
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
  crashed: boolean
}

class FaultInjector implements FaultyStore {
  readonly #inner: Store
  readonly #nextFault: () => Fault
  readonly #disturber: Disturber
  #life: Life = { crashed: false }

  constructor(options: FaultyStoreOptions) {
    this.#nextFault = options.nextFault
    this.#disturber = new Disturber(options.disturbances ?? { random: seededRandom(0) })
    this.#inner = options.open({ failCommit: () => this.#failCommit() })
  }

  get isCrashed(): boolean {
    return this.#life.crashed
  }

  reopen(): void {
    assert(this.#life.crashed, 'reopened without a crash')
    this.#life = { crashed: false }
  }

  async get(keys: readonly KeyBytes[], guards?: readonly Guard[]): Promise<readonly (StoredValue | undefined)[]> {
    refuseAfterCrash(this.#life)
    this.#disturber.checkGuards(guards)
    return await this.#inner.get(keys, guards)
  }

  async sums(counters: readonly KeyBytes[]): Promise<readonly Amounts[]> {
    refuseAfterCrash(this.#life)
    return await this.#inner.sums(counters)
  }

  async view<T>(read: (view: View) => Promise<T>, guards?: readonly Guard[]): Promise<T> {
    const life = this.#life
    refuseAfterCrash(life)
    this.#disturber.checkGuards(guards)
    return await this.#inner.view((view) => read(whileAlive(this.#disturber.view(view), life)), guards)
  }

  async write<T>(reads: readonly KeyBytes[], decide: (turn: WriteTurn) => T, guards?: readonly Guard[]): Promise<T> {
    const life = this.#life
    refuseAfterCrash(life)
    const decideAlive = (turn: WriteTurn): T => {
      refuseAfterCrash(life)
      return decide(withFollow(turn, (follower) => turn.follow(followedWhileAlive(follower, life))))
    }
    try {
      return await this.#disturber.write(this.#inner, reads, decideAlive, guards)
    } finally {
      // Whatever the commit said, a process that is gone tells nobody.
      refuseAfterCrash(life)
    }
  }

  async close(): Promise<void> {
    await this.#disturber.settled()
    await this.#inner.close()
  }

  #failCommit(): void {
    const fault = this.#nextFault()
    if (fault === 'none') return
    this.#life.crashed = fault !== 'commit-fails'
    if (fault !== 'crash-after') throw new Error(`injected fault: ${fault}`)
  }
}

function refuseAfterCrash(life: Life): void {
  if (life.crashed) throw new StoreUnavailable('the store has crashed')
}

function whileAlive(view: View, life: Life): View {
  const read = <Result>(from: () => Result): Result => {
    refuseAfterCrash(life)
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

function followedWhileAlive(follower: TurnFollower, life: Life): TurnFollower {
  const tell = (word: keyof TurnFollower): void => {
    if (!life.crashed) follower[word]?.()
  }
  return { durable: () => tell('durable'), refused: () => tell('refused'), dropped: () => tell('dropped') }
}
