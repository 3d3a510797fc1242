/** What stands in the rows of the tables, and as which text they come. Keys are compared in that text: hexadecimal digits behind `\x`. */
import { wholeKeyBytesMax } from '../limits.ts'
import { type Amounts, type Entry, type KeyBytes, StoreDamaged, type StoredValue } from '../store.ts'
import { bigintArray, byteaArray, textArray } from './binary-arrays.ts'
import type { Answer, Row } from './row-query.ts'
import { isLong, storedKey } from './stored-keys.ts'

/** A key as it comes in rows. */
export type KeyText = string

const prefix = '\\x'

export function bytesText(bytes: Uint8Array): KeyText {
  return prefix + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(prefix.length), 'hex')
}

/** Whether it stands for a long key, and is not all of it. */
export function isCutKey(key: KeyText): boolean {
  return key.length > prefix.length + 2 * wholeKeyBytesMax
}

/** The text of keys, each made once for each key object: a turn reads and writes with the one that it named. */
export class KeyTexts {
  readonly #known = new Map<KeyBytes, KeyText>()

  of(key: KeyBytes): KeyText {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const text = bytesText(storedKey(key))
    this.#known.set(key, text)
    return text
  }
}

/** Of a row `key, text, bytes`. */
export function valueIn([key, text, bytes]: Row): StoredValue {
  if (typeof text === 'string') return text
  // Of another kind than what Buffers share their memory with.
  if (typeof bytes === 'string') return new Uint8Array(bytesOf(bytes))
  throw new StoreDamaged(bytesOf(key ?? prefix) as Uint8Array as KeyBytes)
}

export function valuesIn({ rows }: Answer): Map<KeyText, StoredValue> {
  const values = new Map<KeyText, StoredValue>()
  for (const row of rows) values.set(row[0] as KeyText, valueIn(row))
  return values
}

const noAmounts: Amounts = [0, 0, 0]

/** Of rows `key, a, b, c`. */
export function sumsOf({ rows }: Answer, counters: readonly KeyBytes[]): readonly Amounts[] {
  const sums = new Map<string | null | undefined, Amounts>()
  for (const [key, a, b, c] of rows) sums.set(key, [Number(a), Number(b), Number(c)])
  return counters.map((counter) => sums.get(bytesText(counter)) ?? noAmounts)
}

/** Of rows `key, last`. */
export function lastsOf({ rows }: Answer, logs: readonly KeyBytes[]): readonly number[] {
  const lasts = new Map(rows.map(([key, last]) => [key, Number(last)]))
  return logs.map((log) => lasts.get(bytesText(log)) ?? 0)
}

/** The parameters of a statement that writes entries. */
export function entryArrays(entries: readonly Entry[]): [keys: Buffer, texts: Buffer, bytes: Buffer, wholes: Buffer] {
  return [
    byteaArray(entries.map(({ key }) => storedKey(key))),
    ...valueArrays(entries.map(({ value }) => value)),
    byteaArray(entries.map(({ key }) => (isLong(key) ? key : null))),
  ]
}

export function valueArrays(values: readonly StoredValue[]): [texts: Buffer, bytes: Buffer] {
  return [
    textArray(values.map((value) => (typeof value === 'string' ? value : null))),
    byteaArray(values.map((value) => (typeof value === 'string' ? null : value))),
  ]
}

export function storedKeys(keys: readonly KeyBytes[]): Buffer {
  return byteaArray(keys.map(storedKey))
}

export function amountArrays(amounts: readonly Amounts[]): [a: Buffer, b: Buffer, c: Buffer] {
  return [bigintArray(amounts.map(([a]) => a)), bigintArray(amounts.map(([, b]) => b)), bigintArray(amounts.map(([, , c]) => c))]
}
