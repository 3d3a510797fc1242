/**
 * What the engine knows of metering: a client's write is admitted before it is decided, and told what it turned out to cost. Who
 * meters stands above (metering/throughput/write-meter.ts); without one nothing is metered.
 */
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import type { Table } from '../schema/table.ts'
import type { VectorChange } from '../vectors/vector-entries.ts'
import type { WriteUnits } from './write-units.ts'

/** Of one write of one item. What it does beyond looking it does when the attempt at the turn has come to something. */
export interface WriteMeter {
  /** Called in each attempt at the turn. Throws what refuses the write. */
  admit(turn: WriteTurn, table: Table, key: KeyBytes): AdmittedWrite
}

export interface AdmittedWrite {
  /** A condition did not hold: paid like the write that it kept from happening. */
  conditionFailed(tableUnits: number): void
  /** The change is decided. Throws what refuses it for the indexes that it changes. */
  changed(units: WriteUnits, vectorChanges: readonly VectorChange[]): void
}
