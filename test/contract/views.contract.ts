/** Laws of reads outside of turns. */
import assert from 'node:assert/strict'
import { AssertionFailure } from '../../src/base/assert.ts'
import type { View } from '../../src/storage/store.ts'
import { everything, get, key, type Law, put, scanAll, scanBothWays, textOf, unlimited } from './laws.ts'

export function views(law: Law): void {
  law('get and view see every write that resolved before, all of one moment', async ({ store }) => {
    await store.write([], (turn) => {
      turn.put(key('a'), 'x')
      turn.put(key('b'), 'y')
    })
    assert.deepEqual(await store.get([key('b'), key('c'), key('a'), key('a')]), ['y', undefined, 'x', 'x'])
    assert.deepEqual(await store.get([]), [])
    assert.deepEqual(await store.view(async (view) => await view.get([key('b'), key('c')])), ['y', undefined])
    const pairs = Array.from({ length: 20 }, async (_, at) => {
      await store.write([], (turn) => {
        turn.put(key('a'), String(at))
        turn.put(key('b'), String(at))
      })
      const [a, b] = await store.get([key('a'), key('b')])
      assert.equal(a, b)
    })
    await Promise.all(pairs)
  })

  law('a view does not move, whether it was read before the next commit or not', async ({ store }) => {
    await put(store, 'a', 'one')
    await store.view(async (touched) => {
      await store.view(async (untouched) => {
        assert.deepEqual(await touched.get([key('a')]), ['one'])
        await store.write([], (turn) => {
          turn.put(key('a'), 'two')
          turn.put(key('b'), 'two')
        })
        await store.view(async (between) => {
          await store.write([], (turn) => turn.delete(key('a')))
          for (const view of [touched, untouched]) {
            assert.deepEqual(textOf((await scanBothWays(view, everything, unlimited)).entries), [['a', 'one']])
            assert.deepEqual(await view.get([key('a'), key('b')]), ['one', undefined])
          }
          assert.deepEqual(await between.get([key('a'), key('b')]), ['two', 'two'])
        })
      })
    })
    assert.deepEqual(await scanAll(store), [['b', 'two']])
  })

  law('views of different moments live side by side', async ({ store }) => {
    const held: Promise<void>[] = []
    const readers: ((moment: number) => Promise<void>)[] = []
    const over: (() => void)[] = []
    for (let moment = 0; moment < 10; moment += 1) {
      await put(store, 'a', String(moment))
      await new Promise<void>((started) => {
        const hold = async (view: View): Promise<void> => {
          readers.push(async (expected) => assert.deepEqual(await view.get([key('a')]), [String(expected)]))
          started()
          await new Promise<void>((end) => over.push(end))
        }
        held.push(store.view(hold))
      })
    }
    for (const [moment, reader] of readers.entries()) {
      await reader(moment)
      over[moment]?.()
    }
    await Promise.all(held)
    assert.equal(await get(store, 'a'), '9')
  })

  law('a view is over when its reader has settled, and rejects as it does', async ({ store }) => {
    await put(store, 'a', 'x')
    const refusal = new Error('refused')
    const [left] = await store.view(async (view) => [view])
    let thrown: View | undefined
    const reading = store.view(async (view) => {
      thrown = view
      throw refusal
    })
    await assert.rejects(reading, refusal)
    await put(store, 'a', 'y')
    for (const view of [left, thrown]) {
      assert.ok(view !== undefined)
      await assert.rejects(async () => await view.get([key('a')]), AssertionFailure)
      await assert.rejects(async () => await view.sums([key('a')]), AssertionFailure)
      await assert.rejects(async () => await view.lasts([key('a')]), AssertionFailure)
      await assert.rejects(async () => await view.scan(everything, unlimited), AssertionFailure)
    }
  })
}
