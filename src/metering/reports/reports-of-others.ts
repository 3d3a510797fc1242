/** What other nodes of a shared store have told of their traffic. Reads go in bounded chunks, each of a view of its own. */
import { minuteMs } from '../../base/clock.ts'
import type { DataSpace } from '../../engine/keyspace/keys.ts'
import { hotMinutesMin } from '../../engine/limits.ts'
import { chunkwise, readRange } from '../../engine/records/read-range.ts'
import type { Entry, KeyRange } from '../../storage/store.ts'
import { reportsLoadBudget } from '../limits.ts'
import type { AccessPattern } from '../traffic/access-pattern.ts'
import type { HeatColumn } from '../traffic/heat-grid.ts'
import { type WindowKeys, windowAt } from '../traffic/space-traffic.ts'
import { decodeHeat } from './heat-report.ts'
import { decodeKeys } from './keys-report.ts'
import { decodePartitions, type PartitionReport } from './partitions-report.ts'
import { decodePattern } from './pattern-report.ts'
import { addressIn, heatRange, nodeIn, partitionsRange, reportsRange, windowKeysRange } from './report-keys.ts'
import type { SharedTraffic } from './shared-traffic.ts'
import { decodeThrottles, type ToldThrottles } from './throttles-report.ts'

/** The heat of a space in the last minutes. What was counted before `epoch` is left out here and below. */
export async function heatOfOthers(
  shared: SharedTraffic,
  space: DataSpace,
  { nowMs, minutes, epoch }: { readonly nowMs: number; readonly minutes: number; readonly epoch: number },
): Promise<readonly HeatColumn[]> {
  const minute = Math.floor(nowMs / minuteMs)
  return told(shared, heatRange(space, minute - minutes + 1, minute + 1), ({ key, value }) => {
    const { nodeId, time } = addressIn(key)
    return nodeId === shared.nodeId ? undefined : decodeHeat(time, value, epoch)
  })
}

/** The heavy keys of a space in the window that is going on and the one before. */
export async function keysOfOthers(shared: SharedTraffic, space: DataSpace, nowMs: number, epoch: number): Promise<readonly WindowKeys[]> {
  const window = windowAt(nowMs)
  return told(shared, windowKeysRange(space, window - 1, window + 1), ({ key, value }) =>
    addressIn(key).nodeId === shared.nodeId ? undefined : decodeKeys(value, epoch),
  )
}

export interface ToldPartition extends PartitionReport {
  readonly space: DataSpace
  readonly minute: number
}

/** What the partitions of all tables and indexes did in the last whole minutes by which splits are judged, in the order of minutes. */
export async function partitionsOfOthers(shared: SharedTraffic, nowMs: number): Promise<readonly ToldPartition[]> {
  const minute = Math.floor(nowMs / minuteMs)
  const lists = await told(shared, partitionsRange(minute - hotMinutesMin - 1, minute), ({ key, value }) => {
    const { space, time, nodeId } = addressIn(key)
    if (nodeId === shared.nodeId) return undefined
    return decodePartitions(value).map((report) => ({ ...report, space, minute: time }))
  })
  return lists.flat()
}

export async function patternsOfOthers(shared: SharedTraffic, epoch: number): Promise<readonly AccessPattern[]> {
  return told(shared, reportsRange(5), ({ key, value }) => (nodeIn(key) === shared.nodeId ? undefined : decodePattern(value, epoch)))
}

/** Of all nodes that told anything, this one among them when it is asked for. */
export async function toldThrottles(shared: SharedTraffic, { withOwn }: { readonly withOwn: boolean }): Promise<readonly ToldThrottles[]> {
  return told(shared, reportsRange(4), ({ key, value }) => (!withOwn && nodeIn(key) === shared.nodeId ? undefined : decodeThrottles(value)))
}

async function told<T>({ store }: SharedTraffic, range: KeyRange, decode: (entry: Entry) => T | undefined): Promise<readonly T[]> {
  const all: T[] = []
  for await (const entries of readRange(chunkwise(store), range, reportsLoadBudget)) {
    for (const entry of entries) {
      const decoded = decode(entry)
      if (decoded !== undefined) all.push(decoded)
    }
  }
  return all
}
