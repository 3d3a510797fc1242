/**
 * UpdateTimeToLive (operations.md §5.4): switches expiry by an attribute on or off. It is ENABLING or DISABLING as long as tables
 * are UPDATING; the items that are there are put into the expiry order, or taken out, by jobs/build-expiry-orders.ts.
 */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { placesOfReplicas } from '../../engine/catalog/change-replicas.ts'
import { changeTablesOfRegions, type TablePlace } from '../../engine/catalog/change-tables.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { isChangedTooOften } from '../../engine/expiry/time-to-live.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { isReplicated } from '../../engine/schema/replication.ts'
import type { Table, TimeToLive } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function updateTimeToLive(engine: MeteredEngine, input: InputOf<'UpdateTimeToLive'>): Promise<OutputOf<'UpdateTimeToLive'>> {
  const name = tableNameOf(input.TableName)
  const { Enabled: enabled, AttributeName: attributeName } = input.TimeToLiveSpecification
  const places = (): readonly TablePlace[] => [
    { region: engine.catalog.region, name },
    ...placesOfReplicas(name, engine.catalog.find(name)?.replication),
  ]
  await changeTablesOfRegions(engine, places, (tablesOf) => {
    const table = tablesOf(engine.catalog.region).find(name)
    // It does not know a table that is still being created; one that is UPDATING or DELETING may be changed (api-quirks DDB-TABLE-455).
    if (table === undefined || table.status === 'CREATING') throw tableNotFound(name)
    if (table.replication?.consistency === 'STRONG') {
      throw invalid('Time to Live is not supported when MultiRegionConsistency is STRONG')
    }
    const nowMs = engine.clock.now()
    checkChange(table.timeToLive, { enabled, attributeName }, nowMs)
    const timeToLive: TimeToLive = {
      attributeName,
      enabled,
      changedMs: nowMs,
      statusDueMs: nowMs + engine.settings.tableStateDelayMs,
      orderWork: enabled ? 'fill' : 'clear',
    }
    // What an earlier order has come to does not count for this one. All replicas expire alike.
    for (const { region } of placesOf(engine, table)) {
      const tables = tablesOf(region)
      const own = tables.find(name)
      if (own !== undefined) tables.endBackfill({ ...own, timeToLive }, spaceOf(own).indexId)
    }
  })
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attributeName } }
}

function placesOf({ catalog }: MeteredEngine, table: Table): readonly TablePlace[] {
  return isReplicated(table) ? placesOfReplicas(table.name, table.replication) : [{ region: catalog.region, name: table.name }]
}

/** What it is already is told before how lately it became so (api-quirks DDB-TABLE-143). */
function checkChange(current: TimeToLive | undefined, wanted: Pick<TimeToLive, 'attributeName' | 'enabled'>, nowMs: number): void {
  if (current?.enabled && current.attributeName !== wanted.attributeName) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current.attributeName}`)
  }
  if (current?.enabled && wanted.enabled) throw invalid('TimeToLive is already enabled')
  if (!current?.enabled && !wanted.enabled) throw invalid('TimeToLive is already disabled')
  if (current !== undefined && isChangedTooOften(current, nowMs)) {
    throw invalid('Time to live has been modified multiple times within a fixed interval')
  }
}
