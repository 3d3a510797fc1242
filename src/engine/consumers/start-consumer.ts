/** A consumer comes to be, in a turn that may do more than that, and is forgotten again in bounded steps. */
import type { KeyBytes, Store, WriteTurn } from '../../storage/store.ts'
import { consumerKey, consumerRange, positionKey } from '../keyspace/consumer-keys.ts'
import { recordLog } from '../keyspace/stream-keys.ts'
import { positionsBudget } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'
import { openShards, type Stream } from '../schema/stream.ts'
import { encodeConsumer, encodePosition, type StartingPosition } from './consumer-record.ts'

export interface NewConsumer {
  /** Unique in a store, without NUL: what reads, then a blank, then which one it is. */
  readonly id: string
  readonly stream: Stream
  readonly position: StartingPosition
}

/** The keys that a turn has to read in which the consumer starts. The stream must be as the catalog says in that turn. */
export function startReads({ stream }: Pick<NewConsumer, 'stream'>): readonly KeyBytes[] {
  return openShards(stream).map(({ number }) => recordLog(stream, number))
}

/**
 * Puts into a turn that the consumer begins: with TRIM_HORIZON at the oldest records that there are, with LATEST behind those that earlier
 * turns have appended. It may be that somebody has the id already: then he begins anew, and should be forgotten before that.
 */
export function startConsumer(turn: WriteTurn, { id, stream, position }: NewConsumer, nowMs: number): void {
  const { tableId, labelMs, region, tableName, label } = stream
  turn.put(consumerKey(id), encodeConsumer({ tableId, labelMs, region, tableName, label, startMs: nowMs, position }))
  if (position === 'TRIM_HORIZON') return
  for (const { number, firstNumber, closed } of stream.shards) {
    const last = closed?.lastNumber ?? Math.max(turn.last(recordLog(stream, number)), firstNumber - 1)
    turn.put(positionKey(id, number), encodePosition({ next: last + 1, isEnd: closed !== undefined }))
  }
}

/** One step of forgetting all that is known of a consumer. Resolves with whether something may be left; may be done again. */
export async function forgetConsumer(store: Store, id: string): Promise<boolean> {
  const { keys, exhausted } = await store.view((view) => nextKeys(view, consumerRange(id), positionsBudget))
  if (keys.length > 0) {
    await store.write([], (turn) => {
      turn.makesRoom()
      for (const key of keys) turn.delete(key)
    })
  }
  return !exhausted
}
