/**
 * Twenty thousand requests that nobody would send on purpose. Whatever comes in, the answer is success or a known exception,
 * it comes, and a refused request leaves no trace. A failure names its seed: `FUZZ_SEED=<seed>` replays that batch alone, and
 * `FUZZ_CASES=<number>` runs more of each kind.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { handlers } from '../../src/operations/registry.ts'
import { targetFor } from '../harness/target-for.ts'
import { Choices } from './choices.ts'
import { type FuzzCase, type FuzzKind, fuzzKinds } from './fuzz-cases.ts'
import type { FuzzOrder, FuzzReport } from './fuzz-worker.ts'
import { FuzzedServer } from './fuzzed-server.ts'
import { validRequests } from './valid-requests.ts'

const casesPerBatch = 250
const casesPerKind = Number(process.env.FUZZ_CASES ?? 10_000)
const seeds =
  process.env.FUZZ_SEED === undefined
    ? Array.from({ length: Math.ceil(casesPerKind / casesPerBatch) }, (_, number) => number + 1)
    : [Number(process.env.FUZZ_SEED)]

/** A case takes well under a millisecond. One that is still the same after this long hangs, also on a busy machine. */
const stuckMsMax = 15_000

test('every operation that is offered has a sound request to start from', () => {
  assert.deepEqual(
    Object.keys(handlers).filter((operation) => !Object.hasOwn(validRequests, operation)),
    [],
  )
})

test('every sound request is answered, or refused for its condition or what is not there alone', async () => {
  for (const [operation, requests] of Object.entries(validRequests).filter(([name]) => Object.hasOwn(handlers, name))) {
    for (const request of requests) {
      const server = await FuzzedServer.open(1)
      const { status, body } = await server.answerTo(targetFor(operation), Buffer.from(JSON.stringify(request)))
      assert.ok(
        status === 200 || /#(ConditionalCheckFailed|ResourceNotFound|BackupNotFound|PointInTimeRecoveryUnavailable)Exception"/.test(body),
        `${JSON.stringify(request)}: ${body}`,
      )
      await server.close()
    }
  }
})

test('a seed makes the same cases every time', () => {
  for (const makeCase of Object.values(fuzzKinds)) {
    const cases = (seed: number): FuzzCase[] => {
      const choices = new Choices(seed)
      return Array.from({ length: 500 }, () => makeCase(choices))
    }
    const before = cases(1)
    assert.notDeepEqual(cases(2), before)
    assert.deepEqual(cases(1), before)
  }
})

for (const kind of ['expressions', 'bodies'] as const) {
  test(`the server survives fuzzed ${kind}`, { timeout: 600_000 }, async (context) => {
    const { answered, refused, failure } = await runInWorker(kind)
    if (failure !== undefined) assert.fail(failure)
    context.diagnostic(`${answered} answered, ${refused} refused`)
    assert.ok(process.env.FUZZ_SEED !== undefined || (answered * 10 > refused && refused * 10 > answered), 'the cases are one-sided')
  })
}

async function runInWorker(kind: FuzzKind): Promise<FuzzReport> {
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const underWay = (): string => `case ${progress[1]} of FUZZ_SEED=${progress[0]}`
  const workerData: FuzzOrder = { kind, seeds, casesPerBatch, progress }
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData })
  let watchdog: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      let before = ''
      watchdog = setInterval(() => {
        if (underWay() === before) reject(new Error(`${kind} hangs in ${before}`))
        before = underWay()
      }, stuckMsMax)
      worker.once('message', resolve)
      worker.once('error', (error) => reject(new Error(`${kind} crashed in ${underWay()}`, { cause: error })))
      worker.once('exit', (code) => reject(new Error(`the thread of ${kind} ended with code ${code} in ${underWay()}`)))
    })
  } finally {
    clearInterval(watchdog)
    await worker.terminate()
  }
}
