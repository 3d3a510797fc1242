/** The records of streams: that they can be read, that none is missing between two others, and that none has a number that was not given yet. */
import { type KeyRange, logEntryNumber, type View } from '../../storage/store.ts'
import { recordLog, recordRange } from '../keyspace/stream-keys.ts'
import type { Shard, Stream } from '../schema/stream.ts'
import { decodeRecord } from '../streams/stored-record.ts'
import type { CheckContext } from './check-context.ts'
import { soundChunk } from './sound-reads.ts'

export async function* checkStreams(context: CheckContext): AsyncGenerator<void> {
  for (const stream of [...context.engine.catalog.streams.all()]) {
    context.report.doing = `the stream ${stream.label} of ${stream.tableName}`
    for (const shard of stream.shards) yield* checkShard(context, stream, shard)
  }
}

async function* checkShard(context: CheckContext, stream: Stream, shard: Shard): AsyncGenerator<void> {
  const log = recordLog(stream, shard.number)
  let before: number | undefined
  let rest: KeyRange | undefined = recordRange(stream, shard.number)
  while (rest !== undefined) {
    const range: KeyRange = rest
    const { chunk, last } = await context.engine.store.view(async (view) => ({
      chunk: await soundChunk(view, range),
      last: await lastOf(view, log),
    }))
    for (const error of chunk.damaged) context.damaged(error)
    // What is damaged has a number all the same.
    const damaged = new Set(chunk.damaged.map(({ key }) => logEntryNumber(key)))
    for (const { key, value } of chunk.entries) {
      const number = logEntryNumber(key)
      const wrong = (says: string): unknown =>
        context.report.add(
          { kind: 'stream', table: stream.tableName, says: `record ${number} of a shard of ${stream.tableName} ${says}` },
          key,
        )
      // Trimming takes the oldest, which may be those that were read before.
      if (before !== undefined && number !== before + 1 && context.isAlone && !isAllIn(damaged, before + 1, number))
        wrong(`follows ${before}`)
      if (last !== undefined && number > last) wrong(`was never given a number: the last one is ${last}`)
      if (!isReadable(value)) wrong('cannot be read')
      before = number
    }
    context.report.rows += chunk.entries.length
    rest = chunk.rest
    yield
  }
}

async function lastOf(view: View, log: ReturnType<typeof recordLog>): Promise<number | undefined> {
  try {
    return (await view.lasts([log]))[0]
  } catch {
    // A damaged head is told of with the rows.
    return undefined
  }
}

function isAllIn(numbers: ReadonlySet<number>, from: number, to: number): boolean {
  for (let number = from; number < to; number += 1) if (!numbers.has(number)) return false
  return true
}

function isReadable(value: Parameters<typeof decodeRecord>[0]): boolean {
  try {
    JSON.parse(`{${decodeRecord(value).images}}`)
    return true
  } catch {
    return false
  }
}
