/** The table that a request is about: looked up, and noted as what the request's metrics belong to. */
import { activeTable } from '../../engine/catalog/find-table.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'

/** Throws ResourceNotFoundException when it is not there or not to be used yet. */
export function requestTable(engine: MeteredEngine, usage: RequestUsage, nameOrArn: string): Table {
  const table = activeTable(engine.catalog, nameOrArn)
  usage.touch(table)
  return table
}
