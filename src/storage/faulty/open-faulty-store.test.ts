import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionFailure } from '../../base/assert.ts'
import { seededRandom } from '../../base/random.ts'
import { openMemoryStore } from '../memory/open-memory-store.ts'
import { type Guard, GuardChanged, type KeyBytes, type StoredValue, StoreUnavailable, ViewEnded } from '../store.ts'
import type { Disturbances } from './disturbances.ts'
import { type Fault, type FaultyStore, openFaultyStore, seededFaults } from './open-faulty-store.ts'

const key = Uint8Array.of(1) as KeyBytes

interface Opened {
  readonly store: FaultyStore
  readonly heard: string[]
  put(value: string): Promise<void>
}

function openWith(...faults: Fault[]): Opened {
  const heard: string[] = []
  const store = openFaultyStore({
    open: ({ failCommit }) =>
      openMemoryStore({
        failCommit: () => {
          heard.push('commit')
          failCommit()
        },
      }),
    nextFault: () => faults.shift() ?? 'none',
  })
  const put = (value: string): Promise<void> =>
    store.write([], (turn) => {
      turn.follow({ durable: () => heard.push(`${value} durable`), dropped: () => heard.push(`${value} dropped`) })
      turn.put(key, value)
    })
  return { store, heard, put }
}

async function read(store: FaultyStore): Promise<StoredValue | undefined> {
  return (await store.get([key]))[0]
}

test('FaultyStore fails a commit: nothing is kept, followers are told, the store goes on', async () => {
  const { store, heard, put } = openWith('none', 'commit-fails')
  await put('kept')
  for (const result of await Promise.allSettled([put('lost'), put('too')])) {
    assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
  }
  assert.deepEqual(heard, ['commit', 'kept durable', 'commit', 'lost dropped', 'too dropped'])
  assert.equal(await read(store), 'kept')
  await put('new')
  assert.equal(await read(store), 'new')
})

for (const [fault, kept] of [
  ['crash-before', 'old'],
  ['crash-after', 'new'],
] as const) {
  test(`FaultyStore after ${fault} refuses every call until it is reopened, and has kept "${kept}"`, async () => {
    const { store, heard, put } = openWith('none', fault)
    await put('old')
    await store.view(async (view) => {
      await assert.rejects(put('new'), StoreUnavailable)
      assert.throws(() => view.get([key]), StoreUnavailable)
      assert.throws(() => view.sums([key]), StoreUnavailable)
      assert.throws(() => view.lasts([key]), StoreUnavailable)
      assert.throws(() => view.scan({ start: key, end: key }, { entries: 1, bytes: 1 }), StoreUnavailable)
    })
    assert.equal(store.isCrashed, true)
    await assert.rejects(put('later'), StoreUnavailable)
    await assert.rejects(read(store), StoreUnavailable)
    await assert.rejects(store.sums([key]), StoreUnavailable)
    await assert.rejects(
      store.view(async () => {}),
      StoreUnavailable,
    )
    // A process that is gone tells nobody.
    assert.deepEqual(heard, ['commit', 'old durable', 'commit'])
    store.reopen()
    assert.equal(await read(store), kept)
    await put('later')
    assert.equal(await read(store), 'later')
    assert.deepEqual(heard.slice(3), ['commit', 'later durable'])
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

function disturbed(disturbances: Partial<Disturbances>): FaultyStore {
  return openFaultyStore({
    open: (hooks) => openMemoryStore({ failCommit: hooks.failCommit }),
    nextFault: () => 'none',
    disturbances: { random: seededRandom(3), ...disturbances },
  })
}

/** What each attempt at an increment read, and what it heard. */
async function increments(store: FaultyStore): Promise<{ readonly reads: string[]; readonly heard: string[] }> {
  const reads: string[] = []
  const heard: string[] = []
  const increment = (at: number): Promise<void> =>
    store.write([key], (turn) => {
      const before = Number(turn.get(key) ?? 0)
      reads.push(`${at}: ${before}`)
      turn.follow({ durable: () => heard.push('durable'), refused: () => heard.push('refused'), dropped: () => heard.push('dropped') })
      turn.put(key, String(before + 1))
    })
  await Promise.all([increment(1), increment(2)])
  return { reads, heard }
}

test('FaultyStore decides twice in one go', async () => {
  const store = disturbed({ repeatedAtOnce: 256 })
  assert.deepEqual(await increments(store), {
    reads: ['1: 0', '1: 0', '2: 1', '2: 1'],
    heard: ['dropped', 'dropped', 'durable', 'durable'],
  })
  assert.equal(await read(store), '2')
})

test('FaultyStore decides again behind other turns, with what they changed', async () => {
  const draws = [0, 255]
  const store = disturbed({ repeatedLater: 128, random: { bytes: () => Uint8Array.of(draws.shift() ?? 255) } })
  const { reads, heard } = await increments(store)
  assert.deepEqual(reads, ['1: 0', '2: 0', '1: 1'])
  assert.deepEqual(heard, ['dropped', 'durable', 'durable'])
  assert.equal(await read(store), '2')
})

test('FaultyStore decides again although it is being closed, and tells what broke the contract the first time', async () => {
  const store = disturbed({ repeatedLater: 256 })
  let inner: Promise<void> | undefined
  const nested = store.write([], () => {
    inner = store.write([], () => {})
    inner.catch(() => {})
  })
  await nested
  await assert.rejects(inner ?? Promise.resolve(), AssertionFailure)
  const last = store.write([], (turn) => turn.put(key, 'x'))
  await store.close()
  await last
})

test('FaultyStore says GuardChanged although every guard holds, before and behind a decide that comes to nothing', async () => {
  const store = disturbed({ guardsChanged: 256 })
  const guards: readonly Guard[] = [{ key, value: undefined }]
  let calls = 0
  let drops = 0
  for (let round = 0; round < 40; round += 1) {
    const write = store.write(
      [],
      (turn) => {
        calls += 1
        turn.follow({ dropped: () => (drops += 1) })
        turn.put(key, 'never')
      },
      guards,
    )
    await assert.rejects(write, GuardChanged)
  }
  assert.ok(calls > 10 && calls < 30, `${calls} of 40`)
  assert.equal(drops, calls)
  await assert.rejects(store.get([key], guards), GuardChanged)
  await assert.rejects(
    store.view(async () => {}, guards),
    GuardChanged,
  )
  assert.deepEqual(await store.get([key]), [undefined])
  assert.equal(await store.write([], () => 'decided'), 'decided')
})

test('FaultyStore ends a view early, and for good', async () => {
  const store = disturbed({ viewsEnded: 64 })
  let readsMax = 0
  for (let round = 0; round < 20; round += 1) {
    let reads = 0
    const reading = store.view(async (view) => {
      for (; reads < 100; reads += 1) await view.get([key])
    })
    await assert.rejects(reading, ViewEnded)
    readsMax = Math.max(readsMax, reads)
    await store.view(async (view) => {
      const read = async (): Promise<unknown> => await view.scan({ start: key, end: key }, { entries: 1, bytes: 1 })
      while (await read().then(Boolean, () => false)) {}
      await assert.rejects(async () => await view.sums([key]), ViewEnded)
      await assert.rejects(async () => await view.lasts([key]), ViewEnded)
    })
  }
  assert.ok(readsMax > 2 && readsMax < 100)
})
