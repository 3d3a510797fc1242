import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Profiles'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const put = (ask: Ask, pk: string, names: readonly string[], input: object = {}) =>
  ask('PutItem', { TableName, Item: { pk: { S: pk }, ...Object.fromEntries(names.map((name) => [name, { S: name }])) }, ...input })

async function both(advised: AdvisedService, count: number, [first, second] = [['address'], ['phone']], input: object = {}): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await put(advised.client('one'), `p${at}`, first ?? [])
    await put(advised.client('other'), `p${at}`, second ?? [], input)
  }
}

const found = (advised: AdvisedService) => advised.found('blind-overwrite')

test('Two programs that put the same items with other attributes drop those of each other', async (context) => {
  const advised = await open(context)
  await both(advised, 19)
  assert.deepEqual(await found(advised), [])
  await both(advised, 1)
  const [finding] = await found(advised)
  assert.equal(finding?.severity, 'warning')
  assert.equal(finding.sentence, '21 of 40 puts replaced an item that another program wrote, and dropped address, phone.')
})

test('It must be a tenth of the puts', async (context) => {
  const advised = await open(context)
  await both(advised, 20)
  for (let at = 0; at < 160; at += 1) await put(advised.client('third'), `q${at}`, ['x'])
  assert.equal((await found(advised)).length, 1, '20 of 200')
  await put(advised.client('third'), 'r', ['x'])
  assert.deepEqual(await found(advised), [])
})

test('The same once more, the same names, a condition, a read before, a program of its own, and a cache are all right', async (context) => {
  for (const run of [
    (advised: AdvisedService) => both(advised, 25, [['address'], ['address']]),
    (advised: AdvisedService) => both(advised, 25, [['address'], ['address', 'phone']]),
    (advised: AdvisedService) => both(advised, 25, undefined, { ConditionExpression: 'attribute_exists(pk)' }),
    async (advised: AdvisedService) => {
      for (let at = 0; at < 25; at += 1) {
        await put(advised.client('one'), `p${at}`, ['address'])
        await advised.client('other')('GetItem', { TableName, Key: { pk: { S: `p${at}` } } })
        await put(advised.client('other'), `p${at}`, ['phone'])
      }
    },
    async (advised: AdvisedService) => {
      for (let at = 0; at < 25; at += 1) {
        await put(advised.client('one'), `p${at}`, ['address', 'phone'])
        await put(advised.client('one'), `p${at}`, ['phone'])
      }
    },
    async (advised: AdvisedService) => {
      const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true }
      await advised.client()('UpdateTimeToLive', { TableName, TimeToLiveSpecification })
      await both(advised, 25)
    },
  ]) {
    const advised = await open(context)
    await run(advised)
    assert.deepEqual(await found(advised), [])
  }
})
