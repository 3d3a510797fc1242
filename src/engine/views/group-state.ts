/**
 * What a row of a view is reckoned from, beside the entries that order its items: how many items there are and what each measure has.
 *
 *   group = JSON: { count, parts: [<count, decimal> | <sum, see values/exact-sum.ts> | { key, text } | null …] }
 *
 * Of an ordered measure it has the entry that comes first, or last: its key in base64, and its text.
 */

import { setOwn } from '../../base/own.ts'
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { emptySum, numberOfSum, parseSum, sumText } from '../../values/exact-sum.ts'
import { parseItem } from '../../values/item-text.ts'
import type { Scaled } from '../../values/number-arithmetic.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import type { Measure } from './contribution.ts'

/** An entry of an ordered measure. */
export interface OrderEntry {
  readonly key: KeyBytes
  readonly text: string
}

export type PartState = { readonly kind: 'sum'; readonly sum: Scaled } | { readonly kind: 'ordered'; readonly best: OrderEntry | undefined }

export interface GroupState {
  /** Of items: with none there is no row. */
  readonly count: number
  readonly parts: readonly PartState[]
}

function emptyGroup(measures: readonly Measure[]): GroupState {
  return {
    count: 0,
    parts: measures.map(({ kind }) =>
      kind === 'count' || kind === 'sum' ? { kind: 'sum', sum: emptySum } : { kind: 'ordered', best: undefined },
    ),
  }
}

export function encodeGroup({ count, parts }: GroupState): string {
  return JSON.stringify({
    count,
    parts: parts.map((part) => {
      if (part.kind === 'sum') return sumText(part.sum)
      return part.best === undefined ? null : { key: keyText(part.best.key), text: part.best.text }
    }),
  })
}

type StoredPart = string | { readonly key: string; readonly text: string } | null

/** Undefined, for a group that is not there, is one without items. */
export function decodeGroup(measures: readonly Measure[], value: StoredValue | undefined): GroupState {
  if (value === undefined) return emptyGroup(measures)
  const { count, parts } = JSON.parse(String(value)) as { readonly count: number; readonly parts: readonly StoredPart[] }
  return {
    count,
    parts: parts.map((part) => {
      if (typeof part === 'string') return { kind: 'sum', sum: parseSum(part) }
      if (part === null) return { kind: 'ordered', best: undefined }
      return { kind: 'ordered', best: { key: keyOfText(part.key), text: part.text } }
    }),
  }
}

/** The row of a group; undefined when it has no items. */
export function rowOf(measures: readonly Measure[], key: Item, { count, parts }: GroupState): Item | undefined {
  if (count === 0) return undefined
  const row: Record<string, AttributeValue> = { ...key }
  for (const [at, measure] of measures.entries()) {
    const part = parts[at]
    if (part === undefined) continue
    if (part.kind === 'sum') {
      const number = numberOfSum(part.sum)
      if (number !== undefined && 'name' in measure) setOwn(row, measure.name, { N: number })
    } else if (part.best !== undefined) {
      for (const [name, value] of Object.entries(parseItem(part.best.text))) setOwn(row, name, value)
    }
  }
  return row
}
