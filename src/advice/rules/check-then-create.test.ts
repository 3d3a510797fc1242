import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Accounts'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const look = (ask: Ask, email: string) => ask('GetItem', { TableName, Key: { pk: { S: email } } })
const put = (ask: Ask, email: string, input: object = {}) =>
  ask('PutItem', { TableName, Item: { pk: { S: email }, name: { S: 'x' } }, ...input })

async function signUp(ask: Ask, email: string): Promise<void> {
  await look(ask, email)
  await put(ask, email)
}

const emails = ['a@x', 'b@x', 'c@x', 'd@x', 'e@x']
const found = (advised: AdvisedService) => advised.found('check-then-create')

test('A sign-up that looks whether the address is taken, and then puts it', async (context) => {
  const advised = await open(context)
  for (const email of emails.slice(1)) await signUp(advised.client(), email)
  assert.deepEqual(await found(advised), [])
  await signUp(advised.client(), 'a@x')
  const [finding] = await found(advised)
  assert.equal(finding?.severity, 'warning')
  assert.equal(finding.sentence, '5 creations looked first and then overwrote whatever came between.')
})

test('It is an error when two did both', async (context) => {
  const advised = await open(context)
  const [one, other] = [advised.client('one'), advised.client('other')]
  for (const email of emails) {
    await look(one, email)
    await look(other, email)
    await put(one, email)
    await put(other, email)
  }
  const [finding] = await found(advised)
  assert.equal(finding?.severity, 'error')
  assert.equal(finding.sentence, '10 creations looked first and then overwrote whatever came between. 5 times that was something.')
})

test('A condition, a look that found something, one long ago or by another, and a cache that is filled are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  for (const email of emails) {
    await look(ask, email)
    await put(ask, email, { ConditionExpression: 'attribute_not_exists(pk)' })
  }
  for (const email of emails) await signUp(ask, email)
  for (const email of emails) {
    await look(ask, `${email}.org`)
    advised.pass(5001)
    await put(ask, `${email}.org`)
    await look(advised.client('other'), `${email}.net`)
    await put(ask, `${email}.net`)
  }
  await ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { AttributeName: 'until', Enabled: true } })
  for (const email of emails) await signUp(ask, `${email}.cached`)
  assert.deepEqual(await found(advised), [])
})
