/** Several nodes over one store: one of them tells the stream, and when it is gone another goes on where it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { KinesisEndpoint, kinesisCredentials } from '../harness/kinesis-endpoint.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const beatMs = 2000
const leaseLifeMs = 5000
const TableName = 'Orders'
const job = 'kinesis destinations'

async function beats(nodes: readonly Node[], times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    for (const node of nodes) {
      node.steady.advance(beatMs)
      await node.service.beat()
    }
  }
}

async function put(node: Node, n: number): Promise<void> {
  await succeed(node.service, 'PutItem', { TableName, Item: { pk: { S: 'a' }, n: { N: String(n) } } })
}

function toldBy(kinesis: KinesisEndpoint): readonly number[] {
  return kinesis.records.map(({ data }) => Number(data.dynamodb.NewImage?.['n']?.['N']))
}

test('One of two nodes sends what both write, and when it is gone the other goes on and leaves nothing out', async () => {
  const kinesis = await KinesisEndpoint.open({ changes: 'ACTIVE' })
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const dataStreams = { kinesis: { endpoint: kinesis.url, credentials: kinesisCredentials } }
  const one = await nodeOn(store, clock, 1, { dataStreams })
  await beats([one], 1)
  const other = await nodeOn(store, clock, 2, { dataStreams })
  await succeed(one.service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  const StreamArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/changes'
  await succeed(other.service, 'EnableKinesisStreamingDestination', { TableName, StreamArn })
  await beats([one, other], 2)
  for (const { service } of [one, other]) await service.control.runJobs()
  const holder = [one, other].find(({ service }) => service.controlContext.engine.leases?.of(job) !== undefined) ?? assert.fail()
  const heir = holder === one ? other : one

  await put(one, 1)
  await put(other, 2)
  await heir.service.control.runJobs()
  await holder.service.control.runJobs()
  assert.deepEqual(toldBy(kinesis), [1, 2])

  // It takes what it is sent, and the node never hears of it: then that is gone.
  kinesis.behaviour = { kind: 'hang up' }
  await put(one, 3)
  await holder.service.control.runJobs()
  assert.deepEqual(toldBy(kinesis), [1, 2, 3])
  kinesis.behaviour = { kind: 'take' }
  await put(heir, 4)
  await beats([heir], Math.ceil(leaseLifeMs / beatMs) + 2)
  clock.advance(minuteMs)
  await heir.service.control.runJobs()
  assert.deepEqual(toldBy(kinesis), [1, 2, 3, 3, 4])
  assert.equal(kinesis.records[2]?.data.eventID, kinesis.records[3]?.data.eventID)

  // Who wakes up again sends nothing of what is done.
  await holder.service.control.runJobs()
  assert.deepEqual(toldBy(kinesis), [1, 2, 3, 3, 4])
  for (const { service } of [one, other]) await service.close()
  assert.deepEqual(kinesis.faults, [])
  await kinesis.close()
})
