/** The table, or the global index of it, that a request about Contributor Insights means. */
import { ServiceError } from '../../api/errors.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { type ContributorInsights, type InsightsStatus, insightsOf, insightsStatus } from '../../engine/schema/contributor-insights.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'

export interface InsightsTarget {
  readonly table: Table
  /** Undefined: the table itself. */
  readonly index: GlobalIndex | undefined
}

/** ResourceNotFoundException when there is no such table, or it has no global index of this name. */
export function insightsTarget(table: Table | undefined, name: string, indexName: string | undefined): InsightsTarget {
  if (table === undefined) throw tableNotFound(name)
  if (indexName === undefined) return { table, index: undefined }
  const index = table.indexes.find((each) => each.name === indexName)
  if (index?.kind === 'global') return { table, index }
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Index ${indexName} for table ${name}`)
}

export interface ShownInsights {
  readonly insights: ContributorInsights
  readonly status: InsightsStatus
}

/** Undefined when nobody ever wanted any. */
export function shownInsights({ table, index }: InsightsTarget, nowMs: number): ShownInsights | undefined {
  const insights = insightsOf(table, index)
  return insights && { insights, status: insightsStatus(insights, nowMs) }
}
