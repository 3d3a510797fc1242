import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeyBytes, logRange, type Store, type StoredValue } from '../store.ts'
import { openMemoryStore } from './open-memory-store.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

const counter = key('counter')
const log = key('log')

async function write(store: Store, name: string, value: StoredValue): Promise<void> {
  await store.write([], (turn) => {
    turn.put(key(name), value)
    turn.add(counter, [1, 0, 0])
    turn.append(log, value)
  })
}

async function contents(store: Store): Promise<unknown> {
  const all = { entries: 1e6, bytes: 1e9 }
  const { entries } = await store.view(async (view) => await view.scan(logRange(log), all))
  return {
    values: await store.get([key('a'), key('b')]),
    sums: await store.sums([counter]),
    log: entries.map(({ value }) => value),
  }
}

test('MemoryStore forks what is durable, counters and logs too, and from then on neither sees the other', async () => {
  const store = openMemoryStore()
  await write(store, 'a', 'both')
  const open = write(store, 'b', 'too late for the fork')
  const fork = store.fork()
  await open
  await write(fork, 'a', 'fork')
  await write(store, 'a', 'store')
  assert.deepEqual(await contents(store), {
    values: ['store', 'too late for the fork'],
    sums: [[3, 0, 0]],
    log: ['both', 'too late for the fork', 'store'],
  })
  assert.deepEqual(await contents(fork), { values: ['fork', undefined], sums: [[2, 0, 0]], log: ['both', 'fork'] })
  const second = fork.fork()
  await fork.close()
  await write(second, 'b', 'second')
  assert.deepEqual(await contents(second), { values: ['fork', 'second'], sums: [[3, 0, 0]], log: ['both', 'fork', 'second'] })
})

test('MemoryStore and its forks change many entries without touching what they share', async () => {
  const names = Array.from({ length: 2000 }, (_, at) => `k${at}`)
  const store = openMemoryStore()
  const putAll = (into: Store, value: string): Promise<void> =>
    into.write([], (turn) => {
      for (const name of names) turn.put(key(name), value)
    })
  await putAll(store, 'original')
  const forks = [store.fork(), store.fork()]
  for (const [at, fork] of forks.entries()) await putAll(fork, `fork ${at}`)
  await store.write([], (turn) => {
    for (const name of names.slice(0, 1000)) turn.delete(key(name))
  })
  for (const [at, fork] of forks.entries()) assert.deepEqual(new Set(await fork.get(names.map(key))), new Set([`fork ${at}`]))
  assert.deepEqual(await store.get(names.map(key)), [...Array(1000).fill(undefined), ...Array(1000).fill('original')])
})
