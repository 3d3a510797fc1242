import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Reports'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

let calls = 0

/** Answers take two seconds, by a fault; the client asks again after so many milliseconds. */
async function call(advised: AdvisedService, waitsMs: number): Promise<void> {
  calls += 1
  await advised.addFault({ match: { operation: 'GetItem' }, do: { delayMs: 2000 }, times: 2 })
  const get = (attempt: number) =>
    advised.client('aws-sdk-js')('GetItem', { TableName, Key: { pk: { S: 'a' } } }, { invocation: `slow-${calls}`, attempt, takesMs: 0 })
  const pass = async (byMs: number): Promise<void> => {
    // Until what was asked is held up.
    await new Promise(setImmediate)
    advised.pass(byMs)
    await advised.runJobs()
  }
  const first = get(1)
  await pass(waitsMs)
  const second = get(2)
  await pass(2000)
  await Promise.all([first, second])
}

async function callAll(advised: AdvisedService, waits: readonly number[]): Promise<void> {
  for (const waitsMs of waits) await call(advised, waitsMs)
}

const found = async (advised: AdvisedService) =>
  (await advised.found('client-timeouts')).map(({ severity, sentence }) => [severity, sentence])

test('A client that waits for a second where answers take two', async (context) => {
  const advised = await open(context)
  await callAll(advised, [1000, 1010, 1020, 1030])
  assert.deepEqual(await found(advised), [])
  await call(advised, 1040)
  const [[severity, sentence] = []] = await found(advised)
  assert.equal(severity, 'warning')
  assert.match(sentence ?? '', /^aws-sdk-js gives up after 1020 ms and asks again, 5 times; p99 here is \d+ ms\.$/)
})

test('Who gives up after any time, and who waits for the answer, is all right', async (context) => {
  const advised = await open(context)
  await callAll(advised, [500, 900, 1300, 1700, 1900, 600])
  const patient = await open(context)
  await callAll(patient, [2000, 2000, 2001, 2002, 2003, 2004])
  assert.deepEqual([...(await found(advised)), ...(await found(patient))], [])
})
