/** What only stores of one process keep: they decide a turn when it is asked for, all of one moment share a commit, and repeat nothing. */
import assert from 'node:assert/strict'
import { type Guard, GuardChanged, logRange, type WriteTurn } from '../../src/storage/store.ts'
import { get, key, type Law, put, scanAll, scanBothWays, unlimited } from './laws.ts'

export function localTurns(law: Law): void {
  law('a turn sees what every earlier turn wrote, durable or not; get and view do not', async ({ store }) => {
    await put(store, 'a', 'durable')
    const first = put(store, 'b', 'fresh')
    const second = store.write([key('a'), key('b')], (turn) => [turn.get(key('a')), turn.get(key('b'))])
    const early = store.get([key('b')])
    const earlyView = store.view(async (view) => await view.get([key('b')]))
    assert.deepEqual(await second, ['durable', 'fresh'])
    assert.deepEqual(await early, [undefined])
    assert.deepEqual(await earlyView, [undefined])
    await first
    assert.equal(await get(store, 'b'), 'fresh')
  })

  law('many turns share one commit', async ({ store, commits }) => {
    const write = (at: number): Promise<void> =>
      store.write([], (turn) => {
        turn.put(key(`k${at}`), 'x')
        turn.add(key('counter'), [1, 0, 0])
        turn.append(key('log'), 'x')
      })
    await Promise.all(Array.from({ length: 20 }, (_, at) => write(at)))
    assert.equal(commits.count, 1)
    await put(store, 'a', 'x')
    assert.equal(commits.count, 2)
    await store.write([], (turn) => turn.add(key('counter'), [0, 0, 0]))
    assert.equal(commits.count, 2)
  })

  law('a refusal, a look and a changed guard wait for the commit that is open', async ({ store }) => {
    const order: string[] = []
    const told = (word: string) => (): void => void order.push(word)
    await Promise.all([
      put(store, 'a', 'x').then(told('written')),
      store.write([], () => assert.fail('refused')).catch(told('refused')),
      store.write([], () => {}).then(told('looked')),
      store.write([], () => {}, [{ key: key('a'), value: undefined }]).catch(told('changed')),
      store.write([], () => {}, [{ key: key('a'), value: 'x' }]).then(told('held')),
    ])
    assert.deepEqual(order, ['written', 'refused', 'looked', 'changed', 'held'])
    const [changed, written] = [
      store.write([], () => {}, [{ key: key('a'), value: undefined }]).catch(told('changed at once')),
      put(store, 'b', 'x').then(told('written later')),
    ]
    await Promise.all([changed, written])
    assert.deepEqual(order.slice(5), ['changed at once', 'written later'])
  })

  law('get compares guards with what is durable, write with what turns see', async ({ store }) => {
    const before = [{ key: key('g'), value: undefined }]
    const after = [{ key: key('g'), value: 'x' }]
    const change = put(store, 'g', 'x')
    const results = await Promise.allSettled([
      store.get([], before),
      store.write([], () => {}, after),
      store.view(async () => {}, before),
      store.get([], after),
      store.write([], () => {}, before),
      store.view(async () => {}, after),
    ])
    assert.deepEqual(
      results.map((result) => (result.status === 'rejected' ? result.reason.name : 'held')),
      ['held', 'held', 'held', 'GuardChanged', 'GuardChanged', 'GuardChanged'],
    )
    await change
    await Promise.all([store.get([], after), store.view(async () => {}, after)])
    await assert.rejects(store.get([], before), GuardChanged)
  })

  law('what followers write is decided behind all turns of the commit that they follow', async ({ store, commits }) => {
    const heard: string[] = []
    const inner: Promise<void>[] = []
    const follow = (turn: WriteTurn, name: string, then: () => void = () => {}): void =>
      turn.follow({
        durable: () => {
          heard.push(name)
          then()
        },
      })
    const writeFrom = (name: string) => (): void => {
      inner.push(store.write([], (turn) => follow(turn, `looking from ${name}`)))
      inner.push(
        store.write([], (turn) => {
          follow(turn, `writing from ${name}`)
          turn.put(key(`from ${name}`), 'x')
        }),
      )
    }
    const write = (name: string): Promise<void> =>
      store.write([], (turn) => {
        follow(turn, name, writeFrom(name))
        turn.put(key(name), 'x')
      })
    await Promise.all([write('a'), write('b')])
    await Promise.all(inner)
    assert.deepEqual(heard, ['a', 'b', 'looking from a', 'writing from a', 'looking from b', 'writing from b'])
    assert.equal(commits.count, 2)
  })

  law('a changed guard in a commit that fails is told that the commit failed', async ({ store, commits }) => {
    commits.isFailing = true
    const results = await Promise.allSettled([put(store, 'a', 'x'), store.write([], () => {}, [{ key: key('a'), value: undefined }])])
    assert.deepEqual(
      results.map((result) => result.status === 'rejected' && result.reason.name),
      ['StoreUnavailable', 'StoreUnavailable'],
    )
  })

  law(
    'numbers are given in the order of turns, without a gap, also behind a commit that failed',
    async ({ store, commits, waitUntilHealthy }) => {
      const append = (value: string) => (turn: WriteTurn) => turn.append(key('log'), value)
      await Promise.all(['1', '2', '3'].map((value) => store.write([], append(value))))
      commits.isFailing = true
      await Promise.allSettled(['lost', 'lost'].map((value) => store.write([], append(value))))
      commits.isFailing = false
      waitUntilHealthy()
      const refused = store.write([], (turn) => {
        append('torn')(turn)
        throw new RangeError('refused')
      })
      await Promise.allSettled([store.write([], append('4')), refused, store.write([], append('5'))])
      const entries = await scanAll(store, logRange(key('log')))
      assert.deepEqual(
        entries.map(([name, value]) => [name.charCodeAt(name.length - 1), value]),
        ['1', '2', '3', '4', '5'].map((value) => [Number(value), value]),
      )
    },
  )
}

