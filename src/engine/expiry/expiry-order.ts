/**
 * The order in which the items of a table expire: one key without a value for every item whose time to live says when
 * (indexes-streams-ttl-transactions.md §6), written in the item's own turn. It finds what is due without a look at anything else.
 *
 * An entry that does not agree with its item does no harm, for a sweep asks the item: so the order need not be empty before
 * another attribute fills it.
 */
import { expiryAgeSecondsMax } from '../../api/limits.ts'
import type { KeyRange, WriteTurn } from '../../storage/store.ts'
import { type AttributeMap, attributeOf } from '../../values/attribute-value.ts'
import type { ItemChange } from '../changes/item-change.ts'
import { expiryKey, expiryRange } from '../keyspace/expiry-keys.ts'
import { expirySecondMax } from '../keyspace/keys.ts'

/** Keeps the order as the item changes. Must not throw. */
export function changeExpiry(turn: WriteTurn, { table: { timeToLive }, key, oldItem, newItem }: ItemChange): void {
  if (timeToLive === undefined || !timeToLive.enabled) return
  const { attributeName } = timeToLive
  const oldSecond = oldItem && expirySecond(oldItem.attributes, attributeName)
  const newSecond = newItem && expirySecond(newItem.attributes, attributeName)
  if (oldSecond === newSecond) return
  if (oldSecond !== undefined) turn.delete(expiryKey(oldSecond, key))
  if (newSecond !== undefined) turn.put(expiryKey(newSecond, key), '')
}

/**
 * The second after which the item expires. Undefined for every value that never becomes due: no number, one before 1970 [I], one
 * beyond any time. Of a fraction the whole second counts, which is exact as long as the present counts in whole seconds [I].
 */
export function expirySecond(attributes: AttributeMap, attributeName: string): number | undefined {
  const value = attributeOf(attributes, attributeName)
  if (value === undefined || !('N' in value) || value.N.startsWith('-')) return undefined
  const dot = value.N.indexOf('.')
  // Canonical text has no exponent; not by way of a double, which would round a long fraction up.
  const second = Number(dot < 0 ? value.N : value.N.slice(0, dot))
  return second <= expirySecondMax ? second : undefined
}

/** What is due at `nowMs`: expired, but not longer ago than is taken for a mistake. */
export function dueRange(tableId: number, nowMs: number): KeyRange {
  const nowSecond = Math.max(0, Math.floor(nowMs / 1000))
  return expiryRange(tableId, Math.max(0, nowSecond - expiryAgeSecondsMax), nowSecond)
}
