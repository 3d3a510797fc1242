/** What was under some keys of the store, laid over what is there now. */
import { compareBytes, latin1 } from '../../base/bytes.ts'
import type { Entry, KeyBytes, KeyRange, StoredValue } from '../../storage/store.ts'

interface PastValue {
  readonly key: KeyBytes
  /** Undefined: nothing was there. */
  readonly value: StoredValue | undefined
}

export class PastValues {
  readonly #byKey = new Map<string, PastValue>()

  /** What was set before under the key is forgotten. */
  set(key: KeyBytes, value: StoredValue | undefined): void {
    this.#byKey.set(latin1(key), { key, value })
  }

  /** Whether something else may be under the key now. */
  has(key: KeyBytes): boolean {
    return this.#byKey.has(latin1(key))
  }

  /** What was under these keys, given what is. */
  over(keys: readonly KeyBytes[], values: readonly (StoredValue | undefined)[]): readonly (StoredValue | undefined)[] {
    if (this.#byKey.size === 0) return values
    return keys.map((key, at) => {
      const past = this.#byKey.get(latin1(key))
      return past === undefined ? values[at] : past.value
    })
  }

  /** What was there in a range, in its order. */
  within({ start, end, reverse = false }: KeyRange): readonly Entry[] {
    const entries: Entry[] = []
    for (const { key, value } of this.#byKey.values()) {
      if (value !== undefined && compareBytes(key, start) >= 0 && compareBytes(key, end) < 0) entries.push({ key, value })
    }
    return entries.sort((a, b) => (reverse ? compareBytes(b.key, a.key) : compareBytes(a.key, b.key)))
  }
}
