/** Streams and shards as requests name them, and the exceptions that say there is no such thing or no more of it. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { parseStreamArn, streamArn } from '../../api/table-name.ts'
import { type Shard, type Stream, type StreamAddress, shardIdOf } from '../../engine/schema/stream.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage, UnderstoodRequest } from '../../metering/traffic/request-usage.ts'

/** [I] The words for text that is no ARN of a stream; that it is a ValidationException is known (faults/statements.md §2). */
export function streamAddress(arn: string): StreamAddress {
  const address = parseStreamArn(arn)
  if (address === undefined) throw invalid(`Invalid StreamArn: Invalid ResourceArn provided as input ${arn}`)
  return address
}

export function streamWithArn({ catalog }: MeteredEngine, arn: string): Stream {
  const stream = catalog.streams.find(catalog.region, streamAddress(arn))
  if (stream === undefined) throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`)
  return stream
}

/** As this region names it. */
export function arnOf({ region, account }: MeteredEngine, { tableName, label }: StreamAddress): string {
  return streamArn({ region, account, tableName }, label)
}

export function shardDoesNotExist(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'Requested resource not found: Shard does not exist')
}

export function trimmed(): ServiceError {
  return new ServiceError('TrimmedDataAccessException', 'The operation attempted to read past the oldest stream record in a shard.')
}

/** True when a record of this number or a greater one has been trimmed. 0, the oldest there is, asks for none of those. */
export function isTrimmed({ trimmedNumber = 0 }: Shard, fromNumber: number): boolean {
  return fromNumber !== 0 && fromNumber <= trimmedNumber
}

/** A read of the shard as it is told before it is done. `meetsNewest`: whether it matters to it which records are the newest. */
export function readOfShard({ tableName }: StreamAddress, shard: Shard, meetsNewest: boolean): UnderstoodRequest {
  return { access: 'read', members: [], shard: { tableName, id: shardIdOf(shard), meetsNewest } }
}

/** What was created later than this is not to be seen yet. Milliseconds since the epoch. */
export function newestSeenMs({ clock }: MeteredEngine, { lag }: RequestUsage): number {
  return lag?.kind === 'records' ? clock.now() - lag.ageMs : Number.POSITIVE_INFINITY
}
