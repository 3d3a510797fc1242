/**
 * A hundred thousand cases that nobody would send on purpose, with the six thousand of cloudwatch.test.ts: requests to the service, and
 * bytes to its sockets. Whatever comes in, the answer is success or a known exception, it comes, and a refused request leaves no trace.
 * A failure names its seed: `FUZZ_SEED=<seed>` replays that batch alone, and `npm run fuzz` goes on as long as one likes.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handlers } from '../../src/operations/registry.ts'
import { targetFor } from '../harness/target-for.ts'
import { Choices } from './choices.ts'
import { type FuzzCase, fuzzKinds } from './fuzz-cases.ts'
import { allKinds, type FuzzKind } from './fuzz-targets.ts'
import { FuzzedServer } from './fuzzed-server.ts'
import { casesPerBatch, runInWorker } from './run-in-worker.ts'
import { validRequests } from './valid-requests.ts'

/** Connections that are encrypted cost ten times the others. */
const casesOf: { readonly [Kind in FuzzKind]: number } = {
  expressions: 10_000,
  bodies: 10_000,
  wire: 50_000,
  node: 12_000,
  door: 10_000,
  tls: 2000,
}

function seedsOf(kind: FuzzKind): readonly number[] {
  if (process.env.FUZZ_SEED !== undefined) return [Number(process.env.FUZZ_SEED)]
  return Array.from({ length: casesOf[kind] / casesPerBatch }, (_, number) => number + 1)
}

test('every operation that is offered has a sound request to start from', () => {
  assert.deepEqual(
    Object.keys(handlers).filter((operation) => !Object.hasOwn(validRequests, operation)),
    [],
  )
})

test('every sound request is answered, or refused for its condition, or for what is not there or no more alone', async () => {
  for (const [operation, requests] of Object.entries(validRequests).filter(([name]) => Object.hasOwn(handlers, name))) {
    for (const request of requests) {
      const server = await FuzzedServer.open(1)
      const { status, body } = await server.answerTo(targetFor(operation), Buffer.from(JSON.stringify(request)))
      assert.ok(
        status === 200 ||
          /#(ConditionalCheckFailed|ResourceNotFound|BackupNotFound|ExportNotFound|ImportNotFound|PolicyNotFound|PointInTimeRecoveryUnavailable|GlobalTableNotFound)Exception"/.test(
            body,
          ) ||
          /version 2017\.11\.29 is not supported|The table is not a replica of a global table/.test(body),
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

for (const kind of allKinds) {
  test(`the server survives fuzzed ${kind}`, { timeout: 600_000 }, async (context) => {
    const { answered, refused, failure } = await runInWorker(kind, seedsOf(kind))
    if (failure !== undefined) assert.fail(failure)
    context.diagnostic(`${answered} answered, ${refused} refused`)
    assert.ok(process.env.FUZZ_SEED !== undefined || (answered * 30 > refused && refused * 10 > answered), 'the cases are one-sided')
  })
}
