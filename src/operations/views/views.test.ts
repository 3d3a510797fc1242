import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { keptOpen } from '../../../test/harness/forwarded-store.ts'
import { nodeOn } from '../../../test/harness/nodes.ts'
import { openTestService, succeed } from '../../../test/harness/service.ts'
import { openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { prefixRange, viewDataTag, viewTag } from '../../engine/keyspace/keys.ts'
import type { Service } from '../../server/start.ts'
import type { Store } from '../../storage/store.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { compareValues } from '../../values/order.ts'
import { applyView } from './change-views.ts'
import { stepViewsOf } from './step-views.ts'

const byCustomer = {
  name: 'by-customer',
  from: 'orders',
  where: "state <> 'draft'",
  groupBy: { customer: 'customer', kind: { template: 'K#{kind}' } },
  compute: {
    orders: 'count',
    noted: { count: 'note' },
    total: { sum: 'amount' },
    least: { min: 'amount' },
    most: { max: 'amount' },
    newest: { last: 'note', by: 'at' },
    oldest: { first: 'id', by: 'at' },
  },
}
const byState = {
  name: 'by-state',
  from: 'orders',
  key: { state: 'state', id: 'id' },
  item: { amount: 'amount', day: { start: 'at', length: 1 } },
}
const latest = { name: 'latest', from: 'orders', where: 'amount > 0', key: { state: 'state' } }
const ofView = { name: 'of-view', from: 'by-customer', groupBy: { kind: 'kind' }, compute: { total: { sum: 'total' }, customers: 'count' } }
const all = [byCustomer, byState, latest, ofView]

type Given = { readonly [name: string]: AttributeValue }

async function createOrders(service: Service): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
}

async function scan(service: Service, table: string): Promise<readonly Item[]> {
  const items: Item[] = []
  let ExclusiveStartKey: unknown
  do {
    const page = await succeed(service, 'Scan', {
      TableName: table,
      ConsistentRead: true,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    })
    items.push(...(page.Items as Item[]))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return items
}

const text = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : 'S' in value ? value.S : 'N' in value ? value.N : ''
const amountOf = (item: Item): bigint => BigInt(text(item.amount))

/** By whatever an item is in: in the order of a Scan. */
function grouped(items: readonly Item[], nameOf: (item: Item) => string | undefined): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = nameOf(item)
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return groups
}

/** The last of the greatest, or the first of the least, in an order. */
function extreme(items: readonly Item[], by: string, side: 'first' | 'last'): Item | undefined {
  let best: Item | undefined
  for (const item of items) {
    const [value, known] = [item[by], best?.[by]]
    if (value === undefined) continue
    const order = known === undefined ? 0 : compareValues(value, known)
    if (known === undefined || (side === 'last' ? order >= 0 : order < 0)) best = item
  }
  return best
}

function without(attributes: { readonly [name: string]: AttributeValue | undefined }): Item {
  return Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined))
}

/** What the views are to be, reckoned from all orders. */
function expected(orders: readonly Item[]): { readonly [view: string]: readonly Item[] } {
  const meant = orders.filter(({ state }) => state !== undefined && text(state) !== 'draft')
  const rows = [
    ...grouped(meant, ({ customer, kind }) =>
      customer === undefined || kind === undefined ? undefined : `${text(customer)}|${text(kind)}`,
    ).values(),
  ].map((items) => {
    const [first = {}] = items
    const numbers = items.filter(({ amount }) => amount !== undefined && 'N' in amount)
    const noted = items.filter(({ note }) => note !== undefined)
    const extremeOf = (side: 'first' | 'last'): AttributeValue | undefined => extreme(numbers, 'amount', side)?.amount
    return without({
      customer: first.customer,
      kind: { S: `K#${text(first.kind)}` },
      orders: { N: String(items.length) },
      noted: { N: String(noted.length) },
      total: { N: String(numbers.reduce((sum, item) => sum + amountOf(item), 0n)) },
      least: extremeOf('first'),
      most: extremeOf('last'),
      newest: extreme(noted, 'at', 'last')?.note,
      oldest: extreme(items, 'at', 'first')?.id,
    })
  })
  const states = orders.filter(({ state }) => state !== undefined)
  return {
    'by-customer': rows,
    'by-state': states.map((item) =>
      without({ state: item.state, id: item.id, amount: item.amount, day: item.at && { S: text(item.at).slice(0, 1) } }),
    ),
    latest: [
      ...grouped(
        states.filter(({ amount }) => amount !== undefined && amountOf({ amount }) > 0n),
        ({ state }) => text(state),
      ).values(),
    ].map((items) => items.at(-1) ?? {}),
    'of-view': [...grouped(rows, ({ kind }) => text(kind)).values()].map((items) => ({
      kind: items[0]?.kind ?? { S: '' },
      total: { N: String(items.reduce((sum, { total }) => sum + BigInt(text(total)), 0n)) },
      customers: { N: String(items.length) },
    })),
  }
}