export function localRows(law: Law): void {
  law('guards are right for more keys than are watched at a time, within a commit and across', async ({ store }) => {
    const keys = Array.from({ length: 2500 }, (_, at) => key(`guard ${at}`))
    const guard = (at: number, value: string | undefined): Guard => ({ key: keys[at] ?? key(''), value })
    const holds = (at: number, value: string | undefined): Promise<boolean> =>
      store
        .write([], () => true, [guard(at, value)])
        .catch((error) => {
          assert.ok(error instanceof GuardChanged)
          return false
        })
    const change = store.write([], (turn) => {
      for (const [at, each] of keys.entries()) if (at % 2 === 0) turn.put(each, 'x')
    })
    const during = await Promise.all(keys.map((_, at) => holds(at, at % 2 === 0 ? 'x' : undefined)))
    assert.deepEqual(new Set(during), new Set([true]))
    await change
    for (const at of [0, 1, 2, 1200, 1201, 2498, 2499]) {
      assert.equal(await holds(at, at % 2 === 0 ? 'x' : undefined), true)
      assert.equal(await holds(at, 'y'), false)
      await store.get([], [guard(at, at % 2 === 0 ? 'x' : undefined)])
    }
  })

  law('counters and heads of logs are rows: what they hold is a format', async ({ store }) => {
    await store.write([key('log 2')], (turn) => {
      turn.add(key('counter 1'), [1, -20, 0])
      turn.add(key('counter 2'), [1, 2, -3])
      turn.add(key('counter 3'), [1, 2, 3])
      turn.append(key('log 1'), 'x')
      turn.open(key('log 2'), 41)
      turn.close(key('log 2'))
    })
    await Promise.all([
      store.write([], (turn) => turn.add(key('counter 3'), [-1, -2, -3])),
      store.write([], (turn) => turn.add(key('counter 4'), [5, 5, 5])),
      store.write([], (turn) => turn.add(key('counter 4'), [-5, -5, -5])),
      store.write([], (turn) => turn.clear(key('counter 5'))),
    ])
    assert.deepEqual(await scanAll(store), [
      ['counter 1', '1 -20'],
      ['counter 2', '1 2 -3'],
      ['counter 3', '0 0'],
      ['log 1', '1'],
      ['log 1\0\0\0\0\0\x01', 'x'],
      ['log 2', '41 closed'],
    ])
    await store.write([], (turn) => {
      turn.clear(key('counter 1'))
      turn.drop(key('log 2'))
    })
    const { entries } = await store.view(async (view) => await scanBothWays(view, { start: key('c'), end: key('m') }, unlimited))
    assert.equal(entries.length, 4)
  })
}
