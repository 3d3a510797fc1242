/** First edition: the laws of snapshots and observers, until the engine has moved. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionFailure } from '../../src/base/assert.ts'
import { type StoreObserver, StoreUnavailable, type WriteTurn } from '../../src/storage/store.ts'
import { everything, key, type Law, type OpenedStore, type OpenStore, put, scanAll, textOf, unlimited } from './laws.ts'

export function snapshots(law: Law): void {
  law('a snapshot sees only what is durable', async ({ store }) => {
    const write = put(store, 'a', 'x')
    using early = store.snapshot()
    assert.equal(await early.get(key('a')), undefined)
    await write
    using late = store.snapshot()
    assert.equal(await late.get(key('a')), 'x')
  })

  law('a snapshot does not move, whether it was read before the next commit or not', async ({ store }) => {
    await put(store, 'a', 'one')
    using touched = store.snapshot()
    using untouched = store.snapshot()
    assert.equal(await touched.get(key('a')), 'one')
    await store.write([], (turn) => {
      turn.put(key('a'), 'two')
      turn.put(key('b'), 'two')
    })
    using between = store.snapshot()
    await store.write([], (turn) => turn.delete(key('a')))
    for (const snapshot of [touched, untouched]) {
      assert.deepEqual(textOf((await snapshot.scan(everything, unlimited)).entries), [['a', 'one']])
      assert.equal(await snapshot.get(key('a')), 'one')
    }
    assert.equal(await between.get(key('a')), 'two')
    assert.deepEqual(await scanAll(store), [['b', 'two']])
  })

  law('many snapshots of different moments live side by side', async ({ store }) => {
    const held = []
    for (let moment = 0; moment < 40; moment += 1) {
      await put(store, 'a', String(moment))
      held.push(store.snapshot())
    }
    for (const [moment, snapshot] of held.entries()) {
      assert.equal(await snapshot.get(key('a')), String(moment))
      snapshot[Symbol.dispose]()
    }
    using last = store.snapshot()
    assert.equal(await last.get(key('a')), '39')
  })

  law('a closed snapshot cannot be read, and closing it twice harms no other', async ({ store }) => {
    await put(store, 'a', 'x')
    const closed = store.snapshot()
    using other = store.snapshot()
    closed[Symbol.dispose]()
    closed[Symbol.dispose]()
    await put(store, 'a', 'y')
    assert.throws(() => closed.get(key('a')), AssertionFailure)
    assert.throws(() => closed.scan(everything, unlimited), AssertionFailure)
    assert.equal(await other.get(key('a')), 'x')
  })
}

/** What an observer heard, in order. */
class Listener implements StoreObserver {
  readonly heard: string[] = []
  onCommit: (turn: WriteTurn) => void = () => {}

  beforeCommit(turn: WriteTurn): void {
    this.heard.push('commit')
    this.onCommit(turn)
  }

  rolledBack(): void {
    this.heard.push('rolled back')
  }
}

export function observers(open: OpenStore): void {
  const observed = (sentence: string, check: (opened: OpenedStore, listener: Listener) => Promise<void>): void => {
    test(sentence, async () => {
      const listener = new Listener()
      const opened = open(listener)
      try {
        await check(opened, listener)
      } finally {
        listener.onCommit = () => {}
        await opened.remove()
      }
    })
  }

  observed('many turns share one commit', async ({ store }, listener) => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => put(store, `k${index}`, 'x')))
    assert.deepEqual(listener.heard, ['commit'])
    await put(store, 'a', 'x')
    assert.deepEqual(listener.heard, ['commit', 'commit'])
  })

  observed('a turn that changes nothing makes no commit', async ({ store }, listener) => {
    assert.equal(await store.write([key('a')], (turn) => turn.get(key('a'))), undefined)
    assert.deepEqual(listener.heard, [])
  })

  observed('what the observer puts joins the commit, and it may read any key', async ({ store }, listener) => {
    const count = key('count')
    listener.onCommit = (turn) => turn.put(count, `${turn.get(count) ?? ''}${turn.get(key('a'))}`)
    await Promise.all([put(store, 'a', '1'), put(store, 'a', '2')])
    await put(store, 'a', '3')
    assert.deepEqual(await scanAll(store), [
      ['a', '3'],
      ['count', '23'],
    ])
  })

  observed(
    'a failed commit rejects every write of it, keeps nothing and tells the observer',
    async ({ store, waitUntilHealthy }, listener) => {
      await put(store, 'a', 'kept')
      using snapshot = store.snapshot()
      listener.onCommit = () => assert.fail('no space')
      const writes = [
        put(store, 'a', 'lost'),
        put(store, 'b', 'lost'),
        store.write([key('b')], (turn) => assert.fail(String(turn.get(key('b'))))),
      ]
      for (const result of await Promise.allSettled(writes)) {
        assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
      }
      assert.deepEqual(listener.heard, ['commit', 'commit', 'rolled back'])
      assert.deepEqual(await scanAll(store), [['a', 'kept']])
      listener.onCommit = () => {}
      waitUntilHealthy()
      assert.deepEqual(await store.write([key('a'), key('b')], (turn) => [turn.get(key('a')), turn.get(key('b'))]), ['kept', undefined])
      await put(store, 'c', 'new')
      assert.equal(await snapshot.get(key('c')), undefined)
      assert.deepEqual(await scanAll(store), [
        ['a', 'kept'],
        ['c', 'new'],
      ])
    },
  )
}
