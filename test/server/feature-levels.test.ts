/** Nodes of different versions on one store: what they write is what the oldest of the living reads. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import { raiseLevelJob } from '../../src/engine/jobs/raise-feature-level.ts'
import { type Job, runDueJobs } from '../../src/engine/jobs/run-due-jobs.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

/** As seldom as a node may that counts as alive. */
const beatMs = 4000
const lifeMs = 5000

let store: Store
let nodes: Node[]
let seed: number
const jobs = new Map<Node, Job>()

beforeEach(() => {
  store = openMemoryStore()
  nodes = []
  seed = 0
  jobs.clear()
})

afterEach(async () => {
  for (const { service } of nodes) await service.close()
  await store.close()
})

/** A node of a version that reads up to this level. */
async function started(newestLevel: number): Promise<Node> {
  seed += 1
  const node = await nodeOn(store, new ManualClock(1_795_341_600_000), seed, { newestLevel })
  nodes.push(node)
  await node.service.beat()
  return node
}

/** Time goes on for these, who say that they are alive, and whose job it is looks which level is to be. */
async function live(living: readonly Node[], forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += beatMs) {
    for (const node of living) {
      const { steady, service } = node
      const { engine } = service.controlContext
      steady.advance(beatMs)
      await service.beat()
      await runDueJobs([jobOf(node)], engine.clock, engine.leases)
    }
  }
}

/** All of its jobs each two seconds of an hour would take long. */
function jobOf(node: Node): Job {
  const { engine } = node.service.controlContext
  assert.ok(engine.leases !== undefined)
  const job = jobs.get(node) ?? raiseLevelJob(engine, engine.leases)
  jobs.set(node, job)
  return job
}

async function levelSeenBy({ service }: Node): Promise<unknown> {
  return (await service.control.nodes()).level
}

const outdated = 'The data is written at feature level 2, and this version of Stator reads up to 1: start a newer version'

test('a version that reads more joins, and all write what the older one reads until that is gone', async () => {
  const old = await started(1)
  const young = await started(2)
  await live([old, young], 3 * beatMs)
  for (const node of nodes) {
    assert.equal(await levelSeenBy(node), 1)
    const { nodes: seen } = await node.service.control.nodes()
    assert.equal(seen.filter((each) => each.jobs.includes('feature level')).length, 1)
    assert.deepEqual(seen.map(({ levelMax }) => levelMax).sort(), [1, 2])
  }
  const { id } = old.service.controlContext.engine.leases?.membership.self ?? {}
  await assert.rejects(young.service.control.raiseLevel({ level: 2 }), {
    name: 'ControlError',
    message: `The node ${id} of version 0.1.0 reads up to level 1: replace it by a newer version first.`,
  })
  await live([old, young], hourMs + 10 * beatMs)
  assert.equal(await levelSeenBy(young), 1)

  await old.service.close()
  assert.equal((await young.service.control.raiseLevel({ level: 2 })).level, 2)
  const later = await started(2)
  assert.equal(await levelSeenBy(later), 2)
  await assert.rejects(started(1), { name: 'StoreOpenError', message: outdated })
  for (const level of [0, 1]) {
    await assert.rejects(later.service.control.raiseLevel({ level }), /^ControlError: The feature level is 2, and does not go down\.$/)
  }
  await assert.rejects(later.service.control.raiseLevel({ level: 3 }), /^ControlError: The node \S+ of version 0\.1\.0 reads up to level 2/)
})

test('the level is raised by itself when all the living have read it for an hour', async () => {
  const old = await started(1)
  const young = await started(2)
  const third = await started(3)
  await live(nodes, 2 * beatMs)
  await old.service.close()
  await live([young, third], hourMs - 4 * beatMs)
  assert.equal(await levelSeenBy(third), 1)
  // Somebody starts an old one again, for a moment: the hour begins anew.
  const back = await started(1)
  await live([young, third], beatMs)
  await back.service.close()
  await live([young, third], hourMs - 4 * beatMs)
  assert.equal(await levelSeenBy(third), 1)
  await live([young, third], 10 * beatMs)
  for (const node of [young, third]) assert.equal(await levelSeenBy(node), 2)
  await assert.rejects(started(1), { name: 'StoreOpenError', message: outdated })
})

test('a node that was thought dead when the level was raised does nothing any more, and says why', async () => {
  const frozen = await started(1)
  const young = await started(2)
  await live(nodes, 2 * beatMs)
  const table = {
    TableName: 'Tab',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }
  await succeed(frozen.service, 'CreateTable', table)
  await live([young], lifeMs + beatMs)
  assert.equal(frozen.service.unready(), undefined)
  await young.service.control.raiseLevel({ level: 2 })
  const put = { TableName: 'Tab', Item: { pk: { S: 'a' } } }
  for (const [operation, input] of [
    ['PutItem', put],
    ['GetItem', { TableName: 'Tab', Key: put.Item }],
    ['ListTables', {}],
    ['Scan', { TableName: 'Tab' }],
  ] as const) {
    assert.equal((await call(frozen.service, operation, input)).status, 500, operation)
    assert.equal(frozen.service.unready(), outdated)
  }
  await assert.rejects(frozen.service.control.runJobs(), { name: 'StoreUnavailable', message: outdated })
  frozen.steady.advance(beatMs)
  await assert.rejects(frozen.service.beat(), { name: 'StoreUnavailable', message: outdated })
  assert.equal((await succeed(young.service, 'Scan', { TableName: 'Tab' })).Count, 0)
  // Its replacement goes on.
  const replacement = await started(2)
  await succeed(replacement.service, 'PutItem', put)
  assert.equal((await succeed(young.service, 'Scan', { TableName: 'Tab' })).Count, 1)
})

test('a branch waits until all the living can read it', async () => {
  const old = await started(2)
  const young = await started(3)
  await live(nodes, 2 * beatMs)
  await succeed(young.service, 'CreateTable', {
    TableName: 'Tab',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  const on = { TableName: 'Tab', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }
  await succeed(young.service, 'UpdateContinuousBackups', on)
  await succeed(young.service, 'PutItem', { TableName: 'Tab', Item: { pk: { S: 'a' } } })
  const branch = (): Promise<unknown> => young.service.control.branch({ table: 'Tab', as: 'Branch' })
  await assert.rejects(branch(), /A server of an older version that cannot read branches uses this store: replace it by a newer one first/)
  await old.service.close()
  await young.service.control.raiseLevel({ level: 3 })
  await branch()
  assert.equal((await succeed(young.service, 'Scan', { TableName: 'Branch' })).Count, 1)
})

test('a server that has its store to itself has no level to raise', async () => {
  const service = await openTestService({ kind: 'memory' })
  assert.deepEqual(await service.control.nodes(), { shared: false, nodes: [] })
  await assert.rejects(service.control.raiseLevel({ level: 2 }), /^ControlError: This server has its store to itself/)
  await service.close()
})
