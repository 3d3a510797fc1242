import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, type Saying, tableOf } from '../../../test/harness/advised-service.ts'
import type { ServiceOptions } from '../../server/start.ts'

const TableName = 'Users'

async function open(context: TestContext, options: Partial<ServiceOptions> = {}): Promise<AdvisedService> {
  const advised = await openAdvised(options)
  context.after(() => advised.close())
  const byEmail = { IndexName: 'byEmail', KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
  await advised.client()('CreateTable', tableOf(TableName, { indexes: [byEmail], attributes: ['email'] }))
  return advised
}

const emailOf = (name: string) => `${name}@example.com`
const create = (ask: Ask, name: string, saying?: Saying) =>
  ask('PutItem', { TableName, Item: { pk: { S: `user-${name}` }, email: { S: emailOf(name) } } }, saying)
const findBy = (ask: Ask, email: string, saying?: Saying) =>
  ask(
    'Query',
    { TableName, IndexName: 'byEmail', KeyConditionExpression: 'email = :e', ExpressionAttributeValues: { ':e': { S: email } } },
    saying,
  )

const names = ['ann', 'bob', 'cy', 'dee', 'eve', 'fay']
const found = (advised: AdvisedService) => advised.found('stale-gsi-read')

test('Users that are looked for by their address right after they were made', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  for (const name of names.slice(0, 4)) {
    await create(ask, name)
    await findBy(ask, emailOf(name))
  }
  assert.deepEqual(await found(advised), [])
  await create(ask, 'eve')
  advised.pass(100)
  await findBy(ask, emailOf('eve'))
  const [finding] = await found(advised)
  assert.deepEqual([finding?.severity, finding?.index, finding?.confidence], ['warning', 'byEmail', 'medium'])
  assert.equal(
    finding?.sentence,
    '5 times byEmail was asked 20 ms after the write it should show; indexes follow later and know no ConsistentRead.',
  )
})

test('It is an error when the index of this server lagged, and hid them', async (context) => {
  const advised = await open(context, { indexLagMs: 3000 })
  const ask = advised.client()
  for (const name of names) {
    await create(ask, name)
    advised.pass(1000)
    const { body } = await findBy(ask, emailOf(name))
    assert.equal(body.Count, 0)
  }
  const [finding] = await found(advised)
  assert.equal(finding?.severity, 'error')
  assert.equal(finding.evidence['hidden'], 6)
})

test('Who asks later, for others, by another program, or after a write that leaves the entry alone, sees what is there', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  for (const name of names) {
    await create(ask, name)
    advised.pass(101)
    await findBy(ask, emailOf(name))
  }
  for (const name of names) {
    await create(ask, `${name}2`)
    await findBy(advised.client('other'), emailOf(`${name}2`))
    await findBy(ask, emailOf('zoe'))
  }
  for (const name of names) {
    const update = { UpdateExpression: 'SET seen = :s', ExpressionAttributeValues: { ':s': { S: emailOf(name) } } }
    await ask('UpdateItem', { TableName, Key: { pk: { S: `user-${name}` } }, ...update })
    await findBy(ask, emailOf(name))
  }
  assert.deepEqual(await found(advised), [])
})

test('Requests of one trace belong together, however many programs send them', async (context) => {
  const advised = await open(context)
  for (const name of names) {
    await create(advised.client(), name, { traceId: `1-${name}` })
    await findBy(advised.client('other'), emailOf(name), { traceId: `1-${name}` })
  }
  assert.deepEqual(
    (await found(advised)).map(({ confidence }) => confidence),
    ['high'],
  )
})
