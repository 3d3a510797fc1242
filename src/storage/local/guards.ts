/**
 * The guards of a local store: every key that was ever shown as one is watched from then on, so that to check a guard is to compare
 * two values in memory. Each has two values: the one that turns see, and the one that is durable.
 */
import { guardsWatchedMax } from '../limits.ts'
import { type Guard, isSameValue, type KeyBytes, type StoredValue } from '../store.ts'
import type { Change } from './buffered-turn.ts'
import { KeyMap } from './key-map.ts'

interface Watched {
  /** What turns see, the open commit included. */
  latest: StoredValue | undefined
  durable: StoredValue | undefined
  /** By the open commit. */
  changed: boolean
}

/** Where a key that was not watched so far is read. */
interface GuardSource {
  get(key: KeyBytes): StoredValue | undefined
  getDurable(key: KeyBytes): StoredValue | undefined
}

export class Guards {
  readonly #source: GuardSource
  readonly #watched = new KeyMap<Watched>()
  /** For each first byte, the lengths (modulo 32) of watched keys as bits: what nearly every change is told apart by. */
  readonly #lengths = new Int32Array(256)
  #changed: Watched[] = []

  constructor(source: GuardSource) {
    this.#source = source
  }

  /** Whether these guards hold for a turn that is decided now. */
  holdInTurn(guards: readonly Guard[]): boolean {
    for (const { key, value } of guards) if (!isSameValue(this.#watch(key).latest, value)) return false
    return true
  }

  /** Whether these guards hold in what is durable now. */
  holdDurably(guards: readonly Guard[]): boolean {
    for (const { key, value } of guards) if (!isSameValue(this.#watch(key).durable, value)) return false
    return true
  }

  /** To be told of everything that the open commit applies. */
  applied(changes: readonly Change[]): void {
    if (this.#watched.size === 0) return
    for (const { key, value } of changes) {
      if ((((this.#lengths[key[0] ?? 0] ?? 0) >>> (key.length & 31)) & 1) === 0) continue
      const watched = this.#watched.get(key)
      if (watched === undefined) continue
      watched.latest = value
      this.#change(watched)
    }
  }

  committed(): void {
    if (this.#changed.length === 0) return
    for (const watched of this.#changed) {
      watched.durable = watched.latest
      watched.changed = false
    }
    this.#changed = []
  }

  /** A commit failed, or somebody else has written: what is watched is read anew. */
  forget(): void {
    this.#watched.clear()
    this.#lengths.fill(0)
    this.#changed = []
  }

  #watch(key: KeyBytes): Watched {
    const known = this.#watched.get(key)
    if (known !== undefined) return known
    if (this.#watched.size >= guardsWatchedMax) this.forget()
    const watched: Watched = { latest: this.#source.get(key), durable: this.#source.getDurable(key), changed: false }
    if (!isSameValue(watched.latest, watched.durable)) this.#change(watched)
    this.#watched.set(key, watched)
    const first = key[0] ?? 0
    this.#lengths[first] = (this.#lengths[first] ?? 0) | (1 << (key.length & 31))
    return watched
  }

  #change(watched: Watched): void {
    if (watched.changed) return
    watched.changed = true
    this.#changed.push(watched)
  }
}
