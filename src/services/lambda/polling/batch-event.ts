/** The event that a batch is for its function (lambda-triggers.md §2): the records, and with a tumbling window what goes on in it. Pure. */
import type { LaneRecord, WindowCall } from './lane.ts'

export interface BatchPlace {
  readonly shardId: string
  readonly streamArn: string
}

/** JSON. */
export function batchEvent(records: readonly LaneRecord[], window: WindowCall | undefined, { shardId, streamArn }: BatchPlace): string {
  const list = `"Records":[${records.map(({ event }) => event).join(',')}]`
  if (window === undefined) return `{${list}}`
  const { startMs, endMs, state, isFinal, isEarly } = window
  const told = {
    shardId,
    eventSourceARN: streamArn,
    isFinalInvokeForWindow: isFinal,
    isWindowTerminatedEarly: isEarly,
  }
  return `{${list},"window":{"start":"${seconds(startMs)}","end":"${seconds(endMs)}"},"state":${state},${JSON.stringify(told).slice(1)}`
}

/** ISO 8601 without fractions. */
export function seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}
