/**
 * Where the last write of an item stands among all writes of it, and where the next one will. A write that sees another is later than that
 * one, whatever the clocks of the regions show: it takes the next microsecond (a hybrid logical clock, kept by each item).
 */
import type { Clock } from '../../base/clock.ts'
import type { KeyBytes, WriteTurn } from '../../storage/store.ts'
import { tombstoneKey } from '../keyspace/replica-keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import type { WriteOrder } from '../schema/write-order.ts'
import type { EngineSettings } from '../settings.ts'
import { decodeTombstone } from './tombstones.ts'

/** The part of an engine that orders writes. */
export interface OrderingEngine {
  readonly clock: Clock
  readonly region: string
  readonly settings: EngineSettings
}

/** Of the write that made the item what it is. What nobody knows of is earlier than everything else. */
export function orderOfItem({ stamp }: StoredItem): WriteOrder {
  return stamp === undefined ? neverWritten : { us: stamp.orderedUs ?? stamp.writtenUs, region: stamp.region }
}

/** Of the last write of an item that the turn sees, be it one that deleted it. Its tombstone must be among the turn's reads. */
export function lastOrder(turn: WriteTurn, key: KeyBytes, item: StoredItem | undefined): WriteOrder {
  if (item !== undefined) return orderOfItem(item)
  const tombstone = turn.get(tombstoneKey(key))
  return tombstone === undefined ? neverWritten : decodeTombstone(tombstone).order
}

/** Of a write that is made now, in the region of the engine. */
export function nextOrder({ clock, region, settings }: OrderingEngine, last: WriteOrder): WriteOrder {
  const offsetMs = settings.clockOffsetsMs.get(region) ?? 0
  return { us: Math.max(Math.round((clock.now() + offsetMs) * 1000), last.us + 1), region }
}

const neverWritten: WriteOrder = { us: 0, region: '' }
