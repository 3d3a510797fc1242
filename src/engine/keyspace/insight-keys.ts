/** Keys of what the contributors of a table or an index came to in a minute (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { type DataSpace, insightTag, itemPrefixBytes, key, prefixRange, spacePrefix, tablePrefix } from './keys.ts'

/** Which rule: of keys that were accessed, or throttled; by partition keys, or by whole keys. */
export const insightRules = { PKC: 1, PKT: 2, SKC: 3, SKT: 4 } as const

export type InsightRule = keyof typeof insightRules

/** `minute` counts from the epoch. */
export function insightKey(space: DataSpace, rule: InsightRule, minute: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(insightKeyBytes)
  bytes.set(spacePrefix(insightTag, space))
  bytes[itemPrefixBytes] = insightRules[rule]
  bytes.writeUInt32BE(minute, itemPrefixBytes + 1)
  return key(bytes)
}

/** From one minute (inclusive) to another (exclusive). */
export function insightRange(space: DataSpace, rule: InsightRule, fromMinute: number, toMinute: number): KeyRange {
  return { start: insightKey(space, rule, fromMinute), end: insightKey(space, rule, toMinute) }
}

/** The minute in a key made by `insightKey`. */
export function minuteOfInsight(insight: KeyBytes): number {
  return Buffer.from(insight.buffer, insight.byteOffset, insight.length).readUInt32BE(itemPrefixBytes + 1)
}

/** All of a table or an index. */
export function spaceInsightsRange(space: DataSpace): KeyRange {
  return prefixRange(spacePrefix(insightTag, space))
}

/** All of a table and its indexes. */
export function tableInsightsRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(insightTag, tableId))
}

/** Tag, table id, index id, rule, minute. */
const insightKeyBytes = 11
