/** The laws of a store (src/storage/store.ts), each a test, to be run for every implementation. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AssertionFailure } from '../../src/base/assert.ts'
import type { Chunk, Entry, KeyBytes, KeyRange, ScanBudget, Store, StoreObserver, WriteTurn } from '../../src/storage/store.ts'
import { StoreUnavailable } from '../../src/storage/store.ts'

export interface OpenedStore {
  readonly store: Store
  /** Lets pass the time for which the store refuses writes after a failed commit. */
  waitUntilHealthy(): void
  /** Closes the store and removes what it left behind. */
  remove(): Promise<void>
}

export type OpenStore = (observer?: StoreObserver) => OpenedStore

export const unlimited: ScanBudget = { entries: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

export function key(text: string): KeyBytes {
  return Buffer.from(text, 'latin1') as Uint8Array as KeyBytes
}

export function textOf(entries: readonly Entry[]): [string, string | Uint8Array][] {
  return entries.map((entry) => [Buffer.from(entry.key).toString('latin1'), entry.value])
}

const everything: KeyRange = { start: key(''), end: key('\xff\xff\xff\xff') }

async function scanAll(store: Store): Promise<[string, string | Uint8Array][]> {
  using snapshot = store.snapshot()
  return textOf((await snapshot.scan(everything, unlimited)).entries)
}

function put(store: Store, name: string, value: string): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

/** Runs every law of the contract against stores that `open` opens. */
export function describeStoreContract(name: string, open: OpenStore): void {
  const law = (sentence: string, check: (opened: OpenedStore) => Promise<void>): void => {
    test(sentence, async () => {
      const opened = open()
      try {
        await check(opened)
      } finally {
        await opened.remove()
      }
    })
  }
  describe(`${name} store`, () => {
    describe('values and order', () => valuesAndOrder(law))
    describe('turns', () => turns(law))
    describe('snapshots', () => snapshots(law))
    describe('commits', () => commits(law, open))
    describe('closing', () => closing(law))
  })
}

type Law = (sentence: string, check: (opened: OpenedStore) => Promise<void>) => void

function valuesAndOrder(law: Law): void {
  law('values come back as they were put, text as text and bytes as bytes, empty or large', async ({ store }) => {
    const values = ['', 'häß😀\u0001', 'x'.repeat(500_000), new Uint8Array(0), Uint8Array.of(0, 255, 0), new Uint8Array(500_000).fill(7)]
    await store.write([], (turn) => {
      for (const [index, value] of values.entries()) turn.put(key(`k${index}`), value)
    })
    using snapshot = store.snapshot()
    for (const [index, value] of values.entries()) {
      const found = await snapshot.get(key(`k${index}`))
      if (typeof value === 'string') assert.equal(found, value)
      else {
        assert.ok(found instanceof Uint8Array)
        assert.equal(Buffer.compare(found, value), 0)
      }
    }
    assert.equal(await snapshot.get(key('k')), undefined)
  })

  law('keys are ordered as unsigned bytes, in both directions', async ({ store }) => {
    const names = ['', '\0', '\0\0', '\x01', 'a', 'a\0', 'aa', 'a\xff', 'b', '\x7f', '\x80', '\xfe\xff', '\xff', '\xff\0', '\xff\xff']
    await store.write([], (turn) => {
      for (const name of names.toReversed()) turn.put(key(name), `at ${name}`)
    })
    using snapshot = store.snapshot()
    const expected = names.map((name) => [name, `at ${name}`])
    assert.deepEqual(textOf((await snapshot.scan(everything, unlimited)).entries), expected)
    assert.deepEqual(textOf((await snapshot.scan({ ...everything, reverse: true }, unlimited)).entries), expected.toReversed())
  })

  law('a range has its start and not its end, in both directions', async ({ store }) => {
    for (const name of ['a', 'b', 'c', 'd']) await put(store, name, name)
    using snapshot = store.snapshot()
    const names = async (start: string, end: string, reverse: boolean): Promise<string> =>
      textOf((await snapshot.scan({ start: key(start), end: key(end), reverse }, unlimited)).entries)
        .map(([name]) => name)
        .join('')
    assert.equal(await names('b', 'd', false), 'bc')
    assert.equal(await names('b', 'd', true), 'cb')
    assert.equal(await names('aa', 'cc', false), 'bc')
    assert.equal(await names('b', 'b', false), '')
    assert.equal(await names('d', 'a', false), '')
    assert.equal(await names('d', 'a', true), '')
  })

  law('a chunk ends with the entry that reaches either number, and says whether the range is exhausted', async ({ store }) => {
    for (const name of ['a', 'b', 'c']) await put(store, name, 'x'.repeat(10))
    using snapshot = store.snapshot()
    const taken = async (entries: number, bytes: number): Promise<[number, boolean]> => {
      const chunk: Chunk = await snapshot.scan(everything, { entries, bytes })
      return [chunk.entries.length, chunk.exhausted]
    }
    assert.deepEqual(await taken(2, 1000), [2, false])
    assert.deepEqual(await taken(3, 1000), [3, true])
    assert.deepEqual(await taken(4, 1000), [3, true])
    assert.deepEqual(await taken(9, 10), [1, false])
    assert.deepEqual(await taken(9, 11), [2, false])
    assert.deepEqual(await taken(9, 30), [3, true])
    assert.deepEqual(await taken(0, 0), [1, false])
    assert.deepEqual(await snapshot.scan({ start: key('x'), end: key('y') }, { entries: 0, bytes: 0 }), { entries: [], exhausted: true })
  })
}

function turns(law: Law): void {
  law('a turn sees what every earlier turn wrote, durable or not', async ({ store }) => {
    await put(store, 'a', 'durable')
    const first = store.write([], (turn) => turn.put(key('b'), 'fresh'))
    const second = store.write([key('a'), key('b')], (turn) => [turn.get(key('a')), turn.get(key('b'))])
    assert.deepEqual(await second, ['durable', 'fresh'])
    await first
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
    const turn = await store.write([key('a')], (open) => [open])
    assert.throws(() => turn[0]?.delete(key('a')), AssertionFailure)
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

function snapshots(law: Law): void {
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

function commits(law: Law, open: OpenStore): void {
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

  law('a refusal is told only when what it saw is durable', async ({ store }) => {
    const order: string[] = []
    const first = put(store, 'a', 'x').then(() => order.push('written'))
    const refused = store.write([key('a')], (turn) => assert.fail(String(turn.get(key('a'))))).catch(() => order.push('refused'))
    await Promise.all([first, refused])
    assert.deepEqual(order, ['written', 'refused'])
  })

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

function closing(law: Law): void {
  law('close waits for the writes under way; then the store refuses everything', async ({ store }) => {
    const write = put(store, 'a', 'x')
    let isWritten = false
    const heard = write.then(() => {
      isWritten = true
    })
    await Promise.all([store.close(), store.close()])
    await heard
    assert.ok(isWritten)
    await assert.rejects(put(store, 'b', 'x'), StoreUnavailable)
    assert.throws(() => store.snapshot(), StoreUnavailable)
    await store.close()
  })
}
