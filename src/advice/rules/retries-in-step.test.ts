import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'
import { seededRandom } from '../../base/random.ts'

const TableName = 'Events'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  await advised.addFault({ match: { operation: 'PutItem' }, do: { throttle: 'TableWriteMaxOnDemandThroughputExceeded' } })
  return advised
}

let calls = 0

/** One call that is refused each time, with these pauses before its further attempts. */
async function call(advised: AdvisedService, pauses: readonly number[], name = 'Boto3/1.43'): Promise<void> {
  calls += 1
  const invocation = `refused-${calls}`
  const put = (attempt: number) => advised.client(name)('PutItem', { TableName, Item: { pk: { S: 'a' } } }, { invocation, attempt })
  await put(1)
  for (const [at, pauseMs] of pauses.entries()) {
    advised.pass(pauseMs)
    await put(at + 2)
  }
}

const found = async (advised: AdvisedService) =>
  (await advised.found('retries-in-step')).map(({ severity, sentence }) => [severity, sentence])

test('boto3 in its legacy mode pauses 50, 100, 200, 400 ms, each time', async (context) => {
  const advised = await open(context)
  for (let time = 0; time < 12; time += 1) await call(advised, [50, 100, 200, 400])
  await call(advised, [50])
  assert.deepEqual(await found(advised), [])
  await call(advised, [50])
  const sentence = 'Retries of Boto3/1.43 come exactly 50, 100, 200, 400 ms after the refusal, without chance in it.'
  assert.deepEqual(await found(advised), [['warning', sentence]])
})

test('Pauses that vary by five percent or more, as those of SDKs do by default, are all right', async (context) => {
  const nearly = await open(context)
  for (let time = 0; time < 50; time += 1) await call(nearly, [time % 2 === 0 ? 96 : 104])
  assert.equal((await found(nearly)).length, 1, 'four percent')
  const just = await open(context)
  for (let time = 0; time < 50; time += 1) await call(just, [time % 2 === 0 ? 95 : 105])
  assert.deepEqual(await found(just), [])
  const random = seededRandom(7)
  const byChance = await open(context)
  const pause = (upTo: number) => Math.floor((upTo * (random.bytes(1)[0] ?? 0)) / 256)
  for (let time = 0; time < 30; time += 1) await call(byChance, [pause(100), pause(200), pause(400)], 'aws-sdk-js/3.1163')
  assert.deepEqual(await found(byChance), [])
})

test('Retries of five programs that come at once are told, those of four are not', async (context) => {
  for (const programs of [4, 5]) {
    const advised = await open(context)
    for (let round = 0; round < 30; round += 1) {
      const put = (program: number, attempt: number) =>
        advised.client(`worker-${program}`)(
          'PutItem',
          { TableName, Item: { pk: { S: 'a' } } },
          { invocation: `${round}-${program}`, attempt, takesMs: 0 },
        )
      for (let program = 0; program < programs; program += 1) await put(program, 1)
      // Each round another pause, and at the beginning of a fiftieth of a second.
      advised.pass(200 + 20 * (round % 7))
      for (let program = 0; program < programs; program += 1) await put(program, 2)
      advised.pass(1000)
    }
    const sentences = (await found(advised)).map(([, sentence]) => sentence)
    const atOnce = ['Of 150 retries 150 came at once, within 20 ms from 5 programs or more.']
    assert.deepEqual(sentences, programs === 4 ? [] : atOnce)
  }
})
