/**
 * One value of Ion text as a record: a struct whose `Item` has attributes, in the form of DynamoDB JSON (ion-text.ts has the types). Grammar:
 *
 *     value      = { annotation "::" } ( struct | list | string { string } | number | blob | "null" | "true" | "false" )
 *     struct     = "{" [ name ":" value { "," name ":" value } [ "," ] ] "}"
 *     list       = "[" [ value { "," value } [ "," ] ] "]"
 *     annotation = symbol        name = symbol | string        blob = "{{" base64 "}}"
 */
import { setOwn } from '../../base/own.ts'
import { fileNestingMax, ionSymbolLookahead, ionWordLookahead } from '../limits.ts'
import { type FileRecord, notParsed } from './file-record.ts'

/** An attribute value as DynamoDB JSON writes it. */
interface RawValue {
  readonly [type: string]: unknown
}

class IonFault extends Error {}

/** Of a text that holds one value, with versions and comments before it. */
export function parseIonRecord(text: string): FileRecord {
  try {
    const value = new IonParser(text).document()
    if (value === undefined) return notParsed('it is no Ion struct')
    const members: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(value)) setOwn(members, name, plainMember(name, member as RawValue))
    return { kind: 'record', members }
  } catch (error) {
    if (error instanceof IonFault) return notParsed(error.message)
    throw error
  }
}

/** What a request would have there: texts are texts, names of placeholders stand for texts, and items have attribute values. */
function plainMember(name: string, member: RawValue): unknown {
  if (typeof member.S === 'string') return member.S
  const map = member.M
  if (name !== 'ExpressionAttributeNames' || typeof map !== 'object' || map === null) return map
  return Object.fromEntries(Object.entries(map).map(([placeholder, value]) => [placeholder, (value as RawValue).S]))
}

