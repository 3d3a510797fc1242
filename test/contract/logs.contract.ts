/** Laws of logs. */
import assert from 'node:assert/strict'
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises'
import {
  GuardChanged,
  type KeyBytes,
  logEntryKey,
  logEntryNumber,
  logRange,
  type Store,
  type StoredValue,
  type WriteTurn,
} from '../../src/storage/store.ts'
import { failCommitOf, key, type Law, put, scanBothWays, unlimited } from './laws.ts'

const log = key('log')
const other = key('other')

function append(store: Store, ...values: readonly StoredValue[]): Promise<void> {
  return store.write([], (turn) => {
    for (const value of values) turn.append(log, value)
  })
}

function close(store: Store, of: KeyBytes = log): Promise<number> {
  return store.write([of], (turn) => turn.close(of))
}

async function entriesOf(store: Store, of: KeyBytes = log, fromNumber = 0): Promise<[number, StoredValue][]> {
  const { entries } = await store.view(async (view) => await scanBothWays(view, logRange(of, fromNumber), unlimited))
  return entries.map((entry) => [logEntryNumber(entry.key), entry.value])
}

export function logs(law: Law): void {
  law('entries lie under their numbers, from 1 on, in the order of their turns', async ({ store }) => {
    await append(store, 'a')
    await append(store, 'b', Uint8Array.of(1))
    await store.write([], (turn) => {
      turn.append(other, 'x')
      turn.append(log, 'c')
      turn.append(other, 'y')
    })
    assert.deepEqual(await entriesOf(store), [
      [1, 'a'],
      [2, 'b'],
      [3, Uint8Array.of(1)],
      [4, 'c'],
    ])
    assert.deepEqual(await entriesOf(store, other, 2), [[2, 'y']])
    assert.deepEqual(await store.get([logEntryKey(log, 4)]), ['c'])
  })

  law('a log is in the order of its numbers, however large they are', async ({ store }) => {
    for (const number of [0xff, 0xffff, 0xffff_ffff, 2 ** 40 - 1]) {
      await store.write([], (turn) => {
        turn.open(log, number - 1)
        turn.append(log, `at ${number}`)
        turn.append(log, `at ${number + 1}`)
      })
    }
    assert.deepEqual(
      await entriesOf(store),
      [0xff, 0xffff, 0xffff_ffff, 2 ** 40 - 1].flatMap((number) => [number, number + 1]).map((number) => [number, `at ${number}`]),
    )
  })

  law('concurrent turns lose no entry, and who has seen a number never later meets one below it', async ({ store }) => {
    let seenMax = 0
    let isOver = false
    const seen: number[] = []
    const follow = async (): Promise<void> => {
      const chunk = await store.view(async (view) => await scanBothWays(view, logRange(log, seenMax + 1), { entries: 7, bytes: 1e6 }))
      for (const entry of chunk.entries) seen.push(logEntryNumber(entry.key))
      seenMax = seen.at(-1) ?? 0
    }
    const reader = (async () => {
      for (; !isOver; await nextTurnOfTheLoop()) await follow()
    })()
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, at) => append(store, ...(at % 3 === 0 ? ['one', 'two'] : ['one']))))
    }
    isOver = true
    await reader
    while (seen.length < 270) await follow()
    assert.deepEqual(
      seen,
      (await entriesOf(store)).map(([number]) => number),
    )
    assert.equal(new Set(seen).size, 270)
  })

  law('a turn that comes to nothing appends nothing, and no number is given twice', async (opened) => {
    const { store } = opened
    await append(store, 'a')
    await assert.rejects(
      store.write([log], (turn) => {
        turn.append(log, 'torn')
        turn.close(log)
        throw new RangeError('refused')
      }),
      RangeError,
    )
    await failCommitOf(opened, () => [append(store, 'lost'), close(store)])
    await Promise.all([append(store, 'b'), append(store, 'c')])
    const entries = await entriesOf(store)
    assert.deepEqual(entries.map(([, value]) => value).sort(), ['a', 'b', 'c'])
    assert.equal(new Set(entries.map(([number]) => number)).size, 3)
  })

  law('close says the last number, and then nothing of a turn that appends is kept', async ({ store }) => {
    await append(store, 'a', 'b')
    assert.equal(await close(store), 2)
    const late = store.write([other], (turn) => {
      turn.append(other, 'torn')
      turn.put(key('torn'), 'x')
      turn.add(key('counter'), [1, 1, 1])
      turn.append(log, 'late')
      turn.close(other)
    })
    await assert.rejects(late, GuardChanged)
    assert.deepEqual(await store.get([key('torn')]), [undefined])
    assert.deepEqual(await store.sums([key('counter')]), [[0, 0, 0]])
    assert.deepEqual(await entriesOf(store, other), [])
    assert.equal((await entriesOf(store)).length, 2)
    await append(store).then(() => store.write([], (turn) => turn.append(other, 'not closed')))
    assert.equal(await close(store), 2)
    assert.equal(await close(store, key('never')), 0)
  })

  law('close counts what concurrent turns appended, and refuses the others', async ({ store }) => {
    for (let round = 0; round < 10; round += 1) {
      const each = key(`log ${round}`)
      const appendEach = (): Promise<boolean> =>
        store
          .write([], (turn) => turn.append(each, 'x'))
          .then(
            () => true,
            (error) => {
              assert.ok(error instanceof GuardChanged, String(error))
              return false
            },
          )
      const [first, second, last, third, fourth] = await Promise.all([
        appendEach(),
        appendEach(),
        close(store, each),
        appendEach(),
        appendEach(),
      ])
      assert.equal([first, second, third, fourth].filter((isKept) => isKept).length, last)
      assert.deepEqual(
        (await entriesOf(store, each)).map(([number]) => number),
        Array.from({ length: last }, (_, at) => at + 1),
      )
    }
  })

  law('what one turn does to a log is done in its order', async ({ store }) => {
    const turnOf = (decide: (turn: WriteTurn) => number): Promise<number> => store.write([log], decide)
    const opened = await turnOf((turn) => {
      turn.open(log, 10)
      turn.append(log, 'eleven')
      return turn.close(log)
    })
    assert.equal(opened, 11)
    const again = await turnOf((turn) => {
      turn.open(log, 20)
      turn.append(log, 'twenty-one')
      turn.append(log, 'twenty-two')
      const last = turn.close(log)
      turn.open(log, last + 10)
      turn.append(log, 'thirty-three')
      return last
    })
    assert.equal(again, 22)
    await append(store, 'thirty-four')
    const closed = turnOf((turn) => {
      const last = turn.close(log)
      turn.append(log, 'never')
      return last
    })
    await assert.rejects(closed, GuardChanged)
    assert.deepEqual(
      (await entriesOf(store)).map(([number]) => number),
      [11, 21, 22, 33, 34],
    )
    const dropped = await turnOf((turn) => {
      turn.drop(log)
      turn.append(log, 'one')
      turn.append(log, 'two')
      return turn.close(log)
    })
    assert.equal(dropped, 2)
    assert.equal((await entriesOf(store)).length, 7)
  })

  law('a view says the last numbers of logs, of entries that are deleted, too, and does not move', async ({ store }) => {
    const lasts = (): Promise<readonly number[]> => store.view(async (view) => view.lasts([other, log, log, key('never')]))
    assert.deepEqual(await lasts(), [0, 0, 0, 0])
    await append(store, 'a', 'b')
    await store.write([], (turn) => turn.open(other, 41))
    await store.view(async (view) => {
      await append(store, 'c')
      assert.deepEqual(await view.lasts([log, other]), [2, 41])
    })
    await store.write([log], (turn) => {
      for (const number of [1, 2, 3]) turn.delete(logEntryKey(log, number))
      turn.close(log)
    })
    assert.deepEqual(await lasts(), [41, 3, 3, 0])
    await store.write([], (turn) => turn.drop(log))
    assert.deepEqual(await lasts(), [41, 0, 0, 0])
  })

  law('a dropped log is one that nobody opened', async ({ store }) => {
    await append(store, 'a', 'b')
    assert.equal(await close(store), 2)
    await store.write([], (turn) => {
      turn.drop(log)
      for (const number of [1, 2]) turn.delete(logEntryKey(log, number))
    })
    assert.deepEqual(await entriesOf(store), [])
    await append(store, 'anew')
    assert.deepEqual(await entriesOf(store), [[1, 'anew']])
    await store.write([], (turn) => turn.drop(key('never')))
  })

  law('logs are the same after a restart: open, closed and dropped', async ({ store, restart }) => {
    await append(store, 'a', 'b')
    await store.write([], (turn) => {
      turn.append(other, 'x')
      turn.open(key('opened'), 7)
      turn.append(key('dropped'), 'x')
    })
    assert.equal(await close(store, other), 1)
    await store.write([], (turn) => turn.drop(key('dropped')))
    const again = (await restart?.()) ?? store
    await append(again, 'c')
    assert.deepEqual((await entriesOf(again)).at(-1), [3, 'c'])
    await assert.rejects(
      again.write([], (turn) => turn.append(other, 'late')),
      GuardChanged,
    )
    assert.equal(await close(again, key('opened')), 7)
    assert.equal(await close(again, key('dropped')), 0)
  })

  law('a log and its entries lie beside what others put', async ({ store }) => {
    await put(store, 'lof', 'before')
    await put(store, 'log\xff\xff\xff\xff\xff\xff\xff', 'behind')
    await append(store, 'a')
    assert.deepEqual(await entriesOf(store), [[1, 'a']])
    assert.deepEqual(await entriesOf(store, log, 2), [])
  })
}
