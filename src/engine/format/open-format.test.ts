import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import type { Store } from '../../storage/store.ts'
import { formatKey, nextTableIdKey } from '../keyspace/keys.ts'
import { format, openFormat } from './open-format.ts'

/** Does something else right before the next view. */
function openedBeside(store: Store, meanwhile: () => Promise<void>): Store {
  let isFirst = true
  return {
    ...forwardedStore(store),
    view: async (read, guards) => {
      if (isFirst) await meanwhile()
      isFirst = false
      return await store.view(read, guards)
    },
  }
}

test('openFormat takes what another process puts into an empty store meanwhile for no older format', async () => {
  const store = await openTestStore()
  const carried: string[] = []
  const carryOvers = [{ carry: async () => void carried.push('carried') }]
  const another = async (): Promise<void> => {
    await openFormat(store, carryOvers)
    await store.write([], (turn) => turn.put(nextTableIdKey(), '2'))
  }
  await openFormat(openedBeside(store, another), carryOvers)
  assert.deepEqual(carried, [])
  assert.deepEqual(await store.get([formatKey()]), [String(format)])
})

test('openFormat carries over what a store without a format holds', async () => {
  const store = await openTestStore()
  await store.write([], (turn) => turn.put(nextTableIdKey(), '2'))
  const carried: string[] = []
  await openFormat(store, [{ carry: async () => void carried.push('carried') }])
  await openFormat(store, [{ carry: async () => void carried.push('again') }])
  assert.deepEqual(carried, ['carried'])
})

test('openFormat of two processes at once puts nothing of the older format over what the first to be done has made of it', async () => {
  const store = await openTestStore()
  await store.write([], (turn) => turn.put(nextTableIdKey(), 'of format 1'))
  const carry = async (from: Store): Promise<void> => {
    const [found] = await from.get([nextTableIdKey()])
    await from.write([], (turn) => turn.put(nextTableIdKey(), `${found}, carried`))
  }
  let isFirst = true
  const slow: Store = {
    ...forwardedStore(store),
    write: async (...asked) => {
      if (isFirst) {
        isFirst = false
        await openFormat(store, [{ carry }])
        await store.write([], (turn) => turn.put(nextTableIdKey(), 'of format 2'))
      }
      return store.write(...asked)
    },
  }
  await openFormat(slow, [{ carry }])
  assert.deepEqual(await store.get([nextTableIdKey(), formatKey()]), ['of format 2', String(format)])
})
