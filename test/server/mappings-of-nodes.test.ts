/** Event source mappings on a store that several nodes share: one of them reads for a mapping, and another goes on when it is gone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { callLambda, functionsOf, succeedLambda } from '../harness/lambda-service.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { succeed } from '../harness/service.ts'
import { openTestStore } from '../harness/test-storage.ts'

const startMs = 1_795_341_600_000
const table = { TableName: 'Orders' }

interface StreamEvent {
  readonly Records: readonly { readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } } } }[]
}

test('one node reads for a mapping, whoever made it, and another goes on behind what it did', async () => {
  const store = await openTestStore()
  const clock = new ManualClock(startMs)
  const seen: string[] = []
  const given = (name: string) =>
    functionsOf({
      f: ({ Records }: StreamEvent) => {
        for (const { dynamodb } of Records) seen.push(`${name} ${dynamodb.Keys.pk.S}`)
      },
    })
  const nodes = new Map<string, Node>()
  for (const [at, name] of ['a', 'b'].entries())
    nodes.set(name, await nodeOn(store, clock, at + 1, { ...given(name), isTestCluster: false }))
  const living = (): readonly Node[] => [...nodes.values()]
  const rounds = async (count = 4): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      clock.advance(1000)
      for (const { service, steady } of living()) {
        steady.advance(2100)
        await service.beat()
        await service.controlContext.runJobs()
      }
    }
  }
  const [first] = living()
  assert.ok(first !== undefined)
  await rounds()
  const { TableDescription } = await succeed(first.service, 'CreateTable', {
    ...table,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  })
  const EventSourceArn = (TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn
  const { UUID } = await succeedLambda(first.service, 'CreateEventSourceMapping', {
    EventSourceArn,
    FunctionName: 'f',
    StartingPosition: 'TRIM_HORIZON',
  })
  const put = (pk: string): Promise<unknown> =>
    succeed(living()[0]?.service ?? first.service, 'PutItem', { ...table, Item: { pk: { S: pk } } })
  await put('1')
  // The other node finds out within a minute that there are mappings.
  clock.advance(60_000)
  await rounds()
  await put('2')
  await rounds()
  const [owner = ''] = (seen[0] ?? '').split(' ')
  assert.deepEqual(seen, [`${owner} 1`, `${owner} 2`])
  // It ends in good order, and gives back its leases.
  const gone = nodes.get(owner)
  nodes.delete(owner)
  await gone?.service.close()
  await put('3')
  await rounds(6)
  const [other = ''] = nodes.keys()
  assert.deepEqual(seen, [`${owner} 1`, `${owner} 2`, `${other} 3`])
  const [left] = living()
  assert.ok(left !== undefined)
  assert.equal((await callLambda(left.service, 'GetEventSourceMapping', { UUID })).body['State'], 'Enabled')
  await left.service.close()
  await store.close()
})
