/**
 * What happens to streams by themselves: shards rotate, records older than 24 hours are trimmed in bounded steps, closed shards
 * without records and disabled streams without shards are forgotten when they are as old (indexes-streams-ttl-transactions.md §5).
 */
import { streamRecordAgeMsMax } from '../../api/limits.ts'
import { type Entry, logEntryNumber } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeStreams, type StreamTurn } from '../catalog/change-streams.ts'
import { recordRange } from '../keyspace/stream-keys.ts'
import { trimBreakMs, trimBudget } from '../limits.ts'
import type { Schedule } from '../schedule.ts'
import { openShards, replacedShard, type Shard, type Stream, shardIdOf, withShard } from '../schema/stream.ts'
import { creationMsOf } from '../streams/stored-record.ts'
import { stepFirst } from './run-due-jobs.ts'

export interface StreamTrimmer extends CatalogHolder {
  readonly schedule: Schedule
}

/** Does one bounded piece of what is due, for the streams of all regions. Resolves with whether some may be left. */
export async function stepStreams(engine: StreamTrimmer, nowMs: number): Promise<boolean> {
  const streams = [...engine.catalog.streams.all()]
  await stepFirst(streams, async (stream) => {
    if (stream.disabledMs === undefined && dueShards(engine, stream, nowMs).length > 0) await rotate(engine, stream, nowMs)
    return false
  })
  return stepFirst(streams, (stream) => stepTrim(engine, stream, nowMs))
}

function dueShards({ settings, schedule }: StreamTrimmer, stream: Stream, nowMs: number): readonly Shard[] {
  const delayMs = settings.shardRotationMs
  if (delayMs === 0) return []
  return openShards(stream).filter((shard) =>
    schedule.isOver(`rotate ${shardName(stream, shard)}`, { sinceMs: shard.creationMs, delayMs }, nowMs),
  )
}

function shardName({ tableId, labelMs }: Stream, shard: Shard): string {
  return `${tableId} ${labelMs} ${shardIdOf(shard)}`
}

async function rotate(engine: StreamTrimmer, known: Stream, nowMs: number): Promise<void> {
  await changeOne(engine, known, (turn, stream) => {
    const due = dueShards(engine, stream, nowMs)
    if (due.length === 0) return
    const times = turn.timesOf(stream)
    turn.replace(
      stream,
      due.reduce((rotated, shard) => replacedShard(rotated, shard, [], times), stream),
    )
  })
}

/** The first shard with something to trim or forget. */
async function stepTrim(engine: StreamTrimmer, stream: Stream, nowMs: number): Promise<boolean> {
  for (const shard of stream.shards) {
    const look = `look ${shardName(stream, shard)}`
    if (!engine.schedule.isDue(look, nowMs)) continue
    const records = await recordsOf(engine, stream, shard)
    const due = records.filter(({ value }) => isOfAge(engine, stream, shard, creationMsOf(value), nowMs))
    if (due.length > 0) {
      if (due.length < records.length) engine.schedule.ran(look, nowMs, nowMs + trimBreakMs)
      await trim(engine, stream, shard, due)
      return true
    }
    if (records.length === 0 && shard.closed !== undefined && isOfAge(engine, stream, shard, shard.closed.atMs, nowMs)) {
      await forget(engine, stream, shard)
      return true
    }
    // In a shard without records the next one will come of age a day from now, or the shard itself.
    const [oldest] = records
    const fromMs = oldest === undefined ? (shard.closed?.atMs ?? nowMs) : creationMsOf(oldest.value)
    engine.schedule.ran(look, nowMs, Math.min(fromMs, nowMs) + streamRecordAgeMsMax)
  }
  return forgetEmptied(engine, stream, nowMs)
}

function isOfAge({ schedule }: StreamTrimmer, stream: Stream, shard: Shard | undefined, sinceMs: number, nowMs: number): boolean {
  const what = shard === undefined ? `forget ${stream.tableId} ${stream.labelMs}` : `trim ${shardName(stream, shard)}`
  return schedule.isOver(what, { sinceMs, delayMs: streamRecordAgeMsMax }, nowMs)
}

async function recordsOf({ store }: StreamTrimmer, stream: Stream, shard: Shard): Promise<readonly Entry[]> {
  return (await store.view(async (view) => view.scan(recordRange(stream, shard.number), trimBudget))).entries
}

/** Others may close the shard in the meantime, or trim it. */
async function trim(engine: StreamTrimmer, known: Stream, { number }: Shard, due: readonly Entry[]): Promise<void> {
  await changeOne(engine, known, (turn, stream) => {
    const shard = stream.shards.find((each) => each.number === number)
    const last = due.at(-1)
    if (shard === undefined || last === undefined) return
    turn.removeRecords(due.map(({ key }) => key))
    turn.replace(stream, withShard(stream, { ...shard, trimmedNumber: Math.max(shard.trimmedNumber ?? 0, logEntryNumber(last.key)) }))
  })
}

async function forget(engine: StreamTrimmer, known: Stream, forgotten: Shard): Promise<void> {
  await changeOne(engine, known, (turn, stream) => {
    turn.replace(stream, { ...stream, shards: stream.shards.filter((shard) => shard.number !== forgotten.number) })
  })
  for (const doing of ['rotate', 'look', 'trim']) engine.schedule.forget(`${doing} ${shardName(known, forgotten)}`)
}

async function forgetEmptied(engine: StreamTrimmer, stream: Stream, nowMs: number): Promise<boolean> {
  if (stream.disabledMs === undefined) return false
  // Asked for as long as there are shards, too, so that its wait does not begin behind theirs when the clock was set back.
  const isOld = isOfAge(engine, stream, undefined, stream.disabledMs, nowMs)
  if (stream.shards.length > 0 || !isOld) return false
  await changeOne(engine, stream, (turn, found) => turn.replace(found, undefined))
  return true
}

/** `decide` is not called when the stream is gone. */
function changeOne(engine: StreamTrimmer, stream: Stream, decide: (turn: StreamTurn, stream: Stream) => void): Promise<void> {
  return changeStreams(engine, [stream], (turn) => {
    const found = turn.streams.find(stream.region, stream)
    if (found !== undefined) decide(turn, found)
  })
}
