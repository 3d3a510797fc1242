/**
 * Whether Contributor Insights look at a table or a global index, and by which rules (global-tables-and-kinesis.md §8). The status follows from the
 * clock alone, as that of time to live does.
 */
import { type InsightRule, insightRules } from '../keyspace/insight-keys.ts'
import { ruleNameLengthMax } from '../limits.ts'

export type InsightsMode = 'ACCESSED_AND_THROTTLED_KEYS' | 'THROTTLED_KEYS'
export type InsightsStatus = 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED'

export interface ContributorInsights {
  /** 0: the table itself. */
  readonly indexId: number
  readonly isEnabled: boolean
  readonly mode: InsightsMode
  /** When that was last asked for, and when it has come true; in milliseconds since the epoch. */
  readonly changedMs: number
  readonly statusDueMs: number
  /** When its rules were made: it stands in their names. */
  readonly rulesMs: number
}

/** Undefined: nobody ever wanted any. */
export function insightsOf(
  { insights }: { readonly insights?: readonly ContributorInsights[] },
  index: { readonly indexId: number } | undefined,
): ContributorInsights | undefined {
  return insights?.find(({ indexId }) => indexId === (index?.indexId ?? 0))
}

/** To a clock that was set back, further than the last change, that is over. */
export function insightsStatus({ isEnabled, changedMs, statusDueMs }: ContributorInsights, nowMs: number): InsightsStatus {
  const isChanging = changedMs <= nowMs && nowMs < statusDueMs
  if (isEnabled) return isChanging ? 'ENABLING' : 'ENABLED'
  return isChanging ? 'DISABLING' : 'DISABLED'
}

/** The rules by which it is looked at, in the order of their names. */
export function rulesOf(
  { key }: { readonly key: { readonly range: readonly unknown[] } },
  { isEnabled, mode }: ContributorInsights,
): readonly InsightRule[] {
  if (!isEnabled) return []
  const all = Object.keys(insightRules) as readonly InsightRule[]
  return all.filter((rule) => {
    const isOfAccess = rule.endsWith('C')
    const isOfSortKeys = rule.startsWith('SK')
    return !(isOfAccess && mode === 'THROTTLED_KEYS') && !(isOfSortKeys && key.range.length === 0)
  })
}

interface Named {
  readonly name: string
}

/** What CloudWatch knows a rule by. A name has no more than 128 letters, so that of the resource is cut [I]. */
export function ruleName(table: Named, index: Named | undefined, rule: InsightRule, rulesMs: number): string {
  const prefix = `DynamoDBContributorInsights-${rule}-`
  const suffix = `-${rulesMs}`
  const resource = index === undefined ? table.name : `${table.name}-${index.name}`
  return `${prefix}${resource.slice(0, ruleNameLengthMax - prefix.length - suffix.length)}${suffix}`
}

/** The insights with these in the place of those of the same table or index. */
export function withInsights(all: readonly ContributorInsights[], changed: ContributorInsights): readonly ContributorInsights[] {
  return [...all.filter(({ indexId }) => indexId !== changed.indexId), changed].sort((a, b) => a.indexId - b.indexId)
}
