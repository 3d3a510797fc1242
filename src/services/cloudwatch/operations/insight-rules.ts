/** The rules that Contributor Insights of tables and indexes have made: those that there are, and all that a rule stands for. */
import type { InsightRule } from '../../../engine/keyspace/insight-keys.ts'
import { insightsOf, ruleName, rulesOf } from '../../../engine/schema/contributor-insights.ts'
import { partitionedSpaces } from '../../../engine/schema/partitioned-space.ts'
import { attributesOfKey, type GlobalIndex, type Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'

export interface KnownRule {
  readonly name: string
  readonly table: Table
  readonly index: GlobalIndex | undefined
  readonly rule: InsightRule
}

/** In the order of their names. */
export function knownRules({ catalog }: MeteredEngine): readonly KnownRule[] {
  const rules: KnownRule[] = []
  for (const table of catalog.tables()) {
    if (table.insights === undefined) continue
    for (const { index } of partitionedSpaces(table)) {
      const insights = insightsOf(table, index)
      if (insights === undefined) continue
      for (const rule of rulesOf(index ?? table, insights)) {
        rules.push({ name: ruleName(table, index, rule, insights.rulesMs), table, index, rule })
      }
    }
  }
  return rules.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The attributes that tell its contributors apart. */
export function keyLabels({ table, index, rule }: KnownRule): readonly string[] {
  const { key } = index ?? table
  return (rule.startsWith('SK') ? attributesOfKey(key) : key.hash).map(({ name }) => name)
}
