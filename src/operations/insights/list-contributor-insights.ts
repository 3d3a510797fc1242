/** ListContributorInsights (global-tables-and-kinesis.md §8): what is or was looked at, in the order of tables, each before its indexes. */
import { invalid } from '../../api/errors.ts'
import { contributorInsightsListedMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { partitionedSpaces } from '../../engine/schema/partitioned-space.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { shownInsights } from './insights-target.ts'

type Output = OutputOf<'ListContributorInsights'>
type Summary = NonNullable<Output['ContributorInsightsSummaries']>[number]

export async function listContributorInsights(engine: MeteredEngine, input: InputOf<'ListContributorInsights'>): Promise<Output> {
  const { TableName, NextToken, MaxResults = 0 } = input
  // None, as the model lets one say, is as good as not said [I].
  const max = MaxResults > 0 ? MaxResults : contributorInsightsListedMax
  const after = NextToken === undefined ? undefined : placeIn(NextToken)
  const page: Summary[] = []
  for (const table of tablesOf(engine, TableName)) {
    if (after !== undefined && table.name < after.tableName) continue
    for (const summary of summariesOf(table, engine.clock.now())) {
      if (after !== undefined && table.name === after.tableName && (summary.IndexName ?? '') <= after.indexName) continue
      if (page.length === max) return { ContributorInsightsSummaries: page, NextToken: tokenAt(page.at(-1)) }
      page.push(summary)
    }
  }
  return { ContributorInsightsSummaries: page }
}

function tablesOf({ catalog }: MeteredEngine, nameOrArn: string | undefined): readonly Table[] {
  if (nameOrArn === undefined) {
    return [...catalog.tables()].filter(({ insights }) => insights !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const name = tableNameOf(nameOrArn)
  const table = catalog.find(name)
  if (table === undefined) throw tableNotFound(name)
  return [table]
}

function summariesOf(table: Table, nowMs: number): readonly Summary[] {
  const summaries = partitionedSpaces(table).flatMap(({ index }): readonly Summary[] => {
    const shown = shownInsights({ table, index }, nowMs)
    if (shown === undefined) return []
    return [
      {
        TableName: table.name,
        ...(index !== undefined && { IndexName: index.name }),
        ContributorInsightsStatus: shown.status,
        ContributorInsightsMode: shown.insights.mode,
      },
    ]
  })
  return summaries.sort((a, b) => ((a.IndexName ?? '') < (b.IndexName ?? '') ? -1 : 1))
}

/** No name has a line break in it. */
function tokenAt(last: Summary | undefined): string {
  return Buffer.from(`${last?.TableName}\n${last?.IndexName ?? ''}`).toString('base64url')
}

function placeIn(token: string): { readonly tableName: string; readonly indexName: string } {
  const [tableName = '', indexName, ...others] = Buffer.from(token, 'base64url').toString().split('\n')
  if (indexName === undefined || others.length > 0 || !/^[a-zA-Z0-9_.-]+$/.test(tableName)) throw invalid('Invalid NextToken')
  return { tableName, indexName }
}
