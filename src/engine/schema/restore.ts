/** Where a restored table came from, and while it is being filled, from what. */
import type { Moment } from './history.ts'

export interface Restore {
  readonly sourceTableArn: string
  readonly sourceBackupArn?: string
  /** When it was as it is restored, in milliseconds since the epoch. */
  readonly dateTimeMs: number
  /** Until all is there. */
  readonly source?: RestoreSource
  /** It is used while it is filled (branches/). */
  readonly isBranch?: true
}

/** The items of a table, with all its changes up to a moment and none after it. */
export interface RestoreSource {
  readonly tableId: number
  readonly tableName: string
  readonly cut: Moment
}

/** Whether some of the items of this table may still be those of another. */
export function isFillingBranch({ restore }: { readonly restore?: Restore }): boolean {
  return restore?.isBranch === true && restore.source !== undefined
}
