/** Pacing with a time that passes only when everyone waits for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadStatistics, type Outcome } from './load-statistics.ts'
import { type LoadTime, Pace, type PaceLimits } from './pace.ts'
import type { LoadRequest } from './request-maker.ts'
import { type Run, runLoad } from './run-load.ts'
import { SeededNumbers } from './seeded-numbers.ts'

class ManualTime implements LoadTime {
  #nowMs = 1000
  #waiting: { readonly atMs: number; readonly wake: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ atMs: this.#nowMs + ms, wake: resolve })
      signal?.addEventListener('abort', () => resolve())
    })
  }

  /** Lets time pass, from one who waits to the next, until the promise is settled. */
  async passUntil(settled: Promise<unknown>): Promise<void> {
    let done = false
    void settled.finally(() => {
      done = true
    })
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (done) return
      this.#waiting.sort((a, b) => a.atMs - b.atMs)
      const next = this.#waiting.shift()
      assert(next !== undefined, 'everyone waits for nothing')
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
    }
  }
}

const request: LoadRequest = { operation: 'put', body: '{}', partitionKey: '{"S":"a"}' }
const success: Outcome = { kind: 'succeeded', units: 1 }
const throttle: Outcome = { kind: 'throttled', exception: 'ThrottlingException', reasons: [] }

interface Played {
  readonly statistics: LoadStatistics
  readonly sentMs: readonly number[]
  readonly endMs: number
  readonly unsent: number
}

interface Play extends PaceLimits {
  readonly concurrency?: number
  readonly retries?: number
  /** How long request n takes, and how it ends. */
  answer(n: number, stop: AbortController): { readonly takesMs: number; readonly outcome: Outcome }
}

async function play({ concurrency = 1, retries = 0, answer, ...limits }: Play): Promise<Played> {
  const time = new ManualTime()
  const startMs = time.nowMs()
  const pace = new Pace(limits, startMs)
  const statistics = new LoadStatistics()
  const sentMs: number[] = []
  const stop = new AbortController()
  const run: Run = {
    pace,
    time,
    concurrency,
    retries,
    jitter: new SeededNumbers(1, 1),
    statistics,
    stop: stop.signal,
    next: () => request,
    send: async () => {
      const { takesMs, outcome } = answer(sentMs.length, stop)
      sentMs.push(time.nowMs() - startMs)
      await time.wait(takesMs)
      return outcome
    },
  }
  const ended = runLoad(run)
  await time.passUntil(ended)
  await ended
  return { statistics, sentMs, endMs: time.nowMs() - startMs, unsent: pace.unsent(time.nowMs()) }
}

function latencies({ statistics }: Played, percent: number): number {
  return Math.round(statistics.operations.get('put')?.latencies.percentile(percent) ?? Number.NaN)
}

test('without a rate each request follows the answer before, until the time is up', async () => {
  const played = await play({ durationMs: 100, answer: () => ({ takesMs: 30, outcome: success }) })
  assert.deepEqual(played.sentMs, [0, 30, 60, 90])
  assert.equal(played.endMs, 120)
  assert.equal(played.statistics.succeeded, 4)
  assert.equal(played.unsent, 0)
})

test('the number of requests is exact with any concurrency', async () => {
  const played = await play({ requestsMax: 10, concurrency: 4, answer: (n) => ({ takesMs: 1 + (n % 3), outcome: success }) })
  assert.equal(played.sentMs.length, 10)
  assert.deepEqual(played.sentMs.slice(0, 4), [0, 0, 0, 0])
})

test('with a rate requests are sent when they are due, and nothing that is answered in time changes that', async () => {
  const played = await play({ ratePerSecond: 100, durationMs: 50, concurrency: 2, answer: () => ({ takesMs: 3, outcome: success }) })
  assert.deepEqual(played.sentMs, [0, 10, 20, 30, 40])
  assert.equal(latencies(played, 100), 3)
  assert.equal(played.unsent, 0)
})

test('a server that stalls is charged for the requests that it made wait', async () => {
  const answer = (n: number): ReturnType<Play['answer']> => ({ takesMs: n === 0 ? 1000 : 1, outcome: success })
  const open = await play({ ratePerSecond: 100, requestsMax: 200, answer })
  // The second was due at 10 ms and sent at 1000 ms; the backlog is worked off by a millisecond each.
  assert.equal(open.sentMs[1], 1000)
  assert(Math.abs(latencies(open, 50) - 100) < 20, String(latencies(open, 50)))
  assert(latencies(open, 90) > 500)
  const closed = await play({ requestsMax: 200, answer })
  assert.equal(latencies(closed, 90), 1)
})

test('what was due and could not be sent in time is counted', async () => {
  const played = await play({ ratePerSecond: 100, durationMs: 100, answer: () => ({ takesMs: 50, outcome: success }) })
  assert.equal(played.sentMs.length, 2)
  assert.equal(played.unsent, 8)
})

test('throttles are not tried again unless that was asked for', async () => {
  const answer = (n: number): ReturnType<Play['answer']> => ({ takesMs: 1, outcome: n < 2 ? throttle : success })
  const once = await play({ requestsMax: 1, answer })
  assert.deepEqual([once.statistics.requests, once.statistics.throttled, once.statistics.retries], [1, 1, 0])
  const thrice = await play({ requestsMax: 1, retries: 2, answer })
  const { requests, succeeded, throttled, retries, throttles } = thrice.statistics
  assert.deepEqual([requests, succeeded, throttled, retries, throttles], [1, 1, 0, 2, 2])
  assert.equal(thrice.statistics.keys.hottest('throttled', 1)[0]?.throttled, 2)
  assert(latencies(thrice, 100) > 3, 'the latency is that of all tries')
})

test("a client's error is not tried again, a server's is", async () => {
  const failed = (mayPass: boolean): Outcome => ({ kind: 'failed', name: 'E', message: 'm', answered: true, mayPass })
  const refused = await play({ requestsMax: 1, retries: 3, answer: () => ({ takesMs: 1, outcome: failed(false) }) })
  assert.equal(refused.sentMs.length, 1)
  const broken = await play({ requestsMax: 1, retries: 3, answer: () => ({ takesMs: 1, outcome: failed(true) }) })
  assert.equal(broken.sentMs.length, 4)
  assert.deepEqual(broken.statistics.errorCounts(), [{ name: 'E', message: 'm', count: 4 }])
})

test('a server that is gone is not asked as fast as it refuses', async () => {
  const gone: Outcome = { kind: 'failed', name: 'ECONNREFUSED', message: 'm', answered: false, mayPass: true }
  const played = await play({ durationMs: 1000, answer: () => ({ takesMs: 0, outcome: gone }) })
  assert.equal(played.sentMs.length, 5)
})

test('stopped, it sends nothing more and does not count what was under way', async () => {
  const answer = (n: number, stop: AbortController): ReturnType<Play['answer']> => {
    if (n === 3) stop.abort()
    return { takesMs: 10, outcome: success }
  }
  const played = await play({ answer })
  assert.equal(played.sentMs.length, 4)
  assert.equal(played.statistics.requests, 3)
})
