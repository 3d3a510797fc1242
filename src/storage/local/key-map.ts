/**
 * A map whose keys are keys of the store, made for callers that use the same key object again and again: it is found by identity,
 * and only one that was never seen, or is a piece of a larger block of memory, by its bytes. It is a cache, so it may be emptied when it has grown.
 */
import { latin1 } from '../../base/bytes.ts'
import { keyObjectsMax } from '../limits.ts'
import type { KeyBytes } from '../store.ts'

export class KeyMap<Value> {
  readonly #byObject = new Map<KeyBytes, Value>()
  readonly #byText = new Map<string, Value>()

  get size(): number {
    return this.#byText.size
  }

  get(key: KeyBytes): Value | undefined {
    const known = this.#byObject.get(key)
    if (known !== undefined) return known
    if (this.#byText.size === 0) return undefined
    const found = this.#byText.get(latin1(key))
    // A piece of a block that many share would hold on to all of it.
    if (found !== undefined && key.buffer.byteLength === key.length) this.#remember(key, found)
    return found
  }

  set(key: KeyBytes, value: Value): void {
    this.#byText.set(latin1(key), value)
    this.#remember(key, value)
  }

  clear(): void {
    this.#byObject.clear()
    this.#byText.clear()
  }

  #remember(key: KeyBytes, value: Value): void {
    if (this.#byObject.size >= keyObjectsMax) this.#byObject.clear()
    this.#byObject.set(key, value)
  }
}
