/** What is told of a batch that was given up (lambda-triggers.md §5, Failure destinations). Pure. */
import { sequenceNumber } from '../../../engine/streams/sequence-number.ts'
import type { BatchPlace } from './batch-event.ts'
import { seconds } from './batch-event.ts'
import type { GivenUp, LaneRecord } from './lane.ts'

export interface Failure extends BatchPlace {
  readonly requestId: string
  readonly functionArn: string
  readonly mappingId: string
  readonly records: readonly LaneRecord[]
  readonly givenUp: GivenUp
  readonly nowMs: number
}

/** JSON. `withRecords`: the records themselves, as buckets get them and queues and topics do not. */
export function failureRecord(failure: Failure, withRecords: boolean): string {
  const { requestId, functionArn, givenUp, records, nowMs, shardId, streamArn } = failure
  const { condition, invocations, functionError } = givenUp
  const [first] = records
  const last = records.at(-1)
  return JSON.stringify({
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: invocations },
    // It is missing where the function was never asked [I].
    ...(functionError !== undefined && { responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError } }),
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: sequenceNumber(first?.number ?? 0),
      endSequenceNumber: sequenceNumber(last?.number ?? 0),
      approximateArrivalOfFirstRecord: seconds(first?.creationMs ?? nowMs),
      approximateArrivalOfLastRecord: seconds(last?.creationMs ?? nowMs),
      batchSize: records.length,
      streamArn,
    },
    ...(withRecords && { payload: { Records: records.map(({ event }) => JSON.parse(event) as object) } }),
  })
}

/** Where it lies in a bucket. */
export function failureKey({ mappingId, shardId, nowMs, requestId }: Failure): string {
  const time = new Date(nowMs).toISOString()
  const day = time.slice(0, 10)
  return `aws/lambda/${mappingId}/${shardId}/${day.replaceAll('-', '/')}/${day}T${time.slice(11, 19).replaceAll(':', '.')}-${requestId}`
}
