/**
 * Amazon Ion text: a sequence of values such as `{Item:{…}}`, with `$ion_1_0` anywhere between them (backup-export-import.md §6). Here a
 * file is divided into its values at the top; parse-ion.ts reads each.
 */
import { fileRecordLengthMax } from '../limits.ts'
import { type FileRecord, type RecordReader, tooLong } from './file-record.ts'
import { parseIonRecord } from './parse-ion.ts'

export function ionReader(): RecordReader {
  return new IonReader()
}

/** Texts, comments and lobs: no bracket inside of these counts. What ends each. */
const ends = { string: '"', symbol: "'", long: "'''", 'line comment': '\n', comment: '*/', lob: '}}' } as const
/** What begins each, in the order in which they are looked for. */
const beginnings: readonly (readonly [string, keyof typeof ends])[] = [
  ['"', 'string'],
  ["'''", 'long'],
  ["'", 'symbol'],
  ['//', 'line comment'],
  ['/*', 'comment'],
  ['{{', 'lob'],
]

/** Their first signs: most signs are none of these. */
const mayBegin = '"\'/{'

class IonReader implements RecordReader {
  #rest = ''
  /** How far `rest` has been looked at; the value begins with it. */
  #at = 0
  #depth = 0
  #inside: keyof typeof ends | undefined
  #isBroken = false

  push(text: string): Iterable<FileRecord> {
    return this.#values(text, false)
  }

  end(): Iterable<FileRecord> {
    return this.#values('', true)
  }

  *#values(text: string, isEnd: boolean): Generator<FileRecord> {
    if (this.#isBroken) return
    this.#rest += text
    // What a value is told by has up to three signs.
    const lookahead = isEnd ? 0 : 2
    while (this.#at < this.#rest.length - lookahead) {
      if (!this.#look()) {
        if (this.#at <= fileRecordLengthMax && this.#depth >= 0) continue
        yield this.#break()
        return
      }
      const value = this.#rest.slice(0, this.#at)
      this.#rest = this.#rest.slice(this.#at)
      this.#at = 0
      yield parseIonRecord(value)
    }
    if (isEnd && this.#rest.replaceAll('$ion_1_0', '').trim() !== '') yield parseIonRecord(this.#rest)
  }

  #break(): FileRecord {
    this.#isBroken = true
    this.#rest = ''
    return this.#depth < 0 ? { kind: 'broken', reason: 'Unable to parse the object: it is not Ion' } : tooLong()
  }

  /** Passes a sign, or a few. Whether a value at the top ends with it. */
  #look(): boolean {
    if (this.#inside !== undefined) {
      this.#lookInside(this.#inside)
      return false
    }
    const sign = this.#rest[this.#at] ?? ''
    const beginning = mayBegin.includes(sign) ? beginnings.find(([each]) => this.#rest.startsWith(each, this.#at)) : undefined
    if (beginning !== undefined) {
      this.#inside = beginning[1]
      this.#at += beginning[0].length
      return false
    }
    this.#at += 1
    if (sign === '{' || sign === '[' || sign === '(') this.#depth += 1
    if (sign !== '}' && sign !== ']' && sign !== ')') return false
    this.#depth -= 1
    return this.#depth === 0
  }

  #lookInside(inside: keyof typeof ends): void {
    const isText = inside === 'string' || inside === 'symbol' || inside === 'long'
    if (isText && this.#rest[this.#at] === '\\') this.#at += 2
    else if (this.#rest.startsWith(ends[inside], this.#at)) {
      this.#at += ends[inside].length
      this.#inside = undefined
    } else this.#at += 1
  }
}
