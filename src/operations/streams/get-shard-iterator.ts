/** GetShardIterator (operations.md §12): a place in a shard from which GetRecords reads. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { assert, unreachable } from '../../base/assert.ts'
import { type Shard, type Stream, shardWithId } from '../../engine/schema/stream.ts'
import { lastNumber, numberAfterNewest } from '../../engine/streams/read-records.ts'
import { numberOfSequence } from '../../engine/streams/sequence-number.ts'
import { encodeIterator } from '../../engine/streams/shard-iterator.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { arnOf, isTrimmed, newestSeenMs, readOfShard, shardDoesNotExist, streamWithArn, trimmed } from './stream-address.ts'

export async function getShardIterator(
  engine: MeteredEngine,
  input: InputOf<'GetShardIterator'>,
  usage: RequestUsage,
): Promise<OutputOf<'GetShardIterator'>> {
  checkSequenceNumber(input)
  const stream = streamWithArn(engine, input.StreamArn)
  const shard = shardWithId(stream, input.ShardId)
  if (shard === undefined) throw shardDoesNotExist()
  const fixed = await fixedNumber(engine, stream, shard, input)
  if (usage.beforeDoing !== undefined) await usage.beforeDoing(readOfShard(stream, shard, fixed === undefined))
  const fromNumber = fixed ?? (await numberAfterNewest(engine, stream, shard, newestSeenMs(engine, usage)))
  const creationMs = engine.clock.now()
  return { ShardIterator: encodeIterator({ streamArn: arnOf(engine, stream), shardNumber: shard.number, fromNumber, creationMs }) }
}

/** Required by two types and forbidden with the others; the words are inferred [I]. */
function checkSequenceNumber({ ShardIteratorType: type, SequenceNumber: sequence }: InputOf<'GetShardIterator'>): void {
  const isNeeded = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER'
  if (isNeeded && sequence === undefined) throw invalid(`ShardIteratorType ${type} must be used with SequenceNumber`)
  if (!isNeeded && sequence !== undefined) throw invalid(`ShardIteratorType ${type} cannot be used with SequenceNumber`)
}

/** Undefined: behind the newest record, whichever that is. */
async function fixedNumber(
  engine: MeteredEngine,
  stream: Stream,
  shard: Shard,
  input: InputOf<'GetShardIterator'>,
): Promise<number | undefined> {
  const { ShardIteratorType: type } = input
  switch (type) {
    case 'TRIM_HORIZON':
      return 0
    case 'LATEST':
      return undefined
    case 'AT_SEQUENCE_NUMBER':
      return untrimmed(shard, await numberInRange(engine, stream, shard, input))
    case 'AFTER_SEQUENCE_NUMBER':
      return untrimmed(shard, (await numberInRange(engine, stream, shard, input)) + 1)
    default:
      return unreachable(type)
  }
}

/** ValidationException for a number that no record of the shard can have (indexes-streams-ttl-transactions.md §5); its words are inferred [I]. */
async function numberInRange(
  engine: MeteredEngine,
  stream: Stream,
  shard: Shard,
  { ShardId, SequenceNumber }: InputOf<'GetShardIterator'>,
): Promise<number> {
  assert(SequenceNumber !== undefined, 'the sequence number was checked')
  const number = numberOfSequence(SequenceNumber)
  if (number === undefined || number < shard.firstNumber || number > (await lastNumber(engine, stream, shard))) {
    throw invalid(`Invalid SequenceNumber: ${SequenceNumber} is not in the range of shard ${ShardId}`)
  }
  return number
}

function untrimmed(shard: Shard, fromNumber: number): number {
  if (isTrimmed(shard, fromNumber)) throw trimmed()
  return fromNumber
}
