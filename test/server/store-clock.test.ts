/** Servers on a store that has a clock of its own go by that, and are not ready while they cannot know it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import { openService, startServer } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { succeed } from '../harness/service.ts'

/** A store whose clock is not this machine's. */
function storeWithClock(store: Store, clock: { readonly now: () => Promise<number> }): Store {
  return { ...keptOpen(store), now: clock.now }
}

test('two servers on machines whose clocks are wrong go by the clock of the store, and list by how much theirs are off', async () => {
  const memory = openMemoryStore()
  const steadyClock = new ManualClock(0)
  const told: string[] = []
  // It is the store that is an hour behind, and for a server all the same.
  const now = async (): Promise<number> => Date.now() - hourMs
  const open = (): Store => storeWithClock(memory, { now })
  const nodes = await Promise.all(
    [1, 2].map(() =>
      openService({ storage: { kind: 'custom', open, isShared: true }, steadyClock, log: (text) => told.push(text), jobs: 'manual' }),
    ),
  )
  for (const node of nodes) {
    await node.beat()
    assert.equal(node.unready(), undefined)
    const { nowMs } = await node.control.clock()
    assert.ok(nowMs <= Date.now() - hourMs)
    assert.ok(nowMs >= Date.now() - 1.5 * hourMs)
  }
  for (const { machineAheadMs = 0 } of (await nodes[1]?.control.nodes())?.nodes ?? []) {
    assert.ok(Math.abs(machineAheadMs - hourMs) < 1000, `${machineAheadMs} ms`)
  }
  assert.equal((await nodes[1]?.control.nodes())?.nodes.length, 2)
  const sentence =
    /^The clock of this machine is 3[56]\d\d\.\d s ahead of that of the database: Stator goes by the database's; set one of them right$/
  assert.deepEqual(
    told.map((text) => sentence.test(text)),
    [true, true],
  )
  for (const node of nodes) await node.close()
  await memory.close()
})

test('a server whose clock cannot be held against that of the store is not ready, serves all the same, and is ready again without a restart', async () => {
  const memory = openMemoryStore()
  const steadyClock = new ManualClock(0)
  let answerTakesMs = 0
  const now = async (): Promise<number> => {
    steadyClock.advance(answerTakesMs)
    return Date.now()
  }
  const server = await startServer({
    storage: { kind: 'custom', open: () => storeWithClock(memory, { now }), isShared: true },
    steadyClock,
    log: () => {},
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
  })
  const ready = async (): Promise<string> => {
    const response = await fetch(`${server.endpoint}/health/ready`)
    return `${response.status} ${await response.text()}`
  }
  const readyWhen = async (sentence: RegExp): Promise<void> => {
    while (!sentence.test(await ready())) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal(await ready(), '200 ready\n')
  answerTakesMs = 1200
  steadyClock.advance(10_001)
  await readyWhen(/^503 The database has not said what time it is for \d+ s\n$/)
  assert.equal((await fetch(`${server.endpoint}/health/live`)).status, 200)
  assert.ok((await server.control.clock()).nowMs > 0)
  answerTakesMs = 0
  await readyWhen(/^200 ready\n$/)
  await server.close()
  await memory.close()
})

test('a clock that is given is gone by as it is', async () => {
  const memory = openMemoryStore()
  const clock = new ManualClock(1_795_341_600_000)
  const open = (): Store => storeWithClock(memory, { now: () => Promise.reject(new Error('nobody asks')) })
  const service = await openService({ storage: { kind: 'custom', open, isShared: true }, clock, log: () => {}, jobs: 'manual' })
  await service.beat()
  assert.equal((await service.control.clock()).nowMs, clock.now())
  assert.deepEqual(await succeed(service, 'ListTables', {}), { TableNames: [] })
  await service.close()
  await memory.close()
})
