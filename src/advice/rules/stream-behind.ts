/** Who reads a stream is far behind: after 24 hours its records are gone. */
import { streamRecordAgeMsMax } from '../../api/limits.ts'
import { hourMs } from '../../base/clock.ts'
import { type Shard, type Stream, shardIdOf } from '../../engine/schema/stream.ts'
import { readRecords } from '../../engine/streams/read-records.ts'
import type { Draft } from '../finding.ts'
import { streamLag, streamUse } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { type ShardReads, streamReads } from '../stream-reads.ts'

export const streamBehindRule: Rule = {
  id: 'stream-behind',
  about: 'The oldest record that a reader of a stream has not read is an hour old or more, and the reader does not catch up.',
  document: 'S2',
  isForProduction: true,
  open: (hearing) => {
    const reads = streamReads(hearing)
    return {
      hear: (call) => reads.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          const stream = look.engine.catalog.streams.recording(table.tableId)?.stream
          if (stream === undefined) continue
          for (const shard of stream.shards) {
            const ofShard = reads.of(stream, shard)
            // Somebody may have read on, and was not heard.
            if (ofShard === undefined || hearing.wasDeafSince(ofShard.lastSteadyMs)) continue
            const draft = await draftOf(look, stream, shard, ofShard)
            if (draft !== undefined) drafts.push(draft)
          }
        }
        return drafts
      },
      forget: () => reads.forget(),
    }
  },
}

async function draftOf({ engine, nowMs }: Look, stream: Stream, shard: Shard, reads: ShardReads): Promise<Draft | undefined> {
  if (nowMs - reads.lastMs >= streamUse.silentMs || reads.nextNumber === Number.POSITIVE_INFINITY || isCatchingUp(reads, nowMs))
    return undefined
  const { records } = await readRecords(engine, stream, shard, { fromNumber: reads.nextNumber, recordsMax: 1 })
  const [oldest] = records
  const lagMs = oldest === undefined ? 0 : nowMs - oldest.creationMs
  if (lagMs < streamLag.warningMs) return undefined
  const leftMs = Math.max(0, streamRecordAgeMsMax - lagMs)
  const shardId = shardIdOf(shard)
  return {
    severity: lagMs >= streamLag.errorMs ? 'error' : 'warning',
    ...{ region: engine.region, table: stream.tableName, key: shardId, fromMs: reads.lastMs, toMs: nowMs },
    evidence: { lagMs, leftMs },
    sentence: `Who reads shard ${shardId} of the stream of ${stream.tableName} is ${inText(lagMs / hourMs)} h behind; in ${inText(leftMs / hourMs)} h records are lost.`,
    change: {
      text: 'For a record that fails again and again: bisect batches, bound the tries, and send what fails elsewhere. For too little speed: larger batches, up to 10 batches of a shard at once, and a filter for what is not needed.',
      code: '{ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 5, DestinationConfig: { OnFailure: { Destination: queueArn } }, ParallelizationFactor: 10 }',
    },
    wontHelp: 'More memory, where the reader waits for others.',
  }
}

/** Its answers hold younger records than they did, and it is still at it. */
function isCatchingUp({ lags }: ShardReads, nowMs: number): boolean {
  const recent = lags.filter(({ atMs }) => nowMs - atMs < streamLag.trendMs)
  const [first, last] = [recent[0], recent.at(-1)]
  return first !== undefined && last !== undefined && last.lagMs < first.lagMs
}
