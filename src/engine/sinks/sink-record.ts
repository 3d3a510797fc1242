/**
 * What is stored of a sink: which table it follows, by which outbox, and how far it has come.
 *
 *   sink = JSON: { from, sourceId, outboxId, sinceMs, position }
 */
import type { StoredValue } from '../../storage/store.ts'
import type { FollowPosition } from '../followers/follow-table.ts'

export interface SinkRecord {
  /** The name of the table. */
  readonly from: string
  /** The id that it had when the sink began. */
  readonly sourceId: number
  readonly outboxId: number
  /** When it began, in milliseconds since 1970. */
  readonly sinceMs: number
  readonly position: FollowPosition
}

export function encodeSink({ from, sourceId, outboxId, sinceMs, position }: SinkRecord): string {
  return JSON.stringify({ from, sourceId, outboxId, sinceMs, position })
}

export function decodeSink(value: StoredValue): SinkRecord {
  return JSON.parse(String(value)) as SinkRecord
}

/** Whom the outbox is for: a label of its figures. */
export function sinkDestination(name: string): string {
  return `sink ${name}`
}