const sorted = (items: readonly Item[]): readonly string[] =>
  items.map((item) => JSON.stringify(Object.fromEntries(Object.entries(item).sort()))).sort()

async function checkViews(service: Service): Promise<void> {
  await service.control.runJobs()
  const wanted = expected(await scan(service, 'orders'))
  for (const { name } of all) assert.deepEqual(sorted(await scan(service, name)), sorted(wanted[name] ?? []), name)
}

const order: fc.Arbitrary<Given> = fc
  .record({
    id: fc.integer({ min: 0, max: 30 }).map((id) => ({ S: `o${id}` })),
    customer: fc.option(
      fc.constantFrom('ann', 'bob').map((S) => ({ S })),
      { nil: undefined, freq: 9 },
    ),
    kind: fc.constantFrom({ S: 'x' }, { N: '7' }),
    state: fc.option(
      fc.constantFrom('draft', 'paid', 'sent').map((S) => ({ S })),
      { nil: undefined, freq: 9 },
    ),
    amount: fc.option(
      fc.integer({ min: -3, max: 3 }).map((n) => ({ N: String(n) })),
      { nil: undefined, freq: 9 },
    ),
    note: fc.option(
      fc.constantFrom('a', 'b').map((S) => ({ S })),
      { nil: undefined, freq: 3 },
    ),
    at: fc.option(
      fc.integer({ min: 1, max: 9 }).map((n) => ({ S: `${n}` })),
      { nil: undefined, freq: 9 },
    ),
  })
  .map((given) => without(given) as Given)

/** So that views are caught while they are filled. */
const small = { changes: { entries: 4, bytes: 1000 }, items: { entries: 3, bytes: 1000 }, clear: { entries: 2, bytes: 1000 } }

