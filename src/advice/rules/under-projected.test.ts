import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const TableName = 'Tasks'

async function open(context: TestContext, ProjectionType = 'KEYS_ONLY'): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  const byOwner = { IndexName: 'byOwner', KeySchema: [{ AttributeName: 'person', KeyType: 'HASH' }], Projection: { ProjectionType } }
  const ask = advised.client()
  await ask('CreateTable', tableOf(TableName, { indexes: [byOwner], attributes: ['person'] }))
  for (const pk of ['a', 'b', 'c', 'd']) {
    await ask('PutItem', { TableName, Item: { pk: { S: pk }, person: { S: 'ann' }, title: { S: pk } } })
  }
  return advised
}

async function list(ask: Ask): Promise<readonly string[]> {
  const query = {
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression: 'person = :o',
    ExpressionAttributeValues: { ':o': { S: 'ann' } },
  }
  const { body } = await ask('Query', query)
  return (body.Items as readonly { readonly pk: { readonly S: string } }[]).map(({ pk }) => pk.S)
}

const get = (ask: Ask, pk: string) => ask('GetItem', { TableName, Key: { pk: { S: pk } }, ProjectionExpression: 'pk, title' })

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await run()
}

async function followed(ask: Ask, count: number): Promise<void> {
  for (const pk of (await list(ask)).slice(0, count)) await get(ask, pk)
}

const found = (advised: AdvisedService) => advised.found('under-projected')

test('A list by an index of keys alone, and each item of it by itself', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(19, () => followed(ask, 4))
  assert.deepEqual(await found(advised), [])
  await followed(ask, 4)
  const [finding] = await found(advised)
  assert.deepEqual([finding?.severity, finding?.index], ['info', 'byOwner'])
  assert.equal(finding?.sentence, 'Each page of byOwner is followed by 4 reads of the table, 20 times.')
  assert.match(finding.change.text, /^Let the index include pk, title,/)
})

test('Half of the keys are enough, be it with one batch', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(10, () => followed(ask, 2))
  await times(10, async () => {
    const Keys = (await list(ask)).map((pk) => ({ pk: { S: pk } }))
    await ask('BatchGetItem', { RequestItems: { [TableName]: { Keys } } })
  })
  assert.equal((await found(advised)).length, 1)
})

test('One detail view for a list, an index that holds all, what comes later, and another program are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(25, () => followed(ask, 1))
  await times(25, async () => {
    const pks = await list(ask)
    for (const pk of pks) await get(advised.client('other'), pk)
    advised.pass(1001)
    for (const pk of pks) await get(ask, pk)
  })
  const whole = await open(context, 'ALL')
  await times(25, () => followed(whole.client(), 4))
  assert.deepEqual([...(await found(advised)), ...(await found(whole))], [])
})
