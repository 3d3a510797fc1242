/** How a write of one item meets the limits of its table and of the global indexes it changes (capacity.md §7.2). */

import type { Table } from '../../engine/catalog/table.ts'
import type { Engine } from '../../engine/engine.ts'
import type { WriteUnits } from '../../engine/items/write-units.ts'
import { throughputModeOf } from '../../engine/settings.ts'
import type { VectorChange } from '../../engine/vectors/vector-entries.ts'
import { vectorWriteBytes } from '../../engine/vectors/vector-write-bytes.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'
import { admit, admitEntries, charge } from './admit.ts'

/** A write that a client asked for. */
export interface MeteredWrite {
  readonly table: Table
  readonly key: KeyBytes
  readonly usage: RequestUsage
  /** A transaction pays twice for its items, and once for the entries of indexes (capacity.md §1, §4). */
  readonly isTransactional: boolean
}

/** Throws the throttle when the table or the item's partition has nothing left and limits are enforced. */
export function admitWrite(engine: Engine, { table, key, usage }: MeteredWrite): boolean {
  return admit(engine, usage, { table }, 'write', key)
}

/** Pays for a decided change. Throws the throttle when a global index that it changes has nothing left and limits are enforced. */
export function chargeChange(engine: Engine, write: MeteredWrite, { tableUnits, indexUnits }: WriteUnits, isAdmitted: boolean): void {
  const { table, key, usage } = write
  const isPaid = isAdmitted && (indexUnits.length === 0 || admitEntries(engine, usage, table, indexUnits))
  chargeTable(engine, write, tableUnits, isPaid)
  for (const { index, key: entryKey, units } of indexUnits) {
    // What local indexes take, they take from the item's own partition.
    const place = index.kind === 'local' ? key : entryKey
    charge(engine, usage, { table, index, access: 'write', key: place, units, isPaid })
  }
}

/** Vector indexes are not throttled; what is written to them is measured all the same. */
export function noteVectorWrites({ metrics, catalog, clock, settings }: Engine, table: Table, changes: readonly VectorChange[]): void {
  if (throughputModeOf(settings, table.tableId) === 'off') return
  for (const change of changes) {
    const { index, writtenBytes } = vectorWriteBytes(change)
    const dimensions = { region: catalog.region, TableName: table.name, IndexName: index.name }
    metrics.series('VectorWriteRequestBytes', dimensions).add(writtenBytes, clock.now())
  }
}

/** Pays for the item itself; a condition that did not hold is paid like the write it kept from happening. */
export function chargeTable(
  engine: Engine,
  { table, key, usage, isTransactional }: MeteredWrite,
  tableUnits: number,
  isPaid: boolean,
): void {
  charge(engine, usage, { table, access: 'write', key, units: isTransactional ? 2 * tableUnits : tableUnits, isPaid })
}
