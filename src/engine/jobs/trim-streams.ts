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

const job = 'streams '

/** Does one bounded piece of what is due, for the streams of all regions. Resolves with whether some may be left. */
export async function stepStreams(engine: StreamTrimmer, nowMs: number): Promise<boolean> {
  const { schedule, catalog, settings } = engine
  // While streams and settings stay as they are, nothing is due before what was found to be the next.
  const pass = `${job}${catalog.version} ${settings.shardRotationMs}`
  if (!schedule.isDue(pass, nowMs)) return false
  const streams = [...catalog.streams.all()]
  await stepFirst(streams, async (stream) => {
    if (dueShards(engine, stream, nowMs).length > 0) await rotate(engine, stream, nowMs)
    return false
  })
  if (await stepFirst(streams, (stream) => stepTrim(engine, stream, nowMs))) return true
  schedule.forget(job)
  const nextMs = streams.reduce((earliestMs, stream) => Math.min(earliestMs, nextOf(engine, stream, nowMs)), Number.POSITIVE_INFINITY)
  schedule.ran(pass, nowMs, nextMs)
  return false
}

/** When there will be something to do with the stream, if it stays as it is. */
function nextOf(engine: StreamTrimmer, stream: Stream, nowMs: number): number {
  const { disabledMs, shards } = stream
  let nextMs = disabledMs === undefined ? Number.POSITIVE_INFINITY : endOfAge(engine, forgetName(stream), disabledMs, nowMs)
  for (const shard of shards) {
    nextMs = Math.min(nextMs, engine.schedule.nextRunMs(lookName(stream, shard)) ?? nowMs)
    const isToRotate = shard.closed === undefined && engine.settings.shardRotationMs > 0
    if (isToRotate) nextMs = Math.min(nextMs, endOfShard(engine, stream, shard, nowMs))
  }
  return nextMs
}

function dueShards(engine: StreamTrimmer, stream: Stream, nowMs: number): readonly Shard[] {
  if (engine.settings.shardRotationMs === 0 || stream.disabledMs !== undefined) return []
  return openShards(stream).filter((shard) => endOfShard(engine, stream, shard, nowMs) <= nowMs)
}

function shardName({ tableId, labelMs }: Stream, shard: Shard): string {
  return `${tableId} ${labelMs} ${shardIdOf(shard)}`
}

function lookName(stream: Stream, shard: Shard): string {
  return `look ${shardName(stream, shard)}`
}

function trimName(stream: Stream, shard: Shard): string {
  return `trim ${shardName(stream, shard)}`
}

function rotationName(stream: Stream, shard: Shard): string {
  return `rotate ${shardName(stream, shard)}`
}

function forgetName({ tableId, labelMs }: Stream): string {
  return `forget ${tableId} ${labelMs}`
}

/** When an open shard is to be rotated. */
function endOfShard({ schedule, settings }: StreamTrimmer, stream: Stream, shard: Shard, nowMs: number): number {
  return schedule.endOf(rotationName(stream, shard), { sinceMs: shard.creationMs, delayMs: settings.shardRotationMs }, nowMs)
}

/** When what began then is old enough to go. */
function endOfAge({ schedule }: StreamTrimmer, what: string, sinceMs: number, nowMs: number): number {
  return schedule.endOf(what, { sinceMs, delayMs: streamRecordAgeMsMax }, nowMs)
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
    const look = lookName(stream, shard)
    if (!engine.schedule.isDue(look, nowMs)) continue
    const records = await recordsOf(engine, stream, shard)
    const isOfAge = (sinceMs: number): boolean => endOfAge(engine, trimName(stream, shard), sinceMs, nowMs) <= nowMs
    const due = records.filter(({ value }) => isOfAge(creationMsOf(value)))
    if (due.length > 0) {
      if (due.length < records.length) engine.schedule.ran(look, nowMs, nowMs + trimBreakMs)
      await trim(engine, stream, shard, due)
      return true
    }
    if (records.length === 0 && shard.closed !== undefined && isOfAge(shard.closed.atMs)) {
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
  for (const nameOf of [rotationName, lookName, trimName]) engine.schedule.forgetOne(nameOf(known, forgotten))
}

async function forgetEmptied(engine: StreamTrimmer, stream: Stream, nowMs: number): Promise<boolean> {
  if (stream.disabledMs === undefined) return false
  // Asked for as long as there are shards, too, so that its wait does not begin behind theirs when the clock was set back.
  const isOld = endOfAge(engine, forgetName(stream), stream.disabledMs, nowMs) <= nowMs
  if (stream.shards.length > 0 || !isOld) return false
  await changeOne(engine, stream, (turn, found) => turn.replace(found, undefined))
  engine.schedule.forgetOne(forgetName(stream))
  return true
}

/** `decide` is not called when the stream is gone. */
function changeOne(engine: StreamTrimmer, stream: Stream, decide: (turn: StreamTurn, stream: Stream) => void): Promise<void> {
  return changeStreams(engine, [stream], (turn) => {
    const found = turn.streams.find(stream.region, stream)
    if (found !== undefined) decide(turn, found)
  })
}
