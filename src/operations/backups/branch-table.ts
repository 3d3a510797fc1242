/** A branch (docs/time-travel.md): a table that is what another was in a second, at once, and is filled while it is used. */
import { checkInput } from '../../api/check-input.ts'
import { operations } from '../../api/operations.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { tableOfPast } from './restore-table-to-point-in-time.ts'

export interface BranchWanted {
  readonly sourceName: string
  readonly name: string
  /** A moment of this second, milliseconds since the epoch. Up to now: there is no lag. */
  readonly atMs: number
}

/** Throws what RestoreTableToPointInTime throws. */
export async function branchTable(engine: MeteredEngine, { sourceName, name, atMs }: BranchWanted): Promise<Table> {
  const input = { SourceTableName: sourceName, TargetTableName: name, RestoreDateTime: Math.floor(atMs / 1000) }
  const { SourceTableName = sourceName, TargetTableName, ...request } = checkInput(operations.RestoreTableToPointInTime, input)
  return tableOfPast(engine, { sourceName: SourceTableName, name: TargetTableName, request, isBranch: true })
}
