/**
 * JSON with the line of everything, and numbers as they were written (RFC 8259). JSON.parse tells neither, and of two members with one name
 * only the last.
 */
import { nestingMax } from '../limits.ts'
import { type Fields, type List, type Scalar, SourceFault, type Tree } from './tree.ts'

/** Throws SourceFault. */
export function readJson(text: string, file: string): Tree {
  return new JsonReader(text, file).whole()
}

const spaces = /[ \t\r\n]*/y
const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const word = /true|false|null/y
const words: { readonly [name: string]: boolean | null } = { true: true, false: false, null: null }

class JsonReader {
  readonly #text: string
  readonly #file: string
  #at = 0
  #line = 1
  /** Where the next line begins, less one. */
  #nextBreak: number

  constructor(text: string, file: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
    this.#file = file
    this.#nextBreak = this.#breakFrom(0)
  }

  whole(): Tree {
    const tree = this.#value(1)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#fault('there is more behind the end of the JSON')
    return tree
  }

  #value(depth: number, line?: number): Tree {
    this.#skip()
    if (depth > nestingMax) throw this.#fault(`it is nested deeper than ${nestingMax} levels`)
    const sign = this.#text[this.#at]
    if (sign === '{') return this.#object(depth, line ?? this.#lineHere())
    if (sign === '[') return this.#array(depth, line ?? this.#lineHere())
    return this.#scalar(line ?? this.#lineHere())
  }

  #object(depth: number, line: number): Fields {
    const members = new Map<string, Tree>()
    this.#at += 1
    for (let isFirst = true; !this.#ends('}', isFirst); isFirst = false) {
      this.#skip()
      const lineOfName = this.#lineHere()
      if (this.#text[this.#at] !== '"') throw this.#fault('the name of a member is expected')
      const name = this.#string()
      this.#skip()
      if (this.#text[this.#at] !== ':') throw this.#fault('a colon is expected')
      this.#at += 1
      if (members.has(name)) throw new SourceFault({ file: this.#file, line: lineOfName }, `${name} is there twice.`)
      members.set(name, this.#value(depth + 1, lineOfName))
    }
    return { kind: 'map', members, place: { file: this.#file, line } }
  }

  #array(depth: number, line: number): List {
    const elements: Tree[] = []
    this.#at += 1
    for (let isFirst = true; !this.#ends(']', isFirst); isFirst = false) elements.push(this.#value(depth + 1))
    return { kind: 'list', elements, place: { file: this.#file, line } }
  }

  /** Takes what ends it, or the comma before the next one. */
  #ends(end: string, isFirst: boolean): boolean {
    this.#skip()
    const sign = this.#text[this.#at]
    if (sign === end) {
      this.#at += 1
      return true
    }
    if (isFirst) return false
    if (sign !== ',') throw this.#fault(`a comma or ${end} is expected`)
    this.#at += 1
    this.#skip()
    if (this.#text[this.#at] === end) throw this.#fault('something is expected behind the comma')
    return false
  }

  #scalar(line: number): Scalar {
    const place = { file: this.#file, line }
    if (this.#text[this.#at] === '"') {
      const value = this.#string()
      return { kind: 'scalar', value, source: value, place }
    }
    const source = this.#match(number) ?? this.#match(word)
    if (source === undefined) throw this.#fault('it is not JSON')
    return { kind: 'scalar', value: source in words ? (words[source] ?? null) : Number(source), source, place }
  }

  #string(): string {
    const start = this.#at
    this.#at += 1
    for (let sign = this.#text[this.#at]; sign !== '"'; sign = this.#text[this.#at]) {
      if (sign === undefined || sign === '\n') throw this.#fault('a text does not end')
      this.#at += sign === '\\' ? 2 : 1
    }
    this.#at += 1
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      throw this.#fault('it is not a text of JSON')
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    return found
  }

  #skip(): void {
    this.#match(spaces)
  }

  #lineHere(): number {
    while (this.#nextBreak < this.#at) {
      this.#line += 1
      this.#nextBreak = this.#breakFrom(this.#nextBreak + 1)
    }
    return this.#line
  }

  /** Looked for once: most of JSON is one line. */
  #breakFrom(at: number): number {
    const found = this.#text.indexOf('\n', at)
    return found < 0 ? Number.POSITIVE_INFINITY : found
  }

  #fault(sentence: string): SourceFault {
    return new SourceFault({ file: this.#file, line: this.#lineHere() }, `${sentence}.`)
  }
}
