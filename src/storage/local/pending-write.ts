/** One write of a local store, from being asked for to being settled: its followers hear of it first, then its promise does. */
import { AssertionFailure } from '../../base/assert.ts'
import { type Guard, GuardChanged, type KeyBytes, type TurnFollower, type WriteTurn } from '../store.ts'

export class PendingWrite<T = unknown> {
  readonly reads: readonly KeyBytes[]
  readonly decide: (turn: WriteTurn) => T
  readonly guards: readonly Guard[] | undefined
  followers: readonly TurnFollower[] | undefined
  /** By the stopwatch, where a store asks how long it has waited. */
  askedAtMs = 0
  readonly #resolve: (value: T) => void
  readonly #reject: (error: unknown) => void
  /** `changed`: a guard did not hold. */
  #outcome: 'decided' | 'refused' | 'changed' | 'turned away' = 'changed'
  /** What `decide` returned or threw. */
  #result: unknown

  constructor(
    reads: readonly KeyBytes[],
    decide: (turn: WriteTurn) => T,
    guards: readonly Guard[] | undefined,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.reads = reads
    this.decide = decide
    this.guards = guards
    this.#resolve = resolve
    this.#reject = reject
  }

  decided(result: T): void {
    this.#outcome = 'decided'
    this.#result = result
  }

  refused(error: unknown): void {
    this.#outcome = 'refused'
    this.#result = error
  }

  /** What it would do is not done, for this reason. */
  turnedAway(error: unknown): void {
    this.#outcome = 'turned away'
    this.#result = error
  }

  /** Everything that it saw is durable, and so is what it did. */
  settle(): void {
    const fault = this.followers === undefined ? undefined : tell(this.followers, words[this.#outcome])
    if (fault !== undefined) this.#reject(fault)
    else if (this.#outcome === 'decided') this.#resolve(this.#result as T)
    else this.#reject(this.#outcome === 'changed' ? new GuardChanged() : this.#result)
  }

  /** What was decided is nothing any more: it is decided again. False when it is not, because a follower threw and it was rejected. */
  again(): boolean {
    const fault = this.followers === undefined ? undefined : tell(this.followers, 'dropped')
    this.followers = undefined
    this.#outcome = 'changed'
    this.#result = undefined
    if (fault !== undefined) this.#reject(fault)
    return fault === undefined
  }

  /** Nobody knows what became of it. */
  lose(error: unknown): void {
    this.#reject(error)
  }

  /** Nothing of it was kept. */
  fail(error: unknown): void {
    const fault = this.followers === undefined ? undefined : tell(this.followers, 'dropped')
    this.#reject(fault ?? error)
  }
}

/** What the followers of a write hear when what it saw is durable. */
const words = { decided: 'durable', refused: 'refused', changed: 'dropped', 'turned away': 'dropped' } as const

/** A follower that throws is a fault of ours: its own write is told of it, and nobody else is harmed. */
function tell(followers: readonly TurnFollower[], word: keyof TurnFollower): AssertionFailure | undefined {
  let fault: AssertionFailure | undefined
  for (const follower of followers) {
    try {
      follower[word]?.()
    } catch (error) {
      fault ??= new AssertionFailure('a follower of a turn threw', { error })
    }
  }
  return fault
}
