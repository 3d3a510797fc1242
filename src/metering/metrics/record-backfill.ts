/** What the metrics say of the backfill of an index. */
import type { Engine } from '../../engine/engine.ts'

export interface BackfillStep {
  readonly tableName: string
  readonly indexName: string
  /** Of the entries that the step put. */
  readonly writeUnits: number
  /** How much of the table has been copied, 0 to 1. */
  readonly share: number
}

export function recordBackfill({ metrics, catalog, clock }: Engine, { tableName, indexName, writeUnits, share }: BackfillStep): void {
  const dimensions = { region: catalog.region, TableName: tableName, GlobalSecondaryIndexName: indexName }
  const nowMs = clock.now()
  if (writeUnits > 0) metrics.series('OnlineIndexConsumedWriteCapacity', dimensions).add(writeUnits, nowMs)
  metrics.series('OnlineIndexPercentageProgress', dimensions).add(100 * share, nowMs)
}
