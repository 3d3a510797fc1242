/**
 * What a JSON text holds as far as its brackets and commas tell: how deep it nests, and the least that its values can come to. Parsing
 * cannot be interrupted and takes up to some microseconds for a value; this makes nothing, and stops after every step.
 *
 * | counted | as |
 * | --- | --- |
 * | an object | one, or where sizes count the bytes of its name in the object around it, if these are more |
 * | a comma, where there are more of them than that | one |
 *
 * In DynamoDB's attributes an object is an attribute, an element or a map, and what follows a comma is an attribute, an element or a
 * member of a set. None of these takes less than it counts here (data-model.md §5).
 */
import { nearTextBytes, scanMarksPerStep } from './limits.ts'

export interface ScanBounds {
  readonly depthMax: number
  /** How much values may count. */
  readonly valuesMax: number
  /** Objects that are members of this name are counted each by itself, by the size of its names, if there are no more than so many. */
  readonly own?: { readonly member: string; readonly sizeBytesMax: number; readonly countMax: number } | undefined
}

/** What there is too much of: levels, values of an object that is counted by itself, values elsewhere. */
export type Excess = 'levels' | 'own' | 'values'

const nowhere = -1

export class BodyScan {
  readonly #body: Uint8Array
  readonly #bounds: ScanBounds
  #at = 0
  #depth = 0
  #excess: Excess | undefined
  /** Where the text began that is being read. */
  #textFrom = nowhere
  /** The text before, and whether it is the name of what comes. */
  #nameFrom = 0
  #nameTo = 0
  #isName = false
  /** The level of the object that is being counted by itself; 0 for none. */
  #ownDepth = 0
  #owns = 0
  #own: Count = { objects: 0, commas: 0 }
  readonly #others: Count = { objects: 0, commas: 0 }

  constructor(body: Uint8Array, bounds: ScanBounds) {
    this.#body = body
    this.#bounds = bounds
  }

  get excess(): Excess | undefined {
    return this.#excess
  }

  /** Goes on for a step of bounded work; false when all has been seen, or too much. */
  step(): boolean {
    const body = this.#body
    for (let marks = 0; marks < scanMarksPerStep && this.#at < body.length && this.#excess === undefined; marks += 1) {
      if (this.#textFrom === nowhere) this.#readMark(body[this.#at] ?? 0)
      else this.#readText()
    }
    return this.#at < body.length && this.#excess === undefined
  }

  #readMark(byte: number): void {
    this.#at += 1
    switch (byte) {
      case 0x22 /* " */:
        this.#textFrom = this.#at
        break
      case 0x3a /* : */:
        this.#isName = true
        break
      case 0x2c /* , */:
        this.#isName = false
        this.#count(0, 1)
        break
      case 0x7b /* { */:
        this.#openObject()
        break
      case 0x5b /* [ */:
        this.#open()
        break
      case 0x7d /* } */:
      case 0x5d /* ] */:
        if (this.#depth === this.#ownDepth) this.#ownDepth = 0
        this.#depth -= 1
        break
    }
  }

  /** Looks at some bytes itself; if the text does not end there, the machine looks for the next quotation mark, much faster. */
  #readText(): void {
    const body = this.#body
    let at = this.#at
    const near = Math.min(body.length, at + nearTextBytes)
    while (at < near && body[at] !== 0x22 /* " */) at += body[at] === 0x5c /* \ */ ? 2 : 1
    const end = at < near ? at : body.indexOf(0x22, at)
    if (end < 0) {
      this.#at = body.length
      return
    }
    let before = end
    while (before > at && body[before - 1] === 0x5c /* \ */) before -= 1
    this.#at = end + 1
    if ((end - before) % 2 !== 0) return
    this.#nameFrom = this.#textFrom
    this.#nameTo = end
    this.#textFrom = nowhere
  }

  #openObject(): void {
    const { own } = this.#bounds
    const isOwn = own !== undefined && this.#ownDepth === 0 && this.#isName && this.#owns < own.countMax && this.#isNamed(own.member)
    if (!isOwn) this.#count(this.#ownDepth > 0 && this.#isName ? this.#nameSizeBytesMin() : 1, 0)
    this.#open()
    if (!isOwn) return
    this.#owns += 1
    this.#ownDepth = this.#depth
    this.#own = { objects: 0, commas: 0 }
  }

  #open(): void {
    this.#isName = false
    this.#depth += 1
    if (this.#depth > this.#bounds.depthMax) this.#excess = 'levels'
  }

  #count(objects: number, commas: number): void {
    const isOwn = this.#ownDepth > 0
    const count = isOwn ? this.#own : this.#others
    const max = isOwn ? this.#bounds.own?.sizeBytesMax : this.#bounds.valuesMax
    count.objects += objects
    count.commas += commas
    if (Math.max(count.objects, count.commas) > (max ?? 0)) this.#excess = isOwn ? 'own' : 'values'
  }

  /** A name can be written in other ways than by itself. */
  #isNamed(member: string): boolean {
    const lengthMax = longestEscape.length * member.length
    if (this.#nameTo - this.#nameFrom > lengthMax) return false
    const text = Buffer.from(this.#body.subarray(this.#nameFrom, this.#nameTo)).toString()
    return text === member || (text.includes('\\') && unescaped(text) === member)
  }

  #nameSizeBytesMin(): number {
    const length = this.#nameTo - this.#nameFrom
    for (let at = this.#nameFrom; at < this.#nameTo; at += 1) {
      if (this.#body[at] === 0x5c /* \ */) return Math.max(1, Math.floor(length / longestEscape.length))
    }
    return Math.max(1, length)
  }
}

interface Count {
  objects: number
  commas: number
}

/** As long as any way to write one byte. */
const longestEscape = '\\u0041'

function unescaped(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return undefined
  }
}
