/**
 * What a change leaves behind in a table that keeps its past: what the item was, under the second in which it was changed, and nothing
 * when it was changed in that second before, for only what it was at the end of a second can be asked for. So an item that is written a
 * thousand times a second leaves one entry. Of a deleted item the time is kept besides, since nothing else says it when it comes again.
 *
 * | entry            | value                                                              |
 * | ---------------- | ------------------------------------------------------------------ |
 * | before a second  | the item as it was stored (keyspace/stored-item.ts), or empty text |
 * | when deleted     | `<epoch> <µs>`, decimal                                            |
 */
import type { KeyBytes, StoredValue, WriteTurn } from '../../storage/store.ts'
import type { ItemChange, KeptTime } from '../changes/item-change.ts'
import { deletedKey, historyKey } from '../keyspace/history-keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { isKept, type Moment } from '../schema/history.ts'
import type { Table } from '../schema/table.ts'
import type { ChangeTime, HistoryClock } from './history-clock.ts'

/** What a turn must read besides to change an item; undefined for a table that keeps nothing. */
export function historyReadOf({ history }: Table, key: KeyBytes): KeyBytes | undefined {
  return isKept(history) ? deletedKey(key) : undefined
}

/** When the turn changes the item; undefined for a table that keeps nothing. `historyReadOf` must be among the turn's reads. */
export function changeTime(
  clock: HistoryClock,
  turn: WriteTurn,
  { tableId, history }: Table,
  { key, oldItem }: Pick<ItemChange, 'key' | 'oldItem'>,
): KeptTime | undefined {
  if (!isKept(history)) return undefined
  const last = oldItem === undefined ? deletedAt(turn.get(deletedKey(key))) : writtenAt(oldItem)
  const time = clock.timeOf(turn, tableId, history, last)
  const isRepeated = last?.epoch === time.epoch && secondOfUs(last.us) === secondOfUs(time.us)
  return { ...time, isRepeated, wasDeleted: oldItem === undefined && last !== undefined }
}

/** Must not throw. */
export function keepHistory(turn: WriteTurn, { key, oldItem, newItem, time }: ItemChange): void {
  if (time === undefined) return
  const { epoch, us, isRepeated, wasDeleted } = time
  if (!isRepeated) turn.put(historyKey(key, momentOf(time)), oldItem?.encode() ?? '')
  if (newItem === undefined) turn.put(deletedKey(key), `${epoch} ${us}`)
  else if (wasDeleted) turn.delete(deletedKey(key))
}

/** When an item was deleted that this is kept of. */
export function deletedMoment(value: StoredValue): Moment {
  return momentOf(deletedAt(value) ?? { epoch: 0, us: 0 })
}

/** The same in µs since 1970. */
export function deletedUs(value: StoredValue): number {
  return deletedAt(value)?.us ?? 0
}

export function momentOf({ epoch, us }: ChangeTime): Moment {
  return { epoch, second: secondOfUs(us) }
}

function secondOfUs(us: number): number {
  return Math.floor(us / 1_000_000)
}

/** Undefined for an item that was written when nothing was kept. */
export function writtenAt({ stamp }: StoredItem): ChangeTime | undefined {
  return stamp?.epoch === undefined ? undefined : { epoch: stamp.epoch, us: stamp.writtenUs }
}

function deletedAt(value: StoredValue | undefined): ChangeTime | undefined {
  if (value === undefined) return undefined
  const [epoch, us] = String(value).split(' ')
  return { epoch: Number(epoch), us: Number(us) }
}
