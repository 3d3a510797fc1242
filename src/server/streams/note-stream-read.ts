/** What the memory of readers is told of a GetRecords that was answered. */
import { decodeIterator } from '../../engine/streams/shard-iterator.ts'
import { callSender } from '../advice/call-sender.ts'
import { ownProgram } from '../own-program.ts'
import { type NotedRequest, senderOf } from '../requests/noted-request.ts'
import type { StreamReaders } from './stream-readers.ts'

/** Does nothing when nobody keeps it. An answer that was lost is asked for again; Stator's own programs only look. */
export function noteStreamRead(readers: StreamReaders | undefined, noted: NotedRequest): void {
  const { request, caller, engine, input, output, faults } = noted
  if (readers === undefined || caller === undefined || faults?.isAnswerLost === true) return
  const { userAgent = '' } = senderOf(request)
  if (userAgent.startsWith(ownProgram)) return
  const { ShardIterator: fromText } = input as { readonly ShardIterator: string }
  const { NextShardIterator: nextText } = output as { readonly NextShardIterator?: string }
  const from = decodeIterator(fromText)
  if (from === undefined) return
  const next = nextText === undefined ? undefined : decodeIterator(nextText)
  const { identity, address, userAgent: program } = callSender(request, caller, userAgent)
  readers.note({
    streamArn: from.streamArn,
    shardNumber: from.shardNumber,
    next: next?.fromNumber ?? from.fromNumber,
    isEnd: next === undefined,
    lastMs: engine.clock.now(),
    by: { identity, address, userAgent: program },
  })
}
