/** Laws of followers, and of turns that are decided more than once. */
import assert from 'node:assert/strict'
import { AssertionFailure } from '../../src/base/assert.ts'
import { GuardChanged, type Store, StoreUnavailable, type TurnFollower, type WriteTurn } from '../../src/storage/store.ts'
import { failCommitOf, get, key, type Law, put } from './laws.ts'

/** Follows every attempt at a turn, and knows what became of each, in the order in which it was told. */
class Attempts {
  readonly heard: string[] = []
  #count = 0

  follow(turn: WriteTurn, name: string): void {
    this.#count += 1
    const tell = (word: string) => () => this.heard.push(`${name} ${word}`)
    turn.follow({ durable: tell('durable'), refused: tell('refused'), dropped: tell('dropped') } satisfies TurnFollower)
  }

  /** That every attempt was told something, once. */
  check(): void {
    assert.equal(this.heard.length, this.#count)
  }

  /** All but those that were repeated. */
  get final(): readonly string[] {
    return this.heard.filter((each) => !each.endsWith(' dropped'))
  }
}

export function followers(law: Law): void {
  law('a follower hears what became of its attempt before the write settles', async (opened) => {
    const { store } = opened
    const attempts = new Attempts()
    const told = (name: string, ask: (turn: WriteTurn) => unknown): Promise<void> => {
      const settled = (word: string) => () => void attempts.heard.push(`${name} ${word}`)
      const decide = (turn: WriteTurn): void => {
        attempts.follow(turn, name)
        ask(turn)
      }
      return store.write([], decide).then(settled('resolved'), settled('rejected'))
    }
    await told('changing', (turn) => turn.put(key('a'), 'x'))
    await told('looking', () => {})
    await told('throwing', () => assert.fail('refused'))
    const final = attempts.final
    assert.deepEqual(final, [
      'changing durable',
      'changing resolved',
      'looking durable',
      'looking resolved',
      'throwing refused',
      'throwing rejected',
    ])
    attempts.heard.length = 0
    opened.commits.isFailing = true
    await told('failing', (turn) => turn.put(key('a'), 'y'))
    opened.commits.isFailing = false
    assert.deepEqual(new Set(attempts.heard.slice(0, -1)), new Set(['failing dropped']))
    assert.equal(attempts.heard.at(-1), 'failing rejected')
  })

  law('followers hear in the order in which their turns were decided, whatever came of them', async ({ store }) => {
    const decided: number[] = []
    const told: number[] = []
    let isEachTold = true
    let next = 0
    const write = (at: number): Promise<unknown> => {
      let last: number | undefined
      const decide = (turn: WriteTurn): void => {
        if (last !== undefined) forget(last)
        const attempt = next
        next += 1
        last = attempt
        decided.push(attempt)
        const tell = (): void => void told.push(attempt)
        turn.follow({ durable: tell, refused: tell, dropped: tell })
        if (at % 3 === 0) turn.put(key(`k${at}`), 'x')
        if (at % 3 === 1) assert.fail('refused')
        if (at % 12 === 2) turn.append(key('closed'), 'x')
      }
      return store.write([], decide).catch(() => {})
    }
    /** An attempt that is decided again has heard so before. */
    const forget = (attempt: number): void => {
      isEachTold &&= told.includes(attempt)
      for (const list of [decided, told]) list.splice(list.indexOf(attempt), 1)
    }
    await store.write([key('closed')], (turn) => turn.close(key('closed')))
    for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 30 }, (_, at) => write(at + round)))
    assert.ok(decided.length >= 150)
    assert.ok(isEachTold)
    assert.deepEqual(told, decided)
  })

  law('each attempt is told once, and one attempt of a kept turn is durable', async (opened) => {
    const { store } = opened
    const attempts = new Attempts()
    const write = (at: number): Promise<void> =>
      store.write([], (turn) => {
        attempts.follow(turn, String(at))
        turn.put(key('a'), String(at))
      })
    await Promise.all(Array.from({ length: 30 }, (_, at) => write(at)))
    attempts.check()
    assert.deepEqual(
      attempts.final.map((each) => Number.parseInt(each, 10)).sort((a, b) => a - b),
      [...Array(30).keys()],
    )
    await failCommitOf(opened, () => [write(30), write(31)])
    attempts.check()
    assert.equal(attempts.final.length, 30)
  })

  law('a turn that appends to a closed log is dropped', async ({ store }) => {
    const attempts = new Attempts()
    await store.write([key('log')], (turn) => turn.close(key('log')))
    const late = store.write([], (turn) => {
      attempts.follow(turn, 'late')
      turn.append(key('log'), 'x')
    })
    await assert.rejects(late, GuardChanged)
    attempts.check()
    assert.deepEqual(attempts.final, [])
  })

  law('many may follow one turn, and one need not listen to everything', async ({ store }) => {
    const heard: string[] = []
    await store.write([], (turn) => {
      heard.length = 0
      turn.follow({ durable: () => heard.push('first') })
      turn.follow({})
      turn.follow({ refused: () => heard.push('never'), durable: () => heard.push('second') })
    })
    assert.deepEqual(heard, ['first', 'second'])
  })

  law('a follower that throws is a failure of ours that its own write is told of, and harms nobody else', async (opened) => {
    const { store } = opened
    const failing = (ask: (turn: WriteTurn) => void): Promise<void> =>
      store.write([], (turn) => {
        const fail = (): never => assert.fail('follower')
        turn.follow({ durable: fail, refused: fail, dropped: fail })
        ask(turn)
      })
    const [before, own, refused, after] = await Promise.allSettled([
      put(store, 'a', 'x'),
      failing((turn) => turn.put(key('b'), 'x')),
      failing(() => {
        throw new RangeError('refused')
      }),
      put(store, 'c', 'x'),
    ])
    assert.deepEqual([before.status, after.status], ['fulfilled', 'fulfilled'])
    for (const each of [own, refused]) assert.ok(each.status === 'rejected' && each.reason instanceof AssertionFailure)
    assert.deepEqual(await store.get(['a', 'b', 'c'].map(key)), ['x', 'x', 'x'])
    opened.commits.isFailing = true
    const results = await Promise.allSettled([failing((turn) => turn.put(key('b'), 'y')), put(store, 'c', 'y')])
    opened.commits.isFailing = false
    opened.waitUntilHealthy()
    assert.ok(results[0].status === 'rejected' && results[0].reason instanceof AssertionFailure)
    assert.ok(results[1].status === 'rejected' && results[1].reason instanceof StoreUnavailable)
    await put(store, 'd', 'x')
  })

  law('a follower may write, and sees what it follows', async ({ store }) => {
    const seen: Promise<unknown>[] = []
    await store.write([], (turn) => {
      turn.follow({ durable: () => seen.push(store.write([key('a')], (again) => again.get(key('a')))) })
      turn.put(key('a'), 'x')
    })
    assert.deepEqual(await Promise.all(seen), ['x'])
  })

  law('a decide that is repeated has no effect but that of its last attempt', async ({ store }) => {
    const increment = (of: Store): Promise<void> =>
      of.write([key('count')], (turn) => {
        const before = Number(turn.get(key('count')) ?? 0)
        turn.put(key('count'), String(before + 1))
        turn.add(key('counter'), [1, before, 0])
        turn.append(key('log'), String(before))
      })
    await Promise.all(Array.from({ length: 50 }, () => increment(store)))
    assert.equal(await get(store, 'count'), '50')
    assert.deepEqual(await store.sums([key('counter')]), [[50, (50 * 49) / 2, 0]])
    assert.equal(await store.write([key('log')], (turn) => turn.close(key('log'))), 50)
  })
}
