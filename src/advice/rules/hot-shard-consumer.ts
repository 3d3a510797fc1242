/** One shard of a stream has most of the records, and its reader stays behind the others; or more than two read the same shard. */
import { type Shard, type Stream, shardIdOf } from '../../engine/schema/stream.ts'
import type { Table } from '../../engine/schema/table.ts'
import { lastNumber } from '../../engine/streams/read-records.ts'
import type { Draft } from '../finding.ts'
import { heatedSpace } from '../heated-keys.ts'
import { hotShard } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Hearing, Look, Rule } from '../rule.ts'
import { type StreamReads, streamReads } from '../stream-reads.ts'

export const hotShardConsumerRule: Rule = {
  id: 'hot-shard-consumer',
  about: 'One of four shards or more has 70 % of the records and five times the backlog of the others, or more than two read one shard.',
  document: 'S1',
  isForProduction: true,
  open: (hearing) => {
    const reads = streamReads(hearing)
    return {
      hear: (call) => reads.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          const recording = look.engine.catalog.streams.recording(table.tableId)
          if (recording === undefined) continue
          const shards = await shardsOf(look, hearing, reads, recording)
          const hot = await hotShardOf(look, table, shards)
          drafts.push(...(hot === undefined ? [] : [hot]), ...crowdedShards(look, table, shards))
        }
        return drafts
      },
      forget: () => reads.forget(),
    }
  },
}

interface ShardUse {
  readonly shard: Shard
  readonly records: number
  /** Not read yet; undefined while nobody reads the shard. */
  readonly unread: number | undefined
  readonly readers: number
  readonly readMs: number
}

async function shardsOf(
  { engine }: Look,
  hearing: Hearing,
  reads: StreamReads,
  { stream, shards }: { readonly stream: Stream; readonly shards: readonly Shard[] },
): Promise<readonly ShardUse[]> {
  const uses: ShardUse[] = []
  for (const shard of shards) {
    const last = await lastNumber(engine, stream, shard)
    const heard = reads.of(stream, shard)
    // Somebody may have read on, and was not heard.
    const ofShard = heard === undefined || hearing.wasDeafSince(heard.lastSteadyMs) ? undefined : heard
    const next = ofShard && Math.max(ofShard.nextNumber, shard.firstNumber)
    const unread = next === undefined ? undefined : Math.max(0, last - next + 1)
    uses.push({ shard, records: last - shard.firstNumber + 1, unread, readers: ofShard?.readers.size ?? 0, readMs: ofShard?.lastMs ?? 0 })
  }
  return uses
}

async function hotShardOf({ engine, nowMs }: Look, table: Table, shards: readonly ShardUse[]): Promise<Draft | undefined> {
  if (shards.length < hotShard.shardsMin) return undefined
  const all = shards.reduce((sum, { records }) => sum + records, 0)
  const hot = shards.find(({ records }) => all > 0 && records >= hotShard.shareMin * all)
  if (hot === undefined || hot.unread === undefined || hot.unread < hotShard.unreadMin) return undefined
  const unreads = shards.map(({ unread = 0 }) => unread).toSorted((a, b) => a - b)
  if (hot.unread < hotShard.lagFactor * (unreads[Math.floor(unreads.length / 2)] ?? 0)) return undefined
  const { keys } = await heatedSpace(engine, { table, access: 'write', minutes: { from: 0, to: 0 } })
  const key = keys.find(({ hash }) => hash >= hot.shard.fromHash && hash < hot.shard.toHash)
  const shardId = shardIdOf(hot.shard)
  return {
    severity: 'warning',
    ...{ region: engine.region, table: table.name, ...(key !== undefined && { key: key.text }), fromMs: hot.readMs, toMs: nowMs },
    evidence: { records: hot.records, share: hot.records / all, unread: hot.unread },
    sentence: `Shard ${shardId} of the stream of ${table.name} has ${percentText(hot.records / all)} of the records and ${inText(hot.unread)} that wait to be read${key === undefined ? '' : `: it follows the partition of ${key.text}`}.`,
    change: {
      text: 'Spread the partition key that is written most. Until then let several batches of the shard be handled at once: the order of each key stays.',
      code: '{ ParallelizationFactor: 10 }',
    },
    wontHelp: 'More readers: two of a shard are the most.',
  }
}

function crowdedShards({ engine, nowMs }: Look, table: Table, shards: readonly ShardUse[]): readonly Draft[] {
  return shards
    .filter(({ readers }) => readers > hotShard.readersMax)
    .map(({ shard, readers, readMs }) => ({
      severity: 'warning',
      ...{ region: engine.region, table: table.name, key: shardIdOf(shard), fromMs: readMs, toMs: nowMs },
      evidence: { readers },
      sentence: `${inText(readers)} readers are at shard ${shardIdOf(shard)} of the stream of ${table.name}: on AWS more than two are throttled.`,
      change: { text: 'Let one reader hand the records on to all others, by a topic, an event bus or a Kinesis stream.' },
    }))
}
