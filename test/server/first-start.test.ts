/** What the first start on a shared store fixes for those that come later. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { FirstStartOptions } from '../../src/engine/nodes/first-start.ts'
import { openDisturbedStore } from '../../src/storage/faulty/open-disturbed-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { nodeOn } from '../harness/nodes.ts'

const clock = new ManualClock(1_795_341_600_000)
const first = { account: '210987654321', region: 'eu-west-1', regions: 'isolated', isTestCluster: true } as const

/** How the server says it is, that was started on the store with these. */
async function startedWith(store: Store, options: FirstStartOptions): Promise<object> {
  const { service } = await nodeOn(store, clock, 1, options)
  const { account, region, regions } = await service.control.info()
  const { isTestCluster } = service.controlContext.engine
  await service.close()
  return { account, region, regions, isTestCluster }
}

test('a later start goes by what the first one was told, said again or not', async () => {
  const store = openDisturbedStore()
  assert.deepEqual(await startedWith(store, first), first)
  assert.deepEqual(await startedWith(store, { isTestCluster: true }), first)
  assert.deepEqual(await startedWith(store, first), first)
  await store.close()
})

test('the first start fixes defaults, too', async () => {
  const store = openMemoryStore()
  const defaults = { account: '123456789012', region: 'us-east-1', regions: 'shared', isTestCluster: false }
  assert.deepEqual(await startedWith(store, {}), defaults)
  await assert.rejects(startedWith(store, { regions: 'isolated' }), {
    name: 'StoreOpenError',
    message:
      'The first server on this database was started with the regions shared, this one with isolated: leave --regions (STATOR_REGIONS) out, or say shared',
  })
  assert.deepEqual(await startedWith(store, {}), defaults)
  await store.close()
})

const refusals: readonly (readonly [FirstStartOptions, string])[] = [
  [
    { isTestCluster: true, account: '111111111111' },
    'The first server on this database was started with the account 210987654321, this one with 111111111111: leave --account (STATOR_ACCOUNT) out, or say 210987654321',
  ],
  [
    { isTestCluster: true, region: 'us-east-1' },
    'The first server on this database was started with the region eu-west-1, this one with us-east-1: leave --region (STATOR_REGION, AWS_REGION) out, or say eu-west-1',
  ],
  [
    { isTestCluster: true, regions: 'shared' },
    'The first server on this database was started with the regions isolated, this one with shared: leave --regions (STATOR_REGIONS) out, or say isolated',
  ],
  [
    {},
    'The first server on this database was started with --test-cluster, this one without it: start it with --test-cluster, or choose another database',
  ],
]

for (const [options, message] of refusals) {
  test(`a start with ${JSON.stringify(options)} is refused in one sentence, and leaves all as it was`, async () => {
    const store = openMemoryStore()
    await startedWith(store, first)
    await assert.rejects(startedWith(store, options), { name: 'StoreOpenError', message })
    assert.deepEqual(await startedWith(store, { isTestCluster: true }), first)
    await store.close()
  })
}

test('a cluster that is not for tests is not joined as one', async () => {
  const store = openMemoryStore()
  await startedWith(store, {})
  await assert.rejects(startedWith(store, { isTestCluster: true }), {
    name: 'StoreOpenError',
    message:
      'The first server on this database was started without --test-cluster, this one with it: start it without --test-cluster, or choose another database',
  })
  await store.close()
})

test('of several that start at once one is the first, and the others go by it or are refused', async () => {
  const store = openMemoryStore()
  const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3']
  const started = await Promise.allSettled(regions.map((region) => startedWith(store, { region })))
  assert.equal(started.filter(({ status }) => status === 'fulfilled').length, 1)
  const [begun] = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  assert.deepEqual(await startedWith(store, {}), begun)
  await store.close()
})
