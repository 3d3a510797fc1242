/**
 * What is stored of a view: what it is to be, from which table and through which outbox, and how far it has come. A view has the name of the
 * table that holds its rows.
 *
 *   view = JSON: { definition, from, sourceId, targetId, viewId, sinceMs }
 *   progress = JSON: { phase: "clear" } | { phase: "follow", position }
 *
 * The definition is for those above, who know what it means (operations/views/).
 */
import type { StoredValue } from '../../storage/store.ts'
import type { FollowPosition } from '../followers/follow-table.ts'
import type { ViewId } from '../keyspace/view-keys.ts'

export interface ViewRecord {
  readonly definition: unknown
  /** The name of the source. */
  readonly from: string
  /** The table id that the source had when this was begun. */
  readonly sourceId: number
  /** That of the table with its rows. */
  readonly targetId: number
  /** Of the outbox, and of what is kept beside the rows. */
  readonly viewId: ViewId
  /** When it was begun to be filled, in milliseconds since 1970. */
  readonly sinceMs: number
}

export type ViewProgress =
  /** Rows of what it was before are still to be deleted. */
  { readonly phase: 'clear' } | { readonly phase: 'follow'; readonly position: FollowPosition }

export function encodeView({ definition, from, sourceId, targetId, viewId, sinceMs }: ViewRecord): string {
  return JSON.stringify({ definition, from, sourceId, targetId, viewId, sinceMs })
}

export function decodeView(value: StoredValue): ViewRecord {
  return JSON.parse(String(value)) as ViewRecord
}

export function encodeProgress(progress: ViewProgress): string {
  return JSON.stringify(progress)
}

/** Undefined, for what was never written, is the beginning. */
export function decodeProgress(value: StoredValue | undefined): ViewProgress {
  return value === undefined ? { phase: 'clear' } : (JSON.parse(String(value)) as ViewProgress)
}

/** Whom the outbox is for: a label of its figures. */
export function destinationOf(name: string): string {
  return `${prefix}${name}`
}

/** The name of the view that an outbox is for; undefined when it is for somebody else. */
export function viewOfDestination(destination: string): string | undefined {
  return destination.startsWith(prefix) ? destination.slice(prefix.length) : undefined
}

const prefix = 'view '
