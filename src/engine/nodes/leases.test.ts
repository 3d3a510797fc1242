import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { notOnPostgres, openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import type { KeyBytes, Store } from '../../storage/store.ts'
import { usageKey } from '../keyspace/node-keys.ts'
import { beatEveryMs, leaseLifeMs, nodeForgottenAfterMs } from '../limits.ts'
import { openGuardedStore } from '../records/guarded-store.ts'
import { VersionedRecords } from '../records/versioned-records.ts'
import { Leases } from './leases.ts'
import { Membership } from './membership.ts'
import { LeaseLost, underLease } from './under-lease.ts'

const manyCommits = 'many thousand commits, one after the other'

const jobs = ['backfills', 'expiry', 'streams', 'table states', 'index queues', 'vector logs', 'deleted tables', 'client tokens']

class TestNode {
  readonly steady = new ManualClock(0)
  readonly leases: Leases

  constructor(store: Store, id: string) {
    this.leases = new Leases(store, this.steady, new Membership(store, this.steady, { id, startedMs: 0, version: '1.0.0', levelMax: 1 }))
  }

  get held(): readonly string[] {
    return this.leases.held
  }

  /** Goes on for so long, and says at the end that it is alive. */
  async live(ms = beatEveryMs): Promise<void> {
    this.steady.advance(ms)
    await this.leases.renew(jobs)
  }
}

function nodesOn(store: Store, ...ids: readonly string[]): readonly TestNode[] {
  return ids.map((id) => new TestNode(store, id))
}

async function live(nodes: readonly TestNode[], times = 3): Promise<void> {
  for (let time = 0; time < times; time += 1) for (const node of nodes) await node.live()
}

/** Throws when two of them hold the same. */
function heldByAll(nodes: readonly TestNode[]): readonly string[] {
  const held = nodes.flatMap((node) => node.held)
  assert.equal(new Set(held).size, held.length, `held twice: ${held.sort().join(', ')}`)
  return held.sort()
}

const all = jobs.toSorted()

test('the only node holds every lease as soon as it has said that it is alive', async () => {
  const [node] = nodesOn(await openTestStore(), 'a') as [TestNode]
  assert.deepEqual(node.held, [])
  await node.live()
  assert.deepEqual(node.held, all)
})

test('several nodes hold every lease once, each some of them, and who joins gets its share', async () => {
  const store = await openTestStore()
  const nodes = nodesOn(store, 'a', 'b', 'c')
  const [first] = nodes as [TestNode]
  await live([first])
  await live(nodes)
  assert.deepEqual(heldByAll(nodes), all)
  for (const node of nodes) assert.ok(node.held.length > 0)
  const before = nodes.map(({ held }) => held)
  await live(nodes)
  assert.deepEqual(
    nodes.map(({ held }) => held),
    before,
  )
})

test('a node that falls silent knows that it holds nothing before another takes what it held', async () => {
  const nodes = nodesOn(await openTestStore(), 'a', 'b')
  const [a, b] = nodes as [TestNode, TestNode]
  await live(nodes)
  assert.ok(a.held.length > 0)
  a.steady.advance(leaseLifeMs - 1)
  await b.live(leaseLifeMs - 1)
  assert.deepEqual(heldByAll(nodes), all)
  a.steady.advance(1)
  assert.deepEqual(a.held, [])
  await b.live()
  assert.deepEqual(b.held, all)
})

test('a node that leaves hands over at once, and one that died is forgotten', async () => {
  const store = await openTestStore()
  const nodes = nodesOn(store, 'a', 'b', 'c')
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode]
  await live(nodes)
  await a.leases.leave()
  assert.deepEqual(a.held, [])
  await live([b, c], 2)
  assert.deepEqual(heldByAll([b, c]), all)
  for (let ms = 0; ms <= nodeForgottenAfterMs; ms += beatEveryMs) await b.live()
  await b.live()
  assert.deepEqual(
    b.leases.membership.nodes.map(({ id, isAlive }) => [id, isAlive]),
    [['b', true]],
  )
})

test('what a node told of limits goes when it is forgotten, and nothing of those who live', async () => {
  const store = await openTestStore()
  const nodes = nodesOn(store, 'a', 'b')
  const [, b] = nodes as [TestNode, TestNode]
  await live(nodes)
  const keys = ['a', 'b'].map(usageKey)
  await store.write([], (turn) => {
    for (const key of keys) turn.put(key, '[]')
  })
  for (let ms = 0; ms < nodeForgottenAfterMs; ms += beatEveryMs) {
    assert.deepEqual(await store.get(keys), ['[]', '[]'])
    await b.live()
  }
  await b.live()
  assert.deepEqual(await store.get(keys), [undefined, '[]'])
})

test('what a node does that was thought dead comes to nothing, also when it waits for records to catch up', async () => {
  const store = await openTestStore()
  const records = new VersionedRecords(1, { ranges: [], apply: () => {}, replace: () => {} })
  await records.load(store)
  const nodes = nodesOn(store, 'a', 'b')
  const [a, b] = nodes as [TestNode, TestNode]
  await live(nodes)
  const [name] = a.held as [string]
  const lease = a.leases.of(name)
  assert.ok(lease !== undefined)
  const under = openGuardedStore(store, records).by((way) => underLease(way, lease))
  const key = Buffer.from('what it does') as Uint8Array as KeyBytes
  await under.write([], (turn) => turn.put(key, 'done'))
  await b.live(leaseLifeMs)
  await b.live(beatEveryMs)
  assert.ok(b.leases.of(name) !== undefined)
  const late = [
    under.write([], (turn) => turn.put(key, 'too late')),
    under.writeReading(
      () => [],
      (turn) => turn.put(key, 'too late'),
    ),
    records.change(
      under.unguarded,
      () => [],
      (change) => change.put(key, 'too late'),
    ),
  ]
  for (const write of late) await assert.rejects(write, LeaseLost)
  assert.deepEqual(await store.get([key]), ['done'])
})

test('no two nodes ever hold a lease, whenever they live, fall silent, leave and come again', {
  skip: notOnPostgres(manyCommits),
}, async () => {
  const step = fc.record({
    node: fc.nat(2),
    act: fc.constantFrom('live', 'live', 'live', 'live', 'silent', 'leave', 'restart'),
    ms: fc.constantFrom(100, beatEveryMs, beatEveryMs, leaseLifeMs - 1, leaseLifeMs),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const store = await openTestStore()
      const nodes = [...nodesOn(store, 'a0', 'b0', 'c0')]
      for (const [at, { node, act, ms }] of steps.entries()) {
        const one = nodes[node] as TestNode
        for (const each of nodes) each.steady.advance(ms)
        if (act === 'live') await one.leases.renew(jobs)
        else if (act === 'leave') await one.leases.leave()
        else if (act === 'restart') nodes[node] = new TestNode(store, `${'abc'[node]}${at + 1}`)
        heldByAll(nodes)
      }
      for (let round = 0; round < 6; round += 1) await live(nodes, 1)
      assert.deepEqual(heldByAll(nodes), all)
    }),
  )
})
