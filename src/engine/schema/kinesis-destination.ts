/**
 * A Kinesis data stream that a table's changes go to (global-tables-and-kinesis.md §7): its states as values. It has an outbox from the moment
 * in which it is enabled until it is DISABLED or ENABLE_FAILED, and stays listed then.
 *
 *     (none) ─ Enable → ENABLING → ACTIVE ⇄ UPDATING
 *                          │         │ Disable
 *                  ENABLE_FAILED   DISABLING → DISABLED
 */
import { disabledDestinationsMax } from '../limits.ts'

export type DestinationStatus = 'ENABLING' | 'ACTIVE' | 'UPDATING' | 'DISABLING' | 'DISABLED' | 'ENABLE_FAILED'
export type TimePrecision = 'MILLISECOND' | 'MICROSECOND'

export interface KinesisDestination {
  readonly streamArn: string
  readonly status: DestinationStatus
  /** When it became that, in milliseconds since the epoch. */
  readonly sinceMs: number
  /** Absent: nobody said. */
  readonly precision?: TimePrecision
  /** Why it could not be enabled. */
  readonly description?: string
  /** Where the changes wait, in all states but the last two. */
  readonly outboxId?: number
}

/** Whether changes go there, or are to. */
export function isInUse({ status }: KinesisDestination): boolean {
  return status !== 'DISABLED' && status !== 'ENABLE_FAILED'
}

/** Whether records are sent there now. What was written before it was disabled still is. */
export function isDelivering({ status }: KinesisDestination): boolean {
  return status === 'ACTIVE' || status === 'UPDATING' || status === 'DISABLING'
}

/** For whom the outbox of a destination is. */
export function outboxName(streamArn: string): string {
  return `kinesis ${streamArn}`
}

/** The destinations with this one in the place of that with the same stream, or at the end. Of those not in use only the last ones stay. */
export function withDestination(destinations: readonly KinesisDestination[], changed: KinesisDestination): readonly KinesisDestination[] {
  const at = destinations.findIndex(({ streamArn }) => streamArn === changed.streamArn)
  const all = at < 0 ? [...destinations, changed] : destinations.with(at, changed)
  const tooMany = all.filter((each) => !isInUse(each)).slice(0, -disabledDestinationsMax)
  return tooMany.length === 0 ? all : all.filter((each) => !tooMany.includes(each))
}

/** The destination in another state, from `nowMs` on. What another state told is forgotten. */
export function inStatus(
  { streamArn, precision, outboxId }: KinesisDestination,
  status: DestinationStatus,
  nowMs: number,
  description?: string,
): KinesisDestination {
  const changed = {
    streamArn,
    status,
    sinceMs: nowMs,
    ...(precision !== undefined && { precision }),
    ...(description !== undefined && { description }),
  }
  return outboxId !== undefined && isInUse(changed) ? { ...changed, outboxId } : changed
}
