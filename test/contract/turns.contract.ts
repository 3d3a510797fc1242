/** Laws of turns and of the commits that they share. */
import assert from 'node:assert/strict'
import { AssertionFailure } from '../../src/base/assert.ts'
import { StoreUnavailable, type WriteTurn } from '../../src/storage/store.ts'
import { failCommitOf, key, type Law, put, scanAll } from './laws.ts'

export function turns(law: Law): void {
  law('a turn sees every write that resolved before it was asked for', async ({ store }) => {
    await put(store, 'a', 'first')
    await put(store, 'a', 'second')
    assert.deepEqual(await store.write([key('a'), key('b')], (turn) => [turn.get(key('a')), turn.get(key('b'))]), ['second', undefined])
  })

  law('a turn reads the value before itself', async ({ store }) => {
    await put(store, 'a', 'before')
    const seen = await store.write([key('a')], (turn) => {
      turn.put(key('a'), 'after')
      const afterPut = turn.get(key('a'))
      turn.delete(key('a'))
      return [afterPut, turn.get(key('a'))]
    })
    assert.deepEqual(seen, ['before', 'before'])
    assert.deepEqual(await scanAll(store), [])
  })

  law('the last change of a key in a turn counts', async ({ store }) => {
    await store.write([], (turn) => {
      turn.put(key('a'), 'one')
      turn.put(key('a'), 'two')
      turn.delete(key('b'))
      turn.put(key('b'), 'back')
      turn.put(key('c'), 'gone')
      turn.delete(key('c'))
    })
    assert.deepEqual(await scanAll(store), [
      ['a', 'two'],
      ['b', 'back'],
    ])
  })

  law('concurrent read-modify-writes lose nothing', async ({ store }) => {
    const count = key('count')
    const increment = (): Promise<void> => store.write([count], (turn) => turn.put(count, String(Number(turn.get(count) ?? 0) + 1)))
    for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 50 }, increment))
    assert.deepEqual(await scanAll(store), [['count', '250']])
  })

  law('a decide that throws leaves nothing and disturbs no neighbour', async ({ store }) => {
    const refusal = new Error('refused')
    const results = await Promise.allSettled([
      put(store, 'a', 'kept'),
      store.write([], (turn) => {
        turn.put(key('a'), 'torn')
        turn.put(key('b'), 'torn')
        throw refusal
      }),
      put(store, 'c', 'kept'),
    ])
    assert.deepEqual(results, [
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: undefined },
    ])
    assert.deepEqual(await scanAll(store), [
      ['a', 'kept'],
      ['c', 'kept'],
    ])
  })

  law('a turn may read only the keys it named', async ({ store }) => {
    await put(store, 'a', 'x')
    await assert.rejects(
      store.write([key('b')], (turn) => turn.get(key('a'))),
      AssertionFailure,
    )
    await assert.rejects(
      store.write([key('b')], (turn) => turn.close(key('a'))),
      AssertionFailure,
    )
  })

  law('a decide that returns a promise is a failure of ours and keeps nothing', async ({ store }) => {
    let late: WriteTurn | undefined
    const write = store.write([key('a')], async (turn) => {
      late = turn
      turn.put(key('a'), 'x')
      throw new Error('nobody hears this')
    })
    await assert.rejects(write, AssertionFailure)
    assert.throws(() => late?.put(key('b'), 'x'), AssertionFailure)
    assert.throws(() => late?.get(key('a')), AssertionFailure)
    assert.deepEqual(await scanAll(store), [])
  })

  law('a turn is over when its decide has returned', async ({ store }) => {
    const [turn] = await store.write([key('a')], (open) => [open])
    assert.ok(turn !== undefined)
    const verbs: readonly (() => void)[] = [
      () => turn.get(key('a')),
      () => turn.put(key('a'), 'x'),
      () => turn.delete(key('a')),
      () => turn.add(key('a'), [1, 0, 0]),
      () => turn.clear(key('a')),
      () => turn.append(key('a'), 'x'),
      () => turn.open(key('a'), 1),
      () => turn.close(key('a')),
      () => turn.drop(key('a')),
      () => turn.follow({}),
    ]
    for (const verb of verbs) assert.throws(verb, AssertionFailure)
  })

  law('a write from inside a decide is a failure of ours', async ({ store }) => {
    let inner: Promise<void> | undefined
    await store.write([], () => {
      inner = put(store, 'a', 'x')
      inner.catch(() => {})
    })
    await assert.rejects(inner ?? Promise.resolve(), AssertionFailure)
    await put(store, 'b', 'x')
    assert.deepEqual(await scanAll(store), [['b', 'x']])
  })
}

export function commits(law: Law): void {
  law('a refusal is told only when what it saw is durable', async ({ store }) => {
    const order: string[] = []
    const first = put(store, 'b', 'x').then(() => order.push('written'))
    const refused = store.write([key('b')], (turn) => assert.fail(String(turn.get(key('b'))))).catch((error) => order.push(error.message))
    await Promise.all([first, refused])
    // Either it was decided first, or it waited for what it quotes.
    assert.ok(order[0] === 'undefined' || order.join() === 'written,x', order.join())
  })

  law('a turn that changes nothing makes no commit', async ({ store, commits }) => {
    assert.equal(await store.write([key('a')], (turn) => turn.get(key('a'))), undefined)
    await assert.rejects(
      store.write([], () => assert.fail('refused')),
      { message: 'refused' },
    )
    assert.equal(commits.count, 0)
  })

  law('a failed commit rejects every write of it and keeps nothing', async (opened) => {
    const { store } = opened
    await put(store, 'a', 'kept')
    await store.view(async (view) => {
      await failCommitOf(opened, () => [put(store, 'a', 'lost'), put(store, 'b', 'lost')])
      assert.deepEqual(await scanAll(store), [['a', 'kept']])
      assert.deepEqual(await store.write([key('a'), key('b')], (turn) => [turn.get(key('a')), turn.get(key('b'))]), ['kept', undefined])
      await put(store, 'c', 'new')
      assert.deepEqual(await view.get([key('c')]), [undefined])
    })
    assert.deepEqual(await scanAll(store), [
      ['a', 'kept'],
      ['c', 'new'],
    ])
  })

  law('what was resolved is there after a restart', async ({ store, restart }) => {
    await put(store, 'a', 'x')
    const again = await restart?.()
    assert.deepEqual(await scanAll(again ?? store), [['a', 'x']])
  })
}

export function closing(law: Law): void {
  law('close waits for the writes under way; then the store refuses everything', async ({ store }) => {
    let isWritten = false
    await put(store, 'b', 'x')
    const heard = put(store, 'a', 'x').then(
      () => {
        isWritten = true
      },
      () => {},
    )
    await Promise.all([store.close(), store.close()])
    await heard
    assert.ok(isWritten)
    await assert.rejects(put(store, 'b', 'x'), StoreUnavailable)
    await assert.rejects(store.get([key('b')]), StoreUnavailable)
    await assert.rejects(store.sums([key('b')]), StoreUnavailable)
    await assert.rejects(
      store.view(async () => 1),
      StoreUnavailable,
    )
    await store.close()
  })
}
