/** A map of a bounded size: what was not used for the longest time makes room. */

export class Recent<Key, Value> {
  readonly #max: number
  readonly #map = new Map<Key, Value>()
  /** The key used last, which is often the next one, too. */
  #newest: Key | undefined

  constructor(max: number) {
    this.#max = max
  }

  /** Makes it the one used last. */
  get(key: Key): Value | undefined {
    const value = this.#map.get(key)
    if (value === undefined || key === this.#newest) return value
    this.#map.delete(key)
    this.#map.set(key, value)
    this.#newest = key
    return value
  }

  /** Makes it the one used last. */
  set(key: Key, value: Value): void {
    if (key !== this.#newest) this.#map.delete(key)
    this.#map.set(key, value)
    this.#newest = key
    if (this.#map.size <= this.#max) return
    const [oldest] = this.#map.keys()
    if (oldest !== undefined) this.#map.delete(oldest)
  }

  delete(key: Key): void {
    this.#map.delete(key)
    this.#newest = undefined
  }

  clear(): void {
    this.#map.clear()
    this.#newest = undefined
  }

  /** What was not used for the longest time first. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#map.entries()
  }

  values(): IterableIterator<Value> {
    return this.#map.values()
  }

  get size(): number {
    return this.#map.size
  }
}

/** The last of them. */
export function newest<T>(all: readonly T[], max: number): readonly T[] {
  return all.length > max ? all.slice(-max) : all
}
