/**
 * Items that are taken as they were sent. Nearly every item comes as the very text in which it is stored: compact, its values canonical,
 * with nothing in it that is escaped. To see that costs a quarter of what it costs to parse, check, print and measure it (decision 45).
 * Whatever is not quite so, or is wrong, is left to `checkAttributes`: it has the words for it.
 */
import { base64Fault } from '../api/base64.ts'
import { setOwn } from '../base/own.ts'
import type { AttributeValue, Item } from './attribute-value.ts'
import { parseItem } from './item-text.ts'
import { scannedLevelsMax, scannedNameLettersMax, scannedNamesMax, shortTextLengthMax } from './limits.ts'
import { compareNumbers, isShortCanonical, numberSizeBytes } from './number.ts'
import { compareBinaries, compareStrings } from './order.ts'
import { binarySizeBytes, containerOverheadBytes, utf8SizeBytes } from './size.ts'

/** What keeps a text from being taken as it is, wherever in it that stands: control characters are no JSON, and U+FFFD may be in place of bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that it looks for.
const unusual = /[\0-\x1f\\\ufffd]/

export function isUsualText(text: string): boolean {
  return !unusual.test(text)
}

interface Scan {
  readonly sizeBytes: number
  readonly names: readonly string[]
  readonly starts: readonly number[]
}

/**
 * An item that is a canonical one (attribute-value.ts) as its text stands, of which no more is parsed than somebody asks for. Where it
 * stands for the attributes in an input it has no members of its own: who walks through the input finds an empty map.
 */
export class ScannedItem {
  readonly #text: string
  readonly #sizeBytes: number
  readonly #names: readonly string[]
  /** Where in the text the value of each name begins. */
  readonly #starts: readonly number[]
  #attributes: Item | undefined
  #part: { readonly names: readonly string[]; readonly attributes: Item } | undefined

  constructor(text: string, { sizeBytes, names, starts }: Scan) {
    this.#text = text
    this.#sizeBytes = sizeBytes
    this.#names = names
    this.#starts = starts
  }

