import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'

const perPage = 5

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  const ask = advised.client('loader')
  await ask('CreateTable', tableOf('Orders', { hasSortKey: true }))
  await ask('CreateTable', tableOf('Products'))
  for (let at = 0; at < 25; at += 1) {
    const order = { pk: { S: 'alice' }, sk: { S: `order-${at + 10}` }, product: { S: `product-${at + 10}` } }
    await ask('PutItem', { TableName: 'Orders', Item: order })
  }
  return advised
}

async function orders(ask: Ask, Limit = perPage): Promise<readonly string[]> {
  const input = { TableName: 'Orders', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'alice' } }, Limit }
  const { body } = await ask('Query', input)
  return (body.Items as readonly { readonly product: { readonly S: string } }[]).map(({ product }) => product.S)
}

const product = (ask: Ask, id: string) => ask('GetItem', { TableName: 'Products', Key: { pk: { S: id } } })

async function burst(ask: Ask, { limit = perPage, prefix = '' } = {}): Promise<void> {
  for (const id of await orders(ask, limit)) await product(ask, `${prefix}${id}`)
}

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await run()
}

/** What else is asked of the table. */
const others = (advised: AdvisedService) => times(200, () => product(advised.client('others'), 'some-other'))

const found = (advised: AdvisedService) => advised.found('n-plus-one')

test('Orders, and then a product for each of them, ten times', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await others(advised)
  await times(9, () => burst(ask))
  assert.deepEqual(await found(advised), [])
  await burst(ask)
  const [finding, ...more] = await found(advised)
  assert.deepEqual(more, [])
  assert.equal(finding?.severity, 'info')
  assert.equal(finding.table, 'Products')
  assert.deepEqual(finding.patterns, ['Query Orders where pk = ?', 'GetItem Products'])
  assert.equal(finding.sentence, '5 GetItem follow each Query Orders where pk = ?: 5 ms one after the other, 10 times.')
})

test('It is a warning when most of what a table is asked is that, or when there are twenty of them', async (context) => {
  const mostly = await open(context)
  await times(10, () => burst(mostly.client()))
  assert.deepEqual(
    (await found(mostly)).map(({ severity }) => severity),
    ['warning'],
  )
  const [of19, of20] = [await open(context), await open(context)]
  for (const [advised, limit] of [
    [of19, 19],
    [of20, 20],
  ] as const) {
    await times(4, async () => {
      await others(advised)
      // No more is heard in one second.
      advised.pass(1000)
    })
    await times(10, () => burst(advised.client(), { limit }))
  }
  assert.deepEqual(
    (await found(of19)).map(({ severity }) => severity),
    ['info'],
  )
  assert.deepEqual(
    (await found(of20)).map(({ severity }) => severity),
    ['warning'],
  )
})

test('Keys may be made of a value behind a prefix', async (context) => {
  const advised = await open(context)
  await times(10, () => burst(advised.client(), { prefix: 'PRODUCT#' }))
  assert.equal((await found(advised)).length, 1)
})

test('Four lookups, keys that the answer did not tell, one key again and again, and what comes later are all right', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await times(12, () => burst(ask, { limit: 4 }))
  await times(12, async () => {
    await orders(ask)
    for (const id of ['one-thing', 'two-things', 'three-things', 'four-things', 'five-things']) await product(ask, id)
  })
  await times(12, async () => {
    const [id = ''] = await orders(ask)
    await times(6, () => product(ask, id))
  })
  await times(12, async () => {
    for (const id of await orders(ask)) {
      advised.pass(1001)
      await product(ask, id)
    }
  })
  assert.deepEqual(await found(advised), [])
})

test('Who asks for all of them at once, and another program that asks for the same, are all right', async (context) => {
  const advised = await open(context)
  await times(12, async () => {
    const Keys = (await orders(advised.client())).map((id) => ({ pk: { S: id } }))
    await advised.client()('BatchGetItem', { RequestItems: { Products: { Keys } } })
    for (const { pk } of Keys) await product(advised.client('other'), pk.S)
  })
  assert.deepEqual(await found(advised), [])
})
