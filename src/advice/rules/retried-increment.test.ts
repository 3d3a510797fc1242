import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Counters'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const values = { ExpressionAttributeValues: { ':n': { N: '1' } } }

function attempts(advised: AdvisedService, update: object): Promise<unknown> {
  const ask = advised.client()
  const input = { TableName, Key: { pk: { S: 'a' } }, ...update }
  return ask('UpdateItem', input, { invocation: 'i', attempt: 1 }).then(() => ask('UpdateItem', input, { invocation: 'i', attempt: 2 }))
}

const found = (advised: AdvisedService) => advised.found('retried-increment')
const loseAnswer = { match: { operation: 'UpdateItem' }, do: { lose: 'answer' }, times: 1 }

for (const UpdateExpression of ['ADD clicks :n', 'SET clicks = if_not_exists(clicks, :n) + :n']) {
  test(`${UpdateExpression} is done twice when the answer is lost and the SDK tries again`, async (context) => {
    const advised = await open(context)
    await advised.addFault(loseAnswer)
    await attempts(advised, { UpdateExpression, ...values })
    const [finding] = await found(advised)
    assert.equal(finding?.severity, 'error')
    assert.equal(finding.sentence, '1 increments were applied twice: the answer to the first was lost and the SDK tried again.')
  })
}

test('An attempt that was throttled, an update that may be done twice, and another call are all right', async (context) => {
  const advised = await open(context)
  await advised.addFault({ match: { operation: 'UpdateItem' }, do: { throttle: 'TableWriteMaxOnDemandThroughputExceeded' }, times: 1 })
  await attempts(advised, { UpdateExpression: 'ADD clicks :n', ...values })
  const ask = advised.client()
  for (let call = 0; call < 3; call += 1) {
    await ask('UpdateItem', { TableName, Key: { pk: { S: 'a' } }, UpdateExpression: 'ADD clicks :n', ...values })
  }
  await advised.addFault(loseAnswer)
  const set = { UpdateExpression: 'ADD tags :t', ExpressionAttributeValues: { ':t': { SS: ['x'] } } }
  for (const attempt of [1, 2]) await ask('UpdateItem', { TableName, Key: { pk: { S: 'a' } }, ...set }, { invocation: 'j', attempt })
  await advised.addFault({ ...loseAnswer, do: { lose: 'request' } })
  for (const attempt of [1, 2]) {
    const input = { TableName, Key: { pk: { S: 'a' } }, UpdateExpression: 'ADD clicks :n', ...values }
    await ask('UpdateItem', input, { invocation: 'k', attempt })
  }
  assert.deepEqual(await found(advised), [])
})
