/**
 * What clients wrote, as a tree of texts that leads to what it was once understood to mean: so a request finds its access pattern
 * by a few look-ups, and nothing is parsed or printed for it. When the tree has grown too large it is begun anew.
 */
import { rawFormLetters, rawFormsLettersMax } from '../limits.ts'
import type { AccessPattern } from './access-pattern.ts'

/** One member of a batch or a transaction, as it is printed. */
export interface PatternMember {
  readonly id: number
  readonly tableId: number
  readonly table: string
  readonly text: string
}

/** A place in the tree: what was written so far. */
export class RawForm {
  readonly #forms: RawForms
  #next: Map<string | number, RawForm> | undefined
  #withoutNext: RawForm | undefined
  /** What a request that ends here means, once that is known. */
  pattern: AccessPattern | undefined
  member: PatternMember | undefined

  constructor(forms: RawForms) {
    this.#forms = forms
  }

  /** One part further. A part that was not written is one, too, and differs from all that could be. */
  step(part: string | number | undefined): RawForm {
    if (part === undefined) {
      this.#withoutNext ??= this.#forms.grow(0)
      return this.#withoutNext
    }
    this.#next ??= new Map()
    let next = this.#next.get(part)
    if (next === undefined) {
      next = this.#forms.grow(typeof part === 'string' ? part.length : 0)
      this.#next.set(part, next)
    }
    return next
  }
}

export class RawForms {
  #root: RawForm = new RawForm(this)
  #letters = 0

  /** Where a request begins. */
  root(): RawForm {
    if (this.#letters > rawFormsLettersMax) this.forget()
    return this.#root
  }

  /** How much is remembered. */
  get letters(): number {
    return this.#letters
  }

  forget(): void {
    this.#root = new RawForm(this)
    this.#letters = 0
  }

  /** A new place for a part of so many letters. For RawForm alone. */
  grow(letters: number): RawForm {
    this.#letters += letters + rawFormLetters
    return new RawForm(this)
  }
}
