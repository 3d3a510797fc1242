/** Where a restored table came from, and while it is being filled, from what. */
import type { Moment } from './history.ts'

export interface Restore {
  readonly sourceTableArn: string
  readonly sourceBackupArn?: string
  /** When it was as it is restored, in milliseconds since the epoch. */
  readonly dateTimeMs: number
  /** Until all is there. */
  readonly source?: RestoreSource
}

/** The items of a table, with all its changes up to a moment and none after it. */
export interface RestoreSource {
  readonly tableId: number
  readonly tableName: string
  readonly cut: Moment
}
