/**
 * Keys that another process was found to hold, so that turns that name them are not asked among others, who would wait with them. A key
 * is forgotten when it was to be had, or was not found held for a while; of more than `heldKeysMax` the one that was not found for longest.
 */
import { hash } from 'node:crypto'
import { stopwatchMs } from '../../base/clock.ts'
import { heldKeyMsMax, heldKeysMax } from '../limits.ts'
import type { Entry, KeyBytes, StoredValue } from '../store.ts'
import { bytesText, type KeyText } from './rows.ts'
import { storedKey } from './stored-keys.ts'

interface HeldKey {
  readonly foundAtMs: number
  /** Of the value that was there. Undefined: nobody sees a value, and that the key is held shows only when it is written. */
  readonly digest: string | undefined
}

export class HeldKeys {
  readonly #known = new Map<KeyText, HeldKey>()

  /** Whether any of these is known to be held. */
  hasAny(keys: readonly KeyBytes[]): boolean {
    return this.#known.size > 0 && keys.some((key) => this.#get(textOf(key)) !== undefined)
  }

  /** Whether any of these is known to be held, and is not passed over by who asks for what is free. */
  hasUnseen(keys: readonly KeyBytes[]): boolean {
    const isUnseen = (held: HeldKey | undefined): boolean => held !== undefined && held.digest === undefined
    return this.#known.size > 0 && keys.some((key) => isUnseen(this.#get(textOf(key))))
  }

  /**
   * They were found held, with these values. Returns those that were found held before with another value: they are busy, as one after
   * the other has them, and who waits in line gets them. They are not remembered.
   */
  found(entries: readonly Entry[]): ReadonlySet<KeyText> {
    const busy = new Set<KeyText>()
    for (const [text, value] of new Map(entries.map((entry) => [textOf(entry.key), entry.value]))) {
      const digest = digestOf(value)
      const before = this.#get(text)?.digest
      if (before === undefined || before === digest) this.#note(text, digest)
      else {
        this.#known.delete(text)
        busy.add(text)
      }
    }
    return busy
  }

  /** They are not there for anybody to see, and could not be written. */
  foundUnseen(keys: readonly KeyBytes[]): void {
    for (const key of keys) this.#note(textOf(key), undefined)
  }

  /** They were to be had. */
  free(keys: readonly KeyBytes[]): void {
    if (this.#known.size > 0) for (const key of keys) this.#known.delete(textOf(key))
  }

  #get(text: KeyText): HeldKey | undefined {
    const held = this.#known.get(text)
    if (held === undefined || stopwatchMs() - held.foundAtMs < heldKeyMsMax) return held
    this.#known.delete(text)
    return undefined
  }

  #note(text: KeyText, digest: string | undefined): void {
    this.#known.delete(text)
    this.#known.set(text, { foundAtMs: stopwatchMs(), digest })
    const [oldest] = this.#known.keys()
    if (this.#known.size > heldKeysMax && oldest !== undefined) this.#known.delete(oldest)
  }
}

export function textOf(key: KeyBytes): KeyText {
  return bytesText(storedKey(key))
}

function digestOf(value: StoredValue): string {
  return hash('sha256', value, 'hex')
}
