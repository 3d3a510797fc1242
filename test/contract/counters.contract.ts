/** Laws of counters. */
import assert from 'node:assert/strict'
import { AssertionFailure } from '../../src/base/assert.ts'
import { type Amounts, GuardChanged, type Store } from '../../src/storage/store.ts'
import { failCommitOf, key, type Law, put } from './laws.ts'

const one = key('counter one')
const two = key('counter two')

function add(store: Store, amounts: Amounts): Promise<void> {
  return store.write([], (turn) => turn.add(one, amounts))
}

async function sumOf(store: Store): Promise<Amounts | undefined> {
  return (await store.sums([one]))[0]
}

export function counters(law: Law): void {
  law('a counter is the sum of what was added to it, and zero before', async ({ store }) => {
    assert.deepEqual(await store.sums([two, one]), [
      [0, 0, 0],
      [0, 0, 0],
    ])
    await add(store, [1, 10, 0])
    await add(store, [1, -4, 2])
    await store.write([], (turn) => {
      turn.add(one, [1, 1, 1])
      turn.add(two, [-7, 0, 0])
      turn.add(one, [0, 0, -3])
    })
    assert.deepEqual(await store.sums([two, one, two]), [
      [-7, 0, 0],
      [3, 7, 0],
      [-7, 0, 0],
    ])
    await add(store, [Number.MAX_SAFE_INTEGER - 3, -7, 0])
    assert.deepEqual(await sumOf(store), [Number.MAX_SAFE_INTEGER, 0, 0])
    await add(store, [-Number.MAX_SAFE_INTEGER, 0, 0])
    assert.deepEqual(await sumOf(store), [0, 0, 0])
  })

  law('concurrent additions all count', async ({ store }) => {
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 40 }, (_, at) => add(store, [1, at, -at])))
    assert.deepEqual(await sumOf(store), [120, 2340, -2340])
  })

  law('the sums of a view do not move', async ({ store }) => {
    await add(store, [1, 0, 0])
    await store.view(async (view) => {
      await add(store, [1, 0, 0])
      await store.write([], (turn) => turn.clear(two))
      assert.deepEqual(await view.sums([one, two]), [
        [1, 0, 0],
        [0, 0, 0],
      ])
    })
    assert.deepEqual(await sumOf(store), [2, 0, 0])
  })

  law('a turn that comes to nothing adds nothing', async (opened) => {
    const { store } = opened
    await add(store, [1, 1, 1])
    await assert.rejects(
      store.write([], (turn) => {
        turn.add(one, [5, 5, 5])
        turn.clear(one)
        throw new RangeError('refused')
      }),
      RangeError,
    )
    await assert.rejects(
      store.write([], (turn) => turn.add(one, [5, 5, 5]), [{ key: key('g'), value: 'never' }]),
      GuardChanged,
    )
    await failCommitOf(opened, () => [add(store, [5, 5, 5]), store.write([], (turn) => turn.clear(one)), put(store, 'a', 'x')])
    assert.deepEqual(await sumOf(store), [1, 1, 1])
    await Promise.all([put(store, 'a', 'x'), add(store, [1, 0, 0])])
    assert.deepEqual(await sumOf(store), [2, 1, 1])
  })

  law('a cleared counter begins anew, whatever was added before', async ({ store }) => {
    await add(store, [5, 5, 5])
    await store.write([], (turn) => turn.clear(one))
    assert.deepEqual(await sumOf(store), [0, 0, 0])
    await add(store, [5, 5, 5])
    await store.write([], (turn) => {
      turn.add(one, [1, 0, 0])
      turn.clear(one)
      turn.add(one, [0, 2, 0])
      turn.add(one, [0, 2, 0])
    })
    assert.deepEqual(await sumOf(store), [0, 4, 0])
    await add(store, [1, 1, 1])
    assert.deepEqual(await sumOf(store), [1, 5, 1])
    await store.write([], (turn) => {
      turn.clear(one)
      turn.clear(two)
    })
    assert.deepEqual(await sumOf(store), [0, 0, 0])
  })

  law('counters count safe integers', async ({ store }) => {
    for (const wrong of [Number.NaN, 0.5, 2 ** 53]) await assert.rejects(add(store, [0, wrong, 0]), AssertionFailure)
    assert.deepEqual(await sumOf(store), [0, 0, 0])
  })

  law('counters are the same after a restart', async ({ store, restart }) => {
    await Promise.all([add(store, [1, 2, 3]), add(store, [1, 2, 3])])
    const again = (await restart?.()) ?? store
    assert.deepEqual(await sumOf(again), [2, 4, 6])
    await add(again, [1, 0, 0])
    assert.deepEqual(await sumOf(again), [3, 4, 6])
  })
}
