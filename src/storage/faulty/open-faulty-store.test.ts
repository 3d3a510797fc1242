import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { openMemoryStore } from '../memory/open-memory-store.ts'
import { type KeyBytes, type StoredValue, StoreUnavailable } from '../store.ts'
import { type Fault, type FaultyStore, openFaultyStore, seededFaults } from './open-faulty-store.ts'

const key = Uint8Array.of(1) as KeyBytes

interface Opened {
  readonly store: FaultyStore
  readonly heard: string[]
}

function openWith(...faults: Fault[]): Opened {
  const heard: string[] = []
  const store = openFaultyStore({
    open: (observer) => openMemoryStore({ observer }),
    nextFault: () => faults.shift() ?? 'none',
    observer: { beforeCommit: () => heard.push('commit'), rolledBack: () => heard.push('rolled back') },
  })
  return { store, heard }
}

function put(store: FaultyStore, value: string): Promise<void> {
  return store.write([], (turn) => turn.put(key, value))
}

async function read(store: FaultyStore): Promise<StoredValue | undefined> {
  using snapshot = store.snapshot()
  return await snapshot.get(key)
}

test('FaultyStore fails a commit: nothing is kept, the observer is told, the store goes on', async () => {
  const { store, heard } = openWith('none', 'commit-fails')
  await put(store, 'kept')
  for (const result of await Promise.allSettled([put(store, 'lost'), put(store, 'lost')])) {
    assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
  }
  assert.deepEqual(heard, ['commit', 'commit', 'rolled back'])
  assert.equal(await read(store), 'kept')
  await put(store, 'new')
  assert.equal(await read(store), 'new')
})

for (const [fault, kept] of [
  ['crash-before', 'old'],
  ['crash-after', 'new'],
] as const) {
  test(`FaultyStore after ${fault} refuses every call until it is reopened, and has kept "${kept}"`, async () => {
    const { store, heard } = openWith('none', fault)
    await put(store, 'old')
    const snapshot = store.snapshot()
    await assert.rejects(put(store, 'new'), StoreUnavailable)
    assert.equal(store.isCrashed, true)
    assert.deepEqual(heard, ['commit', 'commit'])
    await assert.rejects(put(store, 'later'), StoreUnavailable)
    assert.throws(() => store.snapshot(), StoreUnavailable)
    assert.throws(() => snapshot.get(key), StoreUnavailable)
    snapshot[Symbol.dispose]()
    const heardAfter: string[] = []
    store.reopen({ beforeCommit: () => heardAfter.push('commit'), rolledBack: () => heardAfter.push('rolled back') })
    assert.equal(await read(store), kept)
    await put(store, 'later')
    assert.equal(await read(store), 'later')
    assert.deepEqual([heard.length, heardAfter], [2, ['commit']])
  })
}

test('FaultyStore replays its faults from the seed, at the rates asked for', () => {
  const draw = (seed: number): Fault[] => {
    const next = seededFaults(seededRandom(seed), { commitFails: 32, crashBefore: 16, crashAfter: 16 })
    return Array.from({ length: 4096 }, next)
  }
  const drawn = draw(7)
  assert.deepEqual(draw(7), drawn)
  assert.notDeepEqual(draw(8), drawn)
  const count = (fault: Fault): number => drawn.filter((each) => each === fault).length
  assert.ok(Math.abs(count('commit-fails') - 512) < 100)
  assert.ok(Math.abs(count('crash-before') - 256) < 80)
  assert.ok(Math.abs(count('crash-after') - 256) < 80)
})