class IonParser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The members of the struct; undefined when it is something else. */
  document(): { readonly [name: string]: unknown } | undefined {
    this.#skip()
    while (this.#text.startsWith('$ion_1_0', this.#at)) {
      this.#at += '$ion_1_0'.length
      this.#skip()
    }
    const { M: members } = this.#value()
    this.#skip()
    if (this.#at < this.#text.length) throw new IonFault('there is something behind the value')
    return members as { readonly [name: string]: unknown } | undefined
  }

  #value(): RawValue {
    const annotations = this.#annotations()
    const sign = this.#text[this.#at]
    if (this.#text.startsWith('{{', this.#at)) return { B: this.#blob() }
    if (sign === '{') return { M: this.#nested(() => this.#struct()) }
    if (sign === '[') return this.#nested(() => this.#listOrSet(annotations))
    if (sign === '"' || this.#text.startsWith("'''", this.#at)) return { S: this.#strings() }
    const word = this.#word()
    if (word === 'true' || word === 'false') return { BOOL: word === 'true' }
    if (/^null(\.[a-z]+)?$/.test(word)) return { NULL: true }
    return { N: numberText(word) }
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > fileNestingMax) throw new IonFault('it is nested too deep')
    const value = read()
    this.#depth -= 1
    return value
  }

  /** Symbols with `::` behind them. A symbol without is no attribute value. */
  #annotations(): readonly string[] {
    const found: string[] = []
    for (;;) {
      this.#skip()
      const from = this.#at
      const symbol = this.#symbol()
      this.#skip()
      if (symbol === undefined || !this.#text.startsWith('::', this.#at)) {
        this.#at = from
        return found
      }
      this.#at += 2
      found.push(symbol)
    }
  }

  /** Undefined when none is there: what begins with three quotes is a string. */
  #symbol(): string | undefined {
    if (this.#text.startsWith("'''", this.#at)) return undefined
    if (this.#text[this.#at] === "'") return this.#quoted("'")
    const [word] = /^[A-Za-z_$][A-Za-z0-9_$]*/.exec(this.#text.slice(this.#at, this.#at + ionSymbolLookahead)) ?? []
    if (word !== undefined) this.#at += word.length
    return word
  }

  #struct(): { readonly [name: string]: RawValue } {
    const members: Record<string, RawValue> = {}
    this.#at += 1
    while (!this.#isClosed('}')) {
      const name = this.#text[this.#at] === '"' || this.#text.startsWith("'''", this.#at) ? this.#strings() : this.#symbol()
      if (name === undefined) throw new IonFault('a field has no name')
      this.#expect(':')
      setOwn(members, name, this.#value())
      this.#comma('}')
    }
    return members
  }

  #listOrSet(annotations: readonly string[]): RawValue {
    const elements: RawValue[] = []
    this.#at += 1
    while (!this.#isClosed(']')) {
      elements.push(this.#value())
      this.#comma(']')
    }
    const [, type] = /^\$dynamodb_(SS|NS|BS)$/.exec(annotations.at(-1) ?? '') ?? []
    if (type === undefined) return { L: elements }
    const scalar = type.slice(0, 1)
    return {
      [type]: elements.map((element) => {
        if (typeof element[scalar] !== 'string') throw new IonFault(`a member of a set ${type} is of another type`)
        return element[scalar]
      }),
    }
  }

  /** Whether the bracket closes here; then it is passed. */
  #isClosed(bracket: string): boolean {
    this.#skip()
    if (this.#at >= this.#text.length) throw new IonFault('it ends too early')
    if (this.#text[this.#at] !== bracket) return false
    this.#at += 1
    return true
  }

  #comma(bracket: string): void {
    this.#skip()
    if (this.#text[this.#at] === ',') this.#at += 1
    else if (this.#text[this.#at] !== bracket) throw new IonFault(`a comma or ${bracket} is missing`)
  }

  #expect(sign: string): void {
    this.#skip()
    if (this.#text[this.#at] !== sign) throw new IonFault(`a ${sign} is missing`)
    this.#at += 1
  }

  #blob(): string {
    const end = this.#text.indexOf('}}', this.#at)
    if (end < 0) throw new IonFault('a blob does not end')
    const base64 = this.#text.slice(this.#at + 2, end).replaceAll(/\s/g, '')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new IonFault('a blob is not base64')
    this.#at = end + 2
    return base64
  }

  /** Long strings beside each other are one. */
  #strings(): string {
    if (this.#text[this.#at] === '"') return this.#quoted('"')
    let whole = ''
    while (this.#text.startsWith("'''", this.#at)) {
      whole += this.#quoted("'''")
      this.#skip()
    }
    return whole
  }

  #quoted(quote: string): string {
    const from = this.#at + quote.length
    let end = from
    while (end < this.#text.length && !this.#text.startsWith(quote, end)) end += this.#text[end] === '\\' ? 2 : 1
    if (end >= this.#text.length) throw new IonFault('a text does not end')
    this.#at = end + quote.length
    const raw = this.#text.slice(from, end)
    return raw.includes('\\') ? raw.replaceAll(escapes, (_whole, ...groups) => unescaped(groups)) : raw
  }

  /** What stands there up to a bracket, a comma or white space. */
  #word(): string {
    const [word = ''] = /^[^\s,{}[\]():"']*/.exec(this.#text.slice(this.#at, this.#at + ionWordLookahead)) ?? []
    this.#at += word.length
    return word
  }

  #skip(): void {
    for (;;) {
      const [blank = ''] = blanks.exec(this.#text.slice(this.#at, this.#at + ionSymbolLookahead)) ?? []
      this.#at += blank.length
      if (this.#text.startsWith('//', this.#at)) this.#skipTo('\n')
      else if (this.#text.startsWith('/*', this.#at)) this.#skipTo('*/')
      else if (blank === '') return
    }
  }

  #skipTo(end: string): void {
    const at = this.#text.indexOf(end, this.#at)
    this.#at = at < 0 ? this.#text.length : at + end.length
  }
}

const blanks = /^\s+/
const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|[\s\S]))/g
const signs: { readonly [sign: string]: string } = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  v: '\v',
  '\n': '',
  '\r\n': '',
}

const lastCodePoint = 0x10ffff

function unescaped([hex, short, long, sign]: readonly (string | undefined)[]): string {
  const code = hex ?? short ?? long
  if (code === undefined) return signs[sign ?? ''] ?? sign ?? ''
  const point = Number.parseInt(code, 16)
  if (point > lastCodePoint) throw new IonFault('a character does not exist')
  return String.fromCodePoint(point)
}

/** Integers, decimals and floats as the API writes numbers. What is none is told by its text. */
function numberText(word: string): string {
  const text = word.replaceAll('_', '')
  const [, sign = '', digits] = /^([+-]?)(0x[0-9a-fA-F]+|0b[01]+)$/.exec(text) ?? []
  if (digits !== undefined) return `${sign}${BigInt(digits)}`
  const [, whole, exponent = ''] = /^([+-]?[0-9]+(?:\.[0-9]*)?)([dDeE][+-]?[0-9]+)?$/.exec(text) ?? []
  if (whole === undefined) throw new IonFault('a value has no type that an attribute can have')
  return `${whole.replace(/\.$/, '')}${exponent.replace(/^[dD]/, 'e')}`
}
