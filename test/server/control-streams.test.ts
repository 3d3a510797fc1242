/** Shards divided and rotated on demand, in process; over HTTP the crash test and the clients' tests do it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { type DescribedShard, describeShards } from '../harness/stream-consumer.ts'

let service: Service
let streamArn: string

before(async () => {
  service = await openTestService('any', { clock: new ManualClock(1_795_341_600_000) })
  const table = {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }
  const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }
  const { TableDescription } = await succeed(service, 'CreateTable', { TableName: 'Streamed', ...table, ...stream })
  streamArn = String((TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn)
  await succeed(service, 'CreateTable', { TableName: 'Plain', ...table })
})

after(() => service.close())

function shards(): Promise<readonly DescribedShard[]> {
  return describeShards((operation, input) => succeed(service, operation, input), streamArn)
}

function shardId(number: number): string {
  return `shardId-00000001795341600000-${number.toString(16).padStart(8, '0')}`
}

test('one shard is divided', async () => {
  const answer = await service.control.splitShards({ table: 'Streamed', shard: shardId(2) })
  assert.deepEqual(answer, { shards: [{ closed: shardId(2), opened: [shardId(5), shardId(6)] }] })
  const described = await shards()
  assert.ok(described[1]?.SequenceNumberRange.EndingSequenceNumber !== undefined)
  assert.deepEqual(
    described.slice(4).map(({ ParentShardId }) => ParentShardId),
    [shardId(2), shardId(2)],
  )
})

test('all open shards are rotated, the others left alone', async () => {
  const { shards: replaced } = await service.control.rotateShards({ table: 'Streamed' })
  assert.deepEqual(
    replaced.map(({ closed }) => closed),
    [1, 5, 6, 3, 4].map(shardId),
  )
  assert.ok(replaced.every(({ opened }) => opened.length === 1))
  assert.equal((await shards()).length, 11)
})

test('a shard that is closed or not there is told', async () => {
  for (const control of [service.control.splitShards, service.control.rotateShards]) {
    const message = `The stream of "Streamed" has no open shard "${shardId(2)}".`
    await assert.rejects(async () => control({ table: 'Streamed', shard: shardId(2) }), { status: 404, message })
  }
})

test('a table without a stream and one that is not there are told', async () => {
  await assert.rejects(async () => service.control.splitShards({ table: 'Plain' }), {
    status: 400,
    message: 'Table "Plain" has no stream that is enabled.',
  })
  await assert.rejects(async () => service.control.rotateShards({ table: 'Absent' }), {
    status: 404,
    message: 'There is no table "Absent" in us-east-1.',
  })
})

test('a stream is not divided without end', async () => {
  const divideAgainAndAgain = async (): Promise<void> => {
    for (let round = 0; round < 20; round += 1) await service.control.splitShards({ table: 'Streamed' })
  }
  await assert.rejects(divideAgainAndAgain, { status: 400, message: 'A stream is not divided into more than 1000 open shards.' })
  const open = (await shards()).filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined)
  assert.equal(open.length, 640)
})

test('a reset gives a table that stays a new stream, and the old one stays readable', async () => {
  await service.control.reset({ recreate: true })
  const { Streams } = await succeed(service, 'ListStreams', { TableName: 'Streamed' })
  const arns = (Streams as readonly { readonly StreamArn: string }[]).map(({ StreamArn }) => StreamArn)
  assert.deepEqual(arns, [streamArn, streamArn.replace('10:00:00.000', '10:00:00.001')])
  const statuses = arns.map(async (StreamArn) => {
    const { StreamDescription } = await succeed(service, 'DescribeStream', { StreamArn })
    return (StreamDescription as { readonly StreamStatus: string }).StreamStatus
  })
  assert.deepEqual(await Promise.all(statuses), ['DISABLED', 'ENABLED'])
})

test('the time between rotations is a setting', async () => {
  const { shardRotationMs } = await service.control.settings()
  assert.equal(shardRotationMs, 4 * 60 * 60 * 1000)
  assert.equal((await service.control.changeSettings({ shardRotationMs: 1000 })).shardRotationMs, 1000)
})
