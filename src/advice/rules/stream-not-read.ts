/** A table records its changes in a stream that nobody reads. */
import { hourMs } from '../../base/clock.ts'
import { openShards, type Stream } from '../../engine/schema/stream.ts'
import { lastNumber } from '../../engine/streams/read-records.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Draft } from '../finding.ts'
import { streamUse } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { type StreamReads, streamReads } from '../stream-reads.ts'

export const streamNotReadRule: Rule = {
  id: 'stream-not-read',
  about: 'A stream took at least 1,000 records, and nobody asked for any in 24 hours.',
  document: 'M6',
  isForProduction: true,
  open: (hearing) => {
    const reads = streamReads(hearing)
    return {
      hear: (call) => reads.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          const stream = look.engine.catalog.streams.recording(table.tableId)?.stream
          const draft = stream && (await draftOf(look, reads, stream))
          if (draft !== undefined) drafts.push(draft)
        }
        return drafts
      },
      forget: () => reads.forget(),
    }
  },
}

async function draftOf({ engine, nowMs }: Look, reads: StreamReads, stream: Stream): Promise<Draft | undefined> {
  const { sinceMs } = reads
  if (sinceMs === undefined) return undefined
  const readMs = stream.shards.map((shard) => reads.of(stream, shard)?.lastMs ?? 0)
  const lastMs = Math.max(sinceMs, stream.creationMs, measuredMs(engine, stream), ...readMs)
  if (nowMs - lastMs < streamUse.silentMs) return undefined
  const records = await recordsOf(engine, stream)
  if (records < streamUse.recordsMin) return undefined
  return {
    severity: 'info',
    ...{ region: engine.region, table: stream.tableName, fromMs: lastMs, toMs: nowMs },
    evidence: { records },
    sentence: `Nobody has read the stream of ${stream.tableName} for ${inText((nowMs - lastMs) / hourMs)} hours; it took ${inText(records)} records.`,
    change: {
      text: 'Turn it off, or let something read it.',
      code: JSON.stringify({ TableName: stream.tableName, StreamSpecification: { StreamEnabled: false } }),
    },
    wontHelp: 'Another view type.',
  }
}

/** When records were last asked for, also where nobody heard it. */
function measuredMs({ metering: { metrics }, catalog }: MeteredEngine, { tableName, label }: Stream): number {
  const dimensions = { region: catalog.region, TableName: tableName, Operation: 'GetRecords', StreamLabel: label }
  return metrics.find('ReturnedRecordsCount', dimensions)?.lastMinuteMs ?? 0
}

async function recordsOf(engine: MeteredEngine, stream: Stream): Promise<number> {
  let records = 0
  for (const shard of openShards(stream)) records += (await lastNumber(engine, stream, shard)) - shard.firstNumber + 1
  return records
}
