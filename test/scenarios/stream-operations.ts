/** What scenarios ask of the consumer of a table's stream (real-world-patterns.md "Pseudo-operations"). */
import assert from 'node:assert/strict'
import { alignWith } from '../harness/likeness.ts'
import { describeShards, readStream, type StreamRecord } from '../harness/stream-consumer.ts'
import type { TestStator } from '../harness/test-stator.ts'
import type { Step } from './scenario.ts'

interface OfStream {
  readonly TableName: string
  /** Only so many of the newest records. */
  readonly last?: number
  /** The order of records with different keys does not matter. */
  readonly orderedPerKey?: boolean
}

/** The table's latest stream from TRIM_HORIZON over all shards. */
export async function compareRecords(stator: TestStator, { request, expect }: Step): Promise<void> {
  const { TableName, last, orderedPerKey } = request as unknown as OfStream
  const all = bySequence(await readStream(stator.succeed.bind(stator), await latestStreamArn(stator, TableName)))
  const records = last === undefined ? all : all.slice(-last)
  const expected = (expect as { readonly Records: readonly StreamRecord[] }).Records
  const inOrder = orderedPerKey === true ? byKey : (list: readonly StreamRecord[]) => list
  assert.equal(records.length, expected.length)
  assert.deepEqual(alignWith(inOrder(expected), inOrder(records), { subset: true }), inOrder(expected))
}

/** What holds of every record; that sequence numbers increase in a shard is asserted by the consumer itself. */
export async function checkInvariants(stator: TestStator, { request, expect }: Step): Promise<void> {
  const { TableName } = request as unknown as OfStream
  const records = await readStream(stator.succeed.bind(stator), await latestStreamArn(stator, TableName))
  assert.ok(records.length > 0)
  const { eventVersion, eventSource } = records[0] ?? {}
  assert.ok(records.every((record) => record.eventVersion === eventVersion && record.eventSource === eventSource))
  const found = {
    eventVersion,
    eventSource,
    sequenceNumbersIncreasePerShard: true,
    uniqueEventIDs: new Set(records.map(({ eventID }) => eventID)).size === records.length,
    noUserIdentity: records.every(({ userIdentity }) => userIdentity === undefined),
    ApproximateCreationDateTimeWholeSeconds: records.every(({ dynamodb }) => Number.isInteger(dynamodb.ApproximateCreationDateTime)),
  }
  assert.deepEqual(found, expect)
}

/** Disables the stream and enables another; the first stays readable. */
export async function toggleStream(stator: TestStator, { request, expect }: Step): Promise<void> {
  const { TableName } = request as unknown as OfStream
  const oldArn = await latestStreamArn(stator, TableName)
  const ask = stator.succeed.bind(stator)
  const before = await readStream(ask, oldArn)
  for (const StreamSpecification of [{ StreamEnabled: false }, { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }]) {
    await stator.succeed('UpdateTable', { TableName, StreamSpecification })
    await stator.waitUntil(TableName, 'ACTIVE')
  }
  const { StreamDescription } = await stator.succeed('DescribeStream', { StreamArn: oldArn })
  const after = await readStream(ask, oldArn)
  assert.ok((await describeShards(ask, oldArn)).every((shard) => shard.SequenceNumberRange.EndingSequenceNumber !== undefined))
  const found = {
    newArnDiffers: (await latestStreamArn(stator, TableName)) !== oldArn,
    oldStreamStatus: (StreamDescription as { readonly StreamStatus: string }).StreamStatus,
    oldRecordsReadable: before.length > 0 && after.length === before.length,
  }
  assert.deepEqual(found, expect)
}

async function latestStreamArn(stator: TestStator, tableName: string): Promise<string> {
  const { Table } = await stator.succeed('DescribeTable', { TableName: tableName })
  return String((Table as { readonly LatestStreamArn?: string }).LatestStreamArn)
}

function bySequence(records: readonly StreamRecord[]): readonly StreamRecord[] {
  return [...records].sort((a, b) => (a.dynamodb.SequenceNumber < b.dynamodb.SequenceNumber ? -1 : 1))
}

/** Records of one key stay in order. */
function byKey(records: readonly StreamRecord[]): readonly StreamRecord[] {
  const keyText = ({ dynamodb }: StreamRecord): string => JSON.stringify(dynamodb.Keys)
  return [...records].sort((a, b) => (keyText(a) < keyText(b) ? -1 : Number(keyText(a) > keyText(b))))
}