type Act = (service: Service) => Promise<unknown>
const act: fc.Arbitrary<readonly [string, Act]> = fc.oneof(
  {
    weight: 10,
    arbitrary: order.map(
      (Item) => [`put ${JSON.stringify(Item)}`, (s: Service) => succeed(s, 'PutItem', { TableName: 'orders', Item })] as const,
    ),
  },
  {
    weight: 4,
    arbitrary: order.map(
      ({ id }) => [`delete ${JSON.stringify(id)}`, (s: Service) => succeed(s, 'DeleteItem', { TableName: 'orders', Key: { id } })] as const,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.array(order, { minLength: 2, maxLength: 6 }).map((items) => {
      const TransactItems = [...new Map(items.map((Item) => [text(Item.id), Item])).values()].map((Item) => ({
        Put: { TableName: 'orders', Item },
      }))
      return [`transact ${JSON.stringify(TransactItems)}`, (s: Service) => succeed(s, 'TransactWriteItems', { TransactItems })] as const
    }),
  },
  { weight: 3, arbitrary: fc.constant(['step', (s: Service) => stepViewsOf(s.controlContext.engine, small)] as const) },
  { weight: 1, arbitrary: fc.constant(['split', (s: Service) => s.control.splitPartitions({ table: 'orders' })] as const) },
)

function openOn(store: Store): Promise<Service> {
  return openTestService({ kind: 'custom', open: () => keptOpen(store) })
}

describe('Views', () => {
  test('are what is reckoned from a Scan, whatever is written, while they are filled and after restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 40 }),
        fc.array(act, { maxLength: 60 }),
        fc.array(act, { maxLength: 20 }),
        async (before, during, after) => {
          const store = await openTestStore()
          let service = await openOn(store)
          await createOrders(service)
          for (const [, run] of before) await run(service)
          for (const view of all) assert.equal(await applyView(service.controlContext.engine, view), 'made')
          for (const [, run] of during) await run(service)
          await service.close()
          service = await openOn(store)
          await checkViews(service)
          for (const [, run] of after) await run(service)
          await checkViews(service)
          await service.close()
          await store.close()
        },
      ),
      { numRuns: propertyRuns(40) },
    )
  })

  test('are right on any store, disturbed ones, too', async () => {
    const service = await openTestService('any')
    await createOrders(service)
    for (const view of all) await applyView(service.controlContext.engine, view)
    for (let at = 0; at < 40; at += 1) {
      const Item = {
        id: { S: `o${at % 13}` },
        customer: { S: 'ann' },
        kind: { S: 'x' },
        state: { S: 'paid' },
        amount: { N: String(at % 5) },
      }
      if (at % 4 === 3) await succeed(service, 'DeleteItem', { TableName: 'orders', Key: { id: Item.id } })
      else await succeed(service, 'PutItem', { TableName: 'orders', Item })
      if (at % 7 === 0) await stepViewsOf(service.controlContext.engine)
    }
    await checkViews(service)
    await service.close()
  })

  test('begin anew when their definition is another, and end with their table', async () => {
    const service = await openTestService('any')
    const { control } = service
    await createOrders(service)
    const put = (id: string, amount: string): Promise<unknown> =>
      succeed(service, 'PutItem', { TableName: 'orders', Item: { id: { S: id }, state: { S: 'paid' }, amount: { N: amount } } })
    await put('a', '1')
    await put('b', '99999999999999999999999999999999999999')
    const definition = { name: 'totals', from: 'orders', groupBy: { state: 'state' }, compute: { total: { sum: 'amount' } } }
    assert.equal((await control.applyView({ definition })).change, 'made')
    await control.runJobs()
    const total = async (): Promise<unknown> => (await scan(service, 'totals')).map((row) => row.total)
    assert.deepEqual(await total(), [{ N: '100000000000000000000000000000000000000' }])
    await put('c', '0.5')
    await succeed(service, 'DeleteItem', { TableName: 'orders', Key: { id: { S: 'b' } } })
    await control.runJobs()
    assert.deepEqual(await total(), [{ N: '1.5' }], 'no digit is lost while a sum has more than a number can have')
    assert.equal((await control.applyView({ definition })).change, 'unchanged')
    const other = { ...definition, where: 'amount < 1' }
    assert.equal((await control.applyView({ definition: other })).change, 'made anew')
    await control.runJobs()
    assert.deepEqual(await total(), [{ N: '0.5' }])
    const otherKey = { ...other, groupBy: { state: 'state', id: 'id' } }
    assert.equal((await control.applyView({ definition: otherKey })).change, 'made anew')
    await control.runJobs()
    assert.deepEqual(sorted(await scan(service, 'totals')), [JSON.stringify({ id: { S: 'c' }, state: { S: 'paid' }, total: { N: '0.5' } })])
    const [view] = (await control.views()).views
    assert.deepEqual([view?.name, view?.state, view?.waitingChanges], ['totals', 'following', 0])
    await succeed(service, 'DeleteTable', { TableName: 'totals' })
    await control.runJobs()
    assert.deepEqual((await control.views()).views, [])
    assert.equal(service.controlContext.engine.catalog.find('orders')?.outboxes, undefined)
    await service.close()
  })

  test('are what their source is after a reset, and stay as they are without it', async () => {
    const service = await openTestService('any')
    const { control } = service
    await createOrders(service)
    const put = (id: string): Promise<unknown> =>
      succeed(service, 'PutItem', { TableName: 'orders', Item: { id: { S: id }, state: { S: 'paid' } } })
    await put('a')
    const definition = { name: 'counts', from: 'orders', groupBy: { state: 'state' }, compute: { orders: 'count' } }
    await control.applyView({ definition })
    await control.runJobs()
    await control.reset({ recreate: true })
    await put('b')
    await put('c')
    await control.runJobs()
    assert.deepEqual(await scan(service, 'counts'), [{ orders: { N: '2' }, state: { S: 'paid' } }])
    await succeed(service, 'DeleteTable', { TableName: 'orders' })
    await control.runJobs()
    assert.equal((await control.views()).views[0]?.state, 'without source')
    assert.equal((await scan(service, 'counts')).length, 1)
    await createOrders(service)
    await control.runJobs()
    assert.deepEqual(await scan(service, 'counts'), [])
    await control.releaseView({ view: 'counts' })
    await put('d')
    await control.runJobs()
    assert.deepEqual(await scan(service, 'counts'), [], 'a table that was released is an ordinary one')
    await assert.rejects(control.applyView({ definition }), { message: 'View counts: there is a table counts, and it is no view.' })
    await service.close()
  })

  test('leave nothing behind when they are dropped', async () => {
    const store = await openTestStore()
    const service = await openOn(store)
    await createOrders(service)
    await succeed(service, 'PutItem', {
      TableName: 'orders',
      Item: { id: { S: 'a' }, customer: { S: 'ann' }, kind: { S: 'x' }, state: { S: 'paid' }, amount: { N: '1' }, at: { S: '1' } },
    })
    await service.control.applyView({ definition: byCustomer })
    await service.control.runJobs()
    await service.control.dropView({ view: byCustomer.name })
    await service.control.runJobs()
    for (const tag of [viewTag, viewDataTag]) {
      const { entries } = await store.view(async (view) => view.scan(prefixRange(Uint8Array.of(tag)), { entries: 10, bytes: 1000 }))
      assert.deepEqual(entries, [])
    }
    assert.equal(service.controlContext.engine.catalog.find(byCustomer.name), undefined)
    await assert.rejects(service.control.dropView({ view: byCustomer.name }), { message: 'There is no view "by-customer".' })
    await service.close()
    await store.close()
  })

  test('are kept by one of several nodes, and by another when that one is gone', async () => {
    const store = await openTestStore()
    const clock = new ManualClock(1_795_341_600_000)
    const nodes = [await nodeOn(store, clock, 1), await nodeOn(store, clock, 2)]
    const [first, second] = nodes.map(({ service }) => service)
    assert.ok(first !== undefined && second !== undefined)
    await createOrders(first)
    for (const view of all) await first.control.applyView({ definition: view })
    for (let at = 0; at < 30; at += 1) {
      const Item = {
        id: { S: `o${at % 11}` },
        customer: { S: 'bob' },
        kind: { S: 'x' },
        state: { S: 'sent' },
        amount: { N: String(at % 7) },
        at: { S: '3' },
      }
      await succeed(at % 2 === 0 ? first : second, 'PutItem', { TableName: 'orders', Item })
      // Without a lease: what two nodes do at once is done once.
      if (at % 5 === 0) await Promise.all(nodes.map(({ service }) => stepViewsOf(service.controlContext.engine, small)))
    }
    await first.close()
    for (let at = 0; at < 200; at += 1) await stepViewsOf(second.controlContext.engine, small)
    const wanted = expected(await scan(second, 'orders'))
    for (const { name } of all) assert.deepEqual(sorted(await scan(second, name)), sorted(wanted[name] ?? []), name)
    await second.close()
    await store.close()
  })
})

