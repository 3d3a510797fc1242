/** DescribeContributorInsights (global-tables-and-kinesis.md §8). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { ruleName, rulesOf } from '../../engine/schema/contributor-insights.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { insightsTarget, shownInsights } from './insights-target.ts'

export async function describeContributorInsights(
  engine: MeteredEngine,
  input: InputOf<'DescribeContributorInsights'>,
): Promise<OutputOf<'DescribeContributorInsights'>> {
  const name = tableNameOf(input.TableName)
  const target = insightsTarget(engine.catalog.find(name), name, input.IndexName)
  const named = { TableName: name, ...(input.IndexName !== undefined && { IndexName: input.IndexName }) }
  const shown = shownInsights(target, engine.clock.now())
  if (shown === undefined) return { ...named, ContributorInsightsStatus: 'DISABLED' }
  const { table, index } = target
  const { insights, status } = shown
  return {
    ...named,
    ContributorInsightsRuleList: rulesOf(index ?? table, insights).map((rule) => ruleName(table, index, rule, insights.rulesMs)),
    ContributorInsightsStatus: status,
    LastUpdateDateTime: insights.changedMs / 1000,
    ContributorInsightsMode: insights.mode,
  }
}
