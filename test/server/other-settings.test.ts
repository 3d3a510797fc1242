/** Nodes of one store that were started with other settings: each goes by its own until somebody sets something for all, and the later one says so. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { ServiceOptions } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'

const beatMs = 2000
const lifeMs = 5000

interface LoggingNode extends Node {
  readonly told: readonly string[]
}

let store: Store
let nodes: LoggingNode[]
const clock = new ManualClock(1_795_341_600_000)

beforeEach(() => {
  store = openMemoryStore()
  nodes = []
})

afterEach(async () => {
  for (const { service } of nodes) await service.close()
  await store.close()
})

async function started(options: Partial<ServiceOptions>): Promise<LoggingNode> {
  clock.advance(1000)
  const told: string[] = []
  const node = { ...(await nodeOn(store, clock, nodes.length + 1, { ...options, log: (text) => told.push(text) })), told }
  nodes.push(node)
  await node.service.beat()
  return node
}

async function live(living: readonly Node[], forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += beatMs) {
    for (const { steady, service } of living) {
      steady.advance(beatMs)
      await service.beat()
    }
  }
}

function membershipOf({ service }: Node) {
  const { leases } = service.controlContext.engine
  assert.ok(leases !== undefined)
  return leases.membership
}

test('the later one says once in what it differs from those before it, and where these are', async () => {
  const first = await started({ throughput: 'enforce', indexLagMs: 0 })
  membershipOf(first).tell({ url: 'http://one:8000' })
  const second = await started({ throughput: 'enforce', indexLagMs: 0 })
  const third = await started({ indexLagMs: 500, partitionLimits: { sizeBytesMax: 1000 } })
  await live(nodes, 3 * lifeMs)
  assert.deepEqual([first.told, second.told], [[], []])
  assert.equal(third.told.length, 1)
  const name = membershipOf(second).self.id < membershipOf(first).self.id ? membershipOf(second).self.id : 'http://one:8000'
  assert.equal(
    third.told[0],
    'This server goes by other settings than those that were there before it: ' +
      `throughput is observe here and enforce at ${name}, partitionSizeBytesMax is 1000 here and 10737418240 at ${name}, ` +
      `indexLagMs is 500 here and 0 at ${name}; start all of them with the same flags, or set it for all with PUT /_stator/settings`,
  )
})

test('nothing is said of what is set for all, or of a node that is dead', async () => {
  const dead = await started({ ttlSweepIntervalMs: 1 })
  const first = await started({ throughput: 'enforce' })
  await first.service.control.changeSettings({ throughput: 'off' })
  const second = await started({ throughput: 'observe' })
  await live([first, second], 3 * lifeMs)
  assert.deepEqual(
    [dead, first, second].map(({ told }) => told),
    [[], [], []],
  )
  assert.equal((await second.service.control.settings()).throughput, 'off')
})