  /** As `itemText` prints it. */
  get text(): string {
    return this.#text
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get attributes(): Item {
    this.#attributes ??= parseItem(this.#text)
    return this.#attributes
  }

  toJSON(): Item {
    return this.attributes
  }

  /** Those of its attributes that have these names, and perhaps others. The same list of names is heeded twice at no cost. */
  having(names: readonly string[]): Item {
    if (this.#attributes !== undefined) return this.#attributes
    if (this.#part?.names === names) return this.#part.attributes
    const attributes: Record<string, AttributeValue> = {}
    for (const name of names) {
      const at = this.#names.indexOf(name)
      if (at >= 0) setOwn(attributes, name, this.#valueAt(at))
    }
    this.#part = { names, attributes }
    return attributes
  }

  #valueAt(at: number): AttributeValue {
    const text = this.#text
    const start = this.#starts[at] ?? 0
    const next = this.#names[at + 1]
    // In front of the next value: a comma, and the name in quotes before a colon.
    const end = next === undefined ? text.length - 1 : (this.#starts[at + 1] ?? 0) - next.length - 4
    return JSON.parse(text.slice(start, end)) as AttributeValue
  }
}

/**
 * Reads the item that begins with the bracket at `start` of a usual text that came as UTF-8; `ascii` is what it came as, if that is
 * ASCII. Undefined unless the item is canonical as it stands.
 */
export function scanItem(text: string, start: number, ascii: Buffer | undefined): ScannedItem | undefined {
  const scan = new ItemScan(text, start, ascii !== undefined)
  const starts: number[] = []
  const names = scan.map(0, starts)
  if (names === undefined) return undefined
  // Of its own: a slice would keep the whole body in memory for as long as the item is.
  const own = ascii?.toString('latin1', start, scan.at) ?? Buffer.from(text.slice(start, scan.at)).toString()
  return new ScannedItem(own, {
    sizeBytes: scan.sizeBytes,
    names,
    starts: starts.map((each) => each - start),
  })
}

class ItemScan {
  readonly #text: string
  readonly #isAscii: boolean
  /** Where what comes next begins. */
  at: number
  sizeBytes = 0

  constructor(text: string, at: number, isAscii: boolean) {
    this.#text = text
    this.#isAscii = isAscii
    this.at = at
  }

  /** Returns the names. `starts` is told where their values begin. */
  map(level: number, starts?: number[]): readonly string[] | undefined {
    const names: string[] = []
    if (level > scannedLevelsMax || !this.#takes(openBrace)) return undefined
    if (this.#takes(closeBrace)) return names
    for (;;) {
      const name = this.#string()
      // Objects of JavaScript put names that are whole numbers before all others.
      if (name === undefined || name === '' || isDigit(name.charCodeAt(0))) return undefined
      if (name.length > scannedNameLettersMax || names.length >= scannedNamesMax || names.includes(name)) return undefined
      names.push(name)
      if (!this.#takes(colon)) return undefined
      starts?.push(this.at)
      this.sizeBytes += (this.#isAscii ? name.length : utf8SizeBytes(name)) + (level > 0 ? 1 : 0)
      if (!this.#value(level)) return undefined
      if (this.#takes(closeBrace)) return names
      if (!this.#takes(comma)) return undefined
    }
  }

  #value(level: number): boolean {
    const text = this.#text
    const { at } = this
    if (text.charCodeAt(at) !== openBrace || text.charCodeAt(at + 1) !== quote) return false
    const first = text.charCodeAt(at + 2)
    const isLetter = text.charCodeAt(at + 3) === quote
    this.at = at + 4
    return (isLetter ? this.#takes(colon) && this.#ofLetter(first, level) : this.#ofLongType(first)) && this.#takes(closeBrace)
  }

  #ofLetter(type: number, level: number): boolean {
    switch (type) {
      case letterS:
        return this.#characters()
      case letterN:
        return this.#number(this.#string())
      case letterB:
        return this.#binary(this.#string())
      case letterM:
        this.sizeBytes += containerOverheadBytes
        return this.map(level + 1) !== undefined
      case letterL:
        this.sizeBytes += containerOverheadBytes
        return this.#list(level + 1)
      default:
        return false
    }
  }

  #ofLongType(type: number): boolean {
    this.at -= 1
    switch (type) {
      case letterB:
        if (this.#takesWord('S":[')) return this.#set((member) => this.#binary(member), compareBinaries)
        this.sizeBytes += 1
        return this.#takesWord('OOL":true') || this.#takesWord('OOL":false')
      case letterN:
        if (this.#takesWord('S":[')) return this.#set((member) => this.#number(member), compareNumbers)
        this.sizeBytes += 1
        return this.#takesWord('ULL":true')
      case letterS:
        return this.#takesWord('S":[') && this.#set((member) => this.#member(member), compareStrings)
      default:
        return false
    }
  }

  #list(level: number): boolean {
    if (level > scannedLevelsMax || !this.#takes(openBracket)) return false
    if (this.#takes(closeBracket)) return true
    for (;;) {
      this.sizeBytes += 1
      if (!this.#value(level)) return false
      if (this.#takes(closeBracket)) return true
      if (!this.#takes(comma)) return false
    }
  }

  #set(take: (member: string | undefined) => boolean, compare: (a: string, b: string) => number): boolean {
    for (let before: string | undefined; ; ) {
      const member = this.#string()
      if (member === undefined || !take(member)) return false
      if (before !== undefined && compare(before, member) >= 0) return false
      if (this.#takes(closeBracket)) return true
      if (!this.#takes(comma)) return false
      before = member
    }
  }

  #characters(): boolean {
    const end = this.#endOfString()
    if (end < 0) return false
    this.sizeBytes += this.#isAscii ? end - this.at : utf8SizeBytes(this.#text.slice(this.at, end))
    this.at = end + 1
    return true
  }

  #member(text: string | undefined): boolean {
    if (text === undefined || text === '') return false
    this.sizeBytes += utf8SizeBytes(text)
    return true
  }

  #number(text: string | undefined): boolean {
    if (text === undefined || !isShortCanonical(text)) return false
    this.sizeBytes += numberSizeBytes(text)
    return true
  }

  #binary(text: string | undefined): boolean {
    if (text === undefined || base64Fault(text) !== undefined) return false
    this.sizeBytes += binarySizeBytes(text)
    return true
  }

  #string(): string | undefined {
    const end = this.#endOfString()
    if (end < 0) return undefined
    const string = this.#text.slice(this.at, end)
    this.at = end + 1
    return string
  }

  /** Goes into the string that is next. Negative if there is none. */
  #endOfString(): number {
    if (!this.#takes(quote)) return -1
    const text = this.#text
    const shortEnd = this.at + shortTextLengthMax
    for (let end = this.at; end < shortEnd; end += 1) if (text.charCodeAt(end) === quote) return end
    return text.indexOf('"', shortEnd)
  }

  #takes(code: number): boolean {
    if (this.#text.charCodeAt(this.at) !== code) return false
    this.at += 1
    return true
  }

  #takesWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const letterB = 0x42
const letterL = 0x4c
const letterM = 0x4d
const letterN = 0x4e
const letterS = 0x53
const openBrace = 0x7b
const closeBrace = 0x7d
