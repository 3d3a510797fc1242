/** Several services over one store: who is there, who does which job, and what happens when one of them goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Control } from '../../src/server/control/control.ts'
import { startServer } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { openTestService, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const beatMs = 2000
const lifeMs = 5000

/** Time goes on for these, and each says that it is alive. */
async function live(nodes: readonly Node[], times = 3): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    for (const { steady, service } of nodes) {
      steady.advance(beatMs)
      await service.beat()
    }
  }
}

test('a server that has its store to itself has no nodes, and writes nothing for them', async () => {
  const service = await openTestService({ kind: 'memory' }, { clock: new ManualClock(startMs) })
  await service.beat()
  assert.deepEqual(await service.control.nodes(), { shared: false, nodes: [] })
  await service.close()
})

test('the nodes of a shared store are listed by each of them, every job is one node’s, and it is done', async () => {
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const nodes = [await nodeOn(store, clock, 1), await nodeOn(store, clock, 2), await nodeOn(store, clock, 3)]
  const [one, other, third] = nodes as [Node, Node, Node]
  await live(nodes)
  const { shared, nodes: seen } = await one.service.control.nodes()
  assert.equal(shared, true)
  assert.deepEqual(
    seen.map(({ isAlive, startedMs }) => ({ isAlive, startedMs })),
    nodes.map(() => ({ isAlive: true, startedMs: startMs })),
  )
  const jobs = seen.flatMap((node) => node.jobs)
  assert.equal(new Set(jobs).size, jobs.length)
  for (const job of ['backfills', 'expiry', 'deleted tables', 'streams', 'client tokens']) assert.ok(jobs.includes(job), job)
  const idsOf = async ({ service }: Node): Promise<readonly string[]> => (await service.control.nodes()).nodes.map(({ id }) => id)
  assert.deepEqual(await idsOf(other), await idsOf(one))

  await succeed(one.service, 'CreateTable', {
    TableName: 'Music',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  await succeed(one.service, 'PutItem', { TableName: 'Music', Item: { pk: { S: 'a' }, gone: { N: String(startMs / 1000 + 1) } } })
  await succeed(other.service, 'UpdateTimeToLive', {
    TableName: 'Music',
    TimeToLiveSpecification: { AttributeName: 'gone', Enabled: true },
  })
  clock.advance(3_600_000)
  for (let round = 0; round < 3; round += 1) for (const { service } of nodes) await service.control.runJobs()
  const { Items } = await succeed(third.service, 'Scan', { TableName: 'Music', ConsistentRead: true })
  assert.deepEqual(Items, [])
  for (const { service } of nodes) await service.close()
  await store.close()
})

test('jobs that are run by hand alone are done on a shared store, however long ago that was', async () => {
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const { service, steady } = await nodeOn(store, clock, 1, { tableStateDelayMs: 1000 })
  for (const TableName of ['First', 'Second']) {
    const { TableDescription } = await succeed(service, 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    })
    assert.equal((TableDescription as { TableStatus: string }).TableStatus, 'CREATING')
    clock.advance(1000)
    await service.control.runJobs()
    const { Table } = await succeed(service, 'DescribeTable', { TableName })
    assert.equal((Table as { TableStatus: string }).TableStatus, 'ACTIVE')
    steady.advance(2 * lifeMs)
  }
  await service.close()
  await store.close()
})

test('a node that is closed gives its jobs to the others at once, one that falls silent after five seconds', async () => {
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const nodes = [await nodeOn(store, clock, 1), await nodeOn(store, clock, 2), await nodeOn(store, clock, 3)]
  const [one, silent, closed] = nodes as [Node, Node, Node]
  await live(nodes)
  const jobsOf = async ({ service }: Node): Promise<readonly string[]> =>
    (await service.control.nodes()).nodes.find(({ isSelf }) => isSelf)?.jobs ?? []
  const all = (await Promise.all(nodes.map(jobsOf))).flat().sort()
  const ofSilent = await jobsOf(silent)
  await closed.service.close()
  await live([one], 1)
  assert.equal((await one.service.control.nodes()).nodes.length, 2)
  for (const job of ofSilent) assert.ok(!(await jobsOf(one)).includes(job))
  silent.steady.advance(lifeMs)
  assert.deepEqual(await jobsOf(silent), [])
  await live([one])
  assert.deepEqual([...(await jobsOf(one))].sort(), all)
  const dead = (await one.service.control.nodes()).nodes.filter(({ isAlive }) => !isAlive)
  assert.deepEqual(
    dead.map(({ jobs }) => jobs),
    [[]],
  )
  for (const { service } of [one, silent]) await service.close()
  await store.close()
})

test('what is set on one node of a shared store holds on all of them, and for those that come later', async () => {
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const nodes = [await nodeOn(store, clock, 1), await nodeOn(store, clock, 2)]
  const [one, other] = nodes as [Node, Node]
  for (const TableName of ['Music', 'Gone']) {
    await succeed(one.service, 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'genre'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        { IndexName: 'by-genre', KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    })
  }
  const before = await other.service.control.settings()
  await one.service.control.changeSettings({ ttlSweepIntervalMs: 5, partitionReadUnitsPerSecondMax: 7, throughput: 'enforce' })
  await one.service.control.setTableThroughput({ table: 'Music', throughput: 'off' })
  await one.service.control.setTableThroughput({ table: 'Gone', throughput: 'off' })
  await other.service.control.setIndexLag({ table: 'Music', index: 'by-genre', indexLagMs: 50 })
  await succeed(one.service, 'DeleteTable', { TableName: 'Gone' })
  const expected = {
    ...before,
    ttlSweepIntervalMs: 5,
    partitionReadUnitsPerSecondMax: 7,
    throughput: 'enforce',
    indexLags: [{ region: 'us-east-1', table: 'Music', index: 'by-genre', indexLagMs: 50 }],
  }
  const later = await nodeOn(store, clock, 3)
  for (const { service } of [one, other, later]) {
    assert.deepEqual(await service.control.settings(), expected)
    assert.deepEqual(await service.control.tableThroughput({ table: 'Music' }), { throughput: 'off', own: true })
  }
  await other.service.control.clearTableThroughput({ table: 'Music' })
  await other.service.control.clearIndexLag({ table: 'Music', index: 'by-genre' })
  for (const { service } of [one, other, later]) {
    assert.deepEqual(await service.control.settings(), { ...expected, indexLags: [] })
    assert.deepEqual(await service.control.tableThroughput({ table: 'Music' }), { throughput: 'enforce', own: false })
    await service.close()
  }
  await store.close()
})

const onlyForTests: readonly ((control: Control) => Promise<unknown>)[] = [
  (control) => control.setClock({ now: startMs + 1 }),
  (control) => control.advanceClock({ byMs: 1 }),
  (control) => control.resetClock(),
  (control) => control.reset(),
  (control) => control.holdNextTransaction({ forMs: 1 }),
  (control) => control.releaseTransactions(),
  (control) => control.conflictNextTransactions({ count: 1 }),
]

test('a server that others stand in for says that it is about to end, and answers all the same until it does', async () => {
  const store = openMemoryStore()
  const server = await startServer({
    storage: { kind: 'custom', open: () => store, isShared: true },
    log: () => {},
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
  })
  const ready = async (): Promise<string> => {
    const response = await fetch(`${server.endpoint}/health/ready`)
    return `${response.status} ${response.headers.get('connection')} ${await response.text()}`
  }
  assert.equal(await ready(), '200 keep-alive ready\n')
  void server.drain()
  assert.equal(await ready(), '503 close closing\n')
  assert.equal((await fetch(`${server.endpoint}/health/live`)).status, 200)
  await server.close()
  await assert.rejects(ready(), { message: 'fetch failed' })
})

test('a clock is not moved, nothing is dropped and no transaction held on a store that others share, unless it is for tests', async () => {
  const store = openMemoryStore()
  const { service } = await nodeOn(store, new ManualClock(startMs), 1)
  for (const each of onlyForTests)
    await assert.rejects(
      each(service.control),
      /^ControlError: .* is not available on a store that several servers may share, unless its first start said --test-cluster\.$/,
    )
  assert.equal((await service.control.clock()).nowMs, startMs)
  await service.close()
  await store.close()
  const other = openMemoryStore()
  const { service: forTests } = await nodeOn(other, new ManualClock(startMs), 2, { isTestCluster: true })
  assert.equal((await forTests.control.conflictNextTransactions({ count: 1 })).conflictsLeft, 1)
  assert.deepEqual(await forTests.control.reset(), { dropped: 0, recreated: 0 })
  await forTests.close()
  await other.close()
})

test('a reset that recreates tables keeps the lags of their indexes on all nodes of a cluster for tests', async () => {
  const store = openMemoryStore()
  const clock = new ManualClock(startMs)
  const nodes = [await nodeOn(store, clock, 1, { isTestCluster: true }), await nodeOn(store, clock, 2, { isTestCluster: true })]
  const [one, other] = nodes as [Node, Node]
  await succeed(one.service, 'CreateTable', {
    TableName: 'Music',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'genre'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      { IndexName: 'by-genre', KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  })
  await one.service.control.setIndexLag({ table: 'Music', index: 'by-genre', indexLagMs: 50 })
  assert.deepEqual(await other.service.control.reset({ recreate: true }), { dropped: 0, recreated: 1 })
  const later = await nodeOn(store, clock, 3, { isTestCluster: true })
  for (const { service } of [one, other, later]) {
    assert.deepEqual(await service.control.indexLag({ table: 'Music', index: 'by-genre' }), { indexLagMs: 50, own: true })
    await service.close()
  }
  await store.close()
})
