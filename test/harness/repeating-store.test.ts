import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { KeyBytes } from '../../src/storage/store.ts'
import { repeatingStore } from './repeating-store.ts'

const count = Uint8Array.of(1) as KeyBytes

test('a repeating store calls about half of the decides twice, in order, and keeps what the last call did', async () => {
  const store = repeatingStore(openMemoryStore(), seededRandom(1))
  const calls: number[] = []
  const heard: string[] = []
  const write = (at: number): Promise<void> =>
    store.write([count], (turn) => {
      calls.push(at)
      turn.follow({ durable: () => heard.push('durable'), dropped: () => heard.push('dropped') })
      turn.put(count, String(Number(turn.get(count) ?? 0) + 1))
    })
  await Promise.all(Array.from({ length: 200 }, (_, at) => write(at)))
  assert.deepEqual(await store.get([count]), ['200'])
  assert.deepEqual(
    calls,
    calls.toSorted((a, b) => a - b),
  )
  const repeated = calls.length - 200
  assert.ok(repeated > 70 && repeated < 130, `${repeated} of 200`)
  assert.equal(heard.filter((word) => word === 'dropped').length, repeated)
  assert.equal(heard.filter((word) => word === 'durable').length, 200)
})

test('what a repeating store rejects with is what its inner store does', async () => {
  const store = repeatingStore(openMemoryStore(), seededRandom(2))
  for (let round = 0; round < 10; round += 1) {
    const refused = store.write([], () => {
      throw new RangeError('refused')
    })
    await assert.rejects(refused, RangeError)
  }
  assert.equal(await store.view(async (view) => (await view.sums([count]))[0]?.[0]), 0)
  assert.deepEqual(await store.sums([count]), [[0, 0, 0]])
  await store.close()
})
