/** What the contributors of a rule came to, minute by minute: what is stored, and what this node has not stored yet. */
import { type InsightRule, insightRange, minuteOfInsight } from '../../engine/keyspace/insight-keys.ts'
import { readRange } from '../../engine/records/read-range.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import { contributorTrimBudget } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { decodeMinute, joined, type MinuteContributors } from './minute-contributors.ts'

export interface AskedMinutes {
  readonly table: Table
  readonly index: GlobalIndex | undefined
  readonly rule: InsightRule
  /** Since the epoch, the first inclusive, the last exclusive. */
  readonly fromMinute: number
  readonly toMinute: number
}

/** By minutes, ascending; only those in which there was something. Rejects as the store does. */
export async function readContributors(
  { store, metering: { insights } }: MeteredEngine,
  { table, index, rule, fromMinute, toMinute }: AskedMinutes,
): Promise<ReadonlyMap<number, MinuteContributors>> {
  const found = new Map<number, MinuteContributors>()
  await store.view(async (view) => {
    found.clear()
    for await (const entries of readRange(view, insightRange(spaceOf(table, index), rule, fromMinute, toMinute), contributorTrimBudget)) {
      for (const { key, value } of entries) found.set(minuteOfInsight(key), decodeMinute(value))
    }
  })
  for (const { minute, contributors } of insights.of(table, index)?.unstored(rule) ?? []) {
    if (minute < fromMinute || minute >= toMinute) continue
    const stored = found.get(minute)
    found.set(minute, stored === undefined ? contributors : joined(stored, contributors))
  }
  return new Map([...found].sort(([a], [b]) => a - b))
}
