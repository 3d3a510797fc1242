/** Laws of guards. */
import assert from 'node:assert/strict'
import { type Guard, GuardChanged, type StoredValue } from '../../src/storage/store.ts'
import { failCommitOf, get, key, type Law, put } from './laws.ts'

function guard(name: string, value: StoredValue | undefined): Guard {
  return { key: key(name), value }
}

export function guards(law: Law): void {
  law('get, view and write go on when every guard holds, and reject with GuardChanged when one does not', async ({ store }) => {
    await put(store, 'text', 'x')
    await put(store, 'bytes', Uint8Array.of(1, 2))
    const holding = [guard('text', 'x'), guard('bytes', Uint8Array.of(1, 2)), guard('none', undefined)]
    assert.deepEqual(await store.get([key('text')], holding), ['x'])
    assert.equal(await store.view(async () => 'seen', holding), 'seen')
    assert.equal(await store.write([], () => 'decided', holding), 'decided')
    assert.equal(await store.write([], () => 'decided', []), 'decided')
    const changed = [guard('text', 'y'), guard('text', undefined), guard('text', Buffer.from('x')), guard('none', '')]
    changed.push(guard('bytes', Uint8Array.of(1, 3)), guard('bytes', Uint8Array.of(1)), guard('bytes', '\x01\x02'))
    for (const each of changed) {
      await assert.rejects(store.get([key('text')], [guard('none', undefined), each]), GuardChanged)
      await assert.rejects(
        store.view(() => assert.fail('read'), [each]),
        GuardChanged,
      )
      await assert.rejects(
        store.write([], () => assert.fail('decided'), [guard('text', 'x'), each]),
        GuardChanged,
      )
    }
  })

  law('a guard sees every write that resolved before', async ({ store }) => {
    for (const value of ['1', '2', undefined, '3']) {
      await store.write([], (turn) => (value === undefined ? turn.delete(key('g')) : turn.put(key('g'), value)))
      assert.deepEqual(await store.get([], [guard('g', value)]), [])
      await store.write([], () => {}, [guard('g', value)])
      await assert.rejects(store.get([], [guard('g', 'other')]), GuardChanged)
    }
  })

  law('no turn is decided beside a value that its guard does not have', async ({ store }) => {
    await put(store, 'g', '0')
    for (let round = 0; round < 20; round += 1) {
      const believed = String(round)
      const guarded = (): Promise<unknown> =>
        store
          .write(
            [key('g'), key('done')],
            (turn) => {
              assert.equal(turn.get(key('g')), believed)
              turn.put(key('done'), `${turn.get(key('done')) ?? ''}.`)
            },
            [guard('g', believed)],
          )
          .catch(async (error) => {
            assert.ok(error instanceof GuardChanged, String(error))
            // What changed it is durable.
            assert.equal(await get(store, 'g'), String(round + 1))
          })
      await Promise.all([guarded(), guarded(), put(store, 'g', String(round + 1)), guarded(), guarded()])
    }
  })

  law('a turn whose guard does not hold leaves nothing', async ({ store }) => {
    const attempt = store.write([], (turn) => turn.put(key('a'), 'x'), [guard('g', 'never')])
    await Promise.all([assert.rejects(attempt, GuardChanged), put(store, 'b', 'x')])
    assert.deepEqual(await store.get([key('a'), key('b')]), [undefined, 'x'])
  })

  law('a failed commit changes no guard', async (opened) => {
    const { store } = opened
    await put(store, 'g', 'before')
    await store.get([], [guard('g', 'before'), guard('h', undefined)])
    await failCommitOf(opened, () => [
      store.write([], (turn) => {
        turn.put(key('g'), 'lost')
        turn.put(key('h'), 'lost')
      }),
    ])
    const holding = [guard('g', 'before'), guard('h', undefined)]
    assert.deepEqual(await store.get([], holding), [])
    assert.equal(await store.write([], () => 'decided', holding), 'decided')
    await assert.rejects(
      store.write([], () => {}, [guard('g', 'lost')]),
      GuardChanged,
    )
    await put(store, 'g', 'after')
    await assert.rejects(store.get([], holding), GuardChanged)
  })
}