describe('A definition of a view', () => {
  const sums = { groupBy: { state: 'state' }, compute: { n: 'count' } }
  const faults: readonly (readonly [unknown, string])[] = [
    [[], 'A view is an object with the members name, from, and groupBy with compute or key with item.'],
    [{ name: 'a' }, 'A view has the name of a table, 3 to 255 letters, digits, dots, hyphens and underscores, not "a".'],
    [{ name: 'totals', color: 1 }, 'View totals: there is no member color; there are name, from, where, groupBy, compute, key and item.'],
    [{ name: 'totals' }, 'View totals: from is the name of a table, not nothing.'],
    [{ name: 'totals', from: 'totals', ...sums }, 'View totals: from is another table than that of the view.'],
    [{ name: 'totals', from: 'orders' }, 'View totals: it has either groupBy, with compute, or key, with item.'],
    [{ name: 'totals', from: 'orders', ...sums, where: 1 }, 'View totals: where is a condition of PartiQL of up to 4096 characters.'],
    [{ name: 'totals', from: 'orders', key: { id: 'id' }, compute: {} }, 'View totals: compute goes with groupBy.'],
    [{ name: 'totals', from: 'orders', ...sums, item: '*' }, 'View totals: item goes with key.'],
    [
      { name: 'totals', from: 'orders', groupBy: {} },
      "View totals: groupBy has one attribute or two, the partition key and the sort key of the view's table, not 0.",
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: '' } },
      'View totals: groupBy.a is a path such as "customer.id" or "lines[0].price", not "".',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: 'x[' } },
      'View totals: groupBy.a is a path such as "customer.id" or "lines[0].price", not "x[".',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: { template: 'x' } } },
      'View totals: groupBy.a.template has no path in braces, such as {id}.',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: { template: '{x' } } },
      'View totals: groupBy.a.template has a brace without its other: paths stand in braces.',
    ],
    [{ name: 'totals', from: 'orders', groupBy: { a: { path: 'a', type: 'X' } } }, 'View totals: groupBy.a.type is S, N or B, not "X".'],
    [
      { name: 'totals', from: 'orders', groupBy: { a: { value: true } } },
      'View totals: groupBy.a stands in a key: its value is a string or a number.',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: { start: 'a', length: 0 } } },
      'View totals: groupBy.a.length is a whole number from 1 to 4096, not 0.',
    ],
    [{ name: 'totals', from: 'orders', groupBy: { a: 'a' }, compute: {} }, 'View totals: compute has 1 to 20 attributes, not 0.'],
    [
      { name: 'totals', from: 'orders', groupBy: { a: 'a' }, compute: { a: 'count' } },
      'View totals: compute has an attribute a, which the key has.',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: 'a' }, compute: { b: { last: 'x' } } },
      'View totals: compute.b has a member by: the attribute by which items are ordered.',
    ],
    [
      { name: 'totals', from: 'orders', groupBy: { a: 'a' }, compute: { b: { mean: 'x' } } },
      'View totals: compute.b is "count", or an object with count, sum, min, max, first and by, or last and by.',
    ],
    [{ name: 'totals', from: 'nowhere', ...sums }, 'View totals: there is no table nowhere.'],
    [
      { name: 'totals', from: 'orders', ...sums, where: 'state =' },
      'View totals: where is no condition of PartiQL: Missing right-hand side expression of infix operator.',
    ],
    [
      { name: 'totals', from: 'orders', ...sums, where: "state = 'a' ORDER BY state" },
      'View totals: where is a condition of PartiQL and nothing else.',
    ],
  ]

  test('that makes no sense is refused with one sentence', async () => {
    const service = await openTestService('any')
    await createOrders(service)
    for (const [given, message] of faults) {
      await assert.rejects(applyView(service.controlContext.engine, given), (error: Error) => {
        assert.equal(error.message, message)
        assert.match(error.message, /^[^\n]*\.$/)
        return true
      })
    }
    assert.deepEqual((await service.control.views()).views, [])
    await service.close()
  })
})
