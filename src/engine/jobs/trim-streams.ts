/**
 * What happens to streams by themselves: shards rotate, records older than 24 hours are trimmed in bounded steps, closed shards
 * without records and disabled streams without shards are forgotten when they are as old (indexes-streams-ttl-transactions.md §5).
 */
import { streamRecordAgeMsMax } from '../../api/limits.ts'
import type { Entry } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { recordNumberIn, recordRange } from '../keyspace/keys.ts'
import { openShards, replacedShard, type Shard, type Stream, withShard } from '../schema/stream.ts'
import { changeStreams } from '../streams/change-streams.ts'
import { creationMsOf } from '../streams/stored-record.ts'

const stepBudget = { entries: 1000, bytes: 4 << 20 }
/** A shard that was trimmed is looked at again after this, so that a busy one is not read all the time. */
const breakMs = 1000

/** When the oldest record of a shard comes of age. A shard is another value once it has changed, and then it is looked at anew. */
const nextLookMs = new WeakMap<Shard, number>()

/** Does one bounded piece of what is due, for the streams of all regions. Resolves with whether some may be left. */
export async function stepStreams(engine: Engine, nowMs: number): Promise<boolean> {
  for (const stream of engine.streams.durable.all()) {
    if (stream.disabledMs === undefined && dueShards(engine, stream, nowMs).length > 0) await rotate(engine, stream, nowMs)
  }
  return stepTrim(engine, nowMs)
}

function dueShards({ settings }: Engine, stream: Stream, nowMs: number): readonly Shard[] {
  if (settings.shardRotationMs === 0) return []
  return openShards(stream).filter(({ creationMs }) => nowMs - creationMs >= settings.shardRotationMs)
}

async function rotate(engine: Engine, { region, ...address }: Stream, nowMs: number): Promise<void> {
  await changeStreams(engine, (turn) => {
    const stream = turn.latest.find(region, address)
    if (stream === undefined) return
    const due = dueShards(engine, stream, nowMs)
    if (due.length > 0) turn.put(due.reduce((rotated, shard) => replacedShard(rotated, shard, [], turn.times), stream))
  })
}

/** The first shard with something to trim or forget. */
async function stepTrim(engine: Engine, nowMs: number): Promise<boolean> {
  for (const stream of engine.streams.durable.all()) {
    for (const shard of stream.shards) {
      if ((nextLookMs.get(shard) ?? 0) > nowMs) continue
      const records = await recordsOf(engine, stream, shard)
      const due = records.filter(({ value }) => isOfAge(creationMsOf(value), nowMs))
      if (due.length > 0) {
        await trim(engine, stream, shard, { due, isMore: due.length === records.length, nowMs })
        return true
      }
      const oldest = records[0]
      if (oldest === undefined && shard.closed !== undefined && isOfAge(shard.closed.atMs, nowMs)) {
        await forget(engine, stream, shard)
        return true
      }
      // In a shard without records the next one will come of age a day from now, or the shard itself.
      const fromMs = oldest === undefined ? (shard.closed?.atMs ?? nowMs) : creationMsOf(oldest.value)
      nextLookMs.set(shard, fromMs + streamRecordAgeMsMax)
    }
    if (await forgetEmptied(engine, stream, nowMs)) return true
  }
  return false
}

function isOfAge(creationMs: number, nowMs: number): boolean {
  return nowMs - creationMs >= streamRecordAgeMsMax
}

async function recordsOf({ store }: Engine, stream: Stream, shard: Shard): Promise<readonly Entry[]> {
  using snapshot = store.snapshot()
  const { entries } = await snapshot.scan(recordRange(stream, shard.number), stepBudget)
  return entries
}

interface Trim {
  readonly due: readonly Entry[]
  readonly isMore: boolean
  readonly nowMs: number
}

/** Only jobs remove records and shards, one step at a time; others may close the shard in the meantime. */
async function trim(engine: Engine, { region, ...address }: Stream, { number }: Shard, { due, isMore, nowMs }: Trim): Promise<void> {
  await changeStreams(engine, (turn) => {
    const stream = turn.latest.find(region, address)
    const shard = stream?.shards.find((known) => known.number === number)
    const last = due.at(-1)
    if (stream === undefined || shard === undefined || last === undefined) return
    const trimmed = { ...shard, trimmedNumber: recordNumberIn(last.key) }
    turn.removeRecords(due.map(({ key }) => key))
    turn.put(withShard(stream, trimmed))
    if (!isMore) nextLookMs.set(trimmed, nowMs + breakMs)
  })
}

async function forget(engine: Engine, { region, ...address }: Stream, { number }: Shard): Promise<void> {
  await changeStreams(engine, (turn) => {
    const stream = turn.latest.find(region, address)
    if (stream !== undefined) turn.put({ ...stream, shards: stream.shards.filter((shard) => shard.number !== number) })
  })
}

async function forgetEmptied(engine: Engine, stream: Stream, nowMs: number): Promise<boolean> {
  if (stream.shards.length > 0 || stream.disabledMs === undefined || !isOfAge(stream.disabledMs, nowMs)) return false
  await changeStreams(engine, (turn) => turn.remove(stream))
  return true
}
