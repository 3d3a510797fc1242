/**
 * The conversations about secondary indexes that need large items: capacity beyond one unit, pages of 1 MB, keys of 1 and 2 KB.
 * Arithmetic by capacity.md §2 and §4, sizes by data-model.md §5, lengths of keys by §3.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reply } from '../harness/check-answer.ts'
import { TestStator } from '../harness/test-stator.ts'

type Item = { readonly [name: string]: { readonly [type: string]: unknown } }

let stator: TestStator

const key = (...names: readonly string[]): readonly object[] =>
  names.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }))
const include = (name: string): object => ({ ProjectionType: 'INCLUDE', NonKeyAttributes: [name] })

const sizesTable = {
  TableName: 'Sizes',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: key('pk', 'sk'),
  GlobalSecondaryIndexes: [{ IndexName: 'global', KeySchema: key('g'), Projection: include('v') }],
  LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: key('pk', 'l'), Projection: include('v') }],
}

const longTable = {
  TableName: 'Long',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'h', 'r', 'q', 'b'].map((name) => ({ AttributeName: name, AttributeType: name === 'b' ? 'B' : 'S' })),
  KeySchema: key('pk'),
  GlobalSecondaryIndexes: [
    { IndexName: 'hash', KeySchema: key('h'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'range', KeySchema: key('q', 'r', 'b'), Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
}

before(async () => {
  stator = await TestStator.open()
  await stator.createTable(sizesTable)
  await stator.createTable(longTable)
})

after(() => stator.close())

function text(length: number): { readonly S: string } {
  return { S: 'x'.repeat(length) }
}

/** Units of one request by arm. */
async function unitsOf(operation: string, input: object): Promise<{ [arm: string]: number }> {
  const { ConsumedCapacity: consumed } = await stator.succeed(operation, { ...input, ReturnConsumedCapacity: 'INDEXES' })
  const { CapacityUnits: total, Table, GlobalSecondaryIndexes = {}, LocalSecondaryIndexes = {} } = consumed as Consumed
  const arms = Object.entries({ table: Table, ...GlobalSecondaryIndexes, ...LocalSecondaryIndexes })
  const units = Object.fromEntries(arms.map(([name, { CapacityUnits: armUnits }]) => [name, armUnits]))
  assert.equal(
    Object.values(units).reduce((sum, arm) => sum + arm, 0),
    total,
  )
  return units
}

interface Capacity {
  readonly CapacityUnits: number
}

interface Consumed extends Capacity {
  readonly Table: Capacity
  readonly GlobalSecondaryIndexes?: { readonly [name: string]: Capacity }
  readonly LocalSecondaryIndexes?: { readonly [name: string]: Capacity }
}

function put(item: Item): Promise<{ [arm: string]: number }> {
  return unitsOf('PutItem', { TableName: 'Sizes', Item: { pk: { S: 'w' }, sk: { S: '1' }, ...item } })
}

// Writes. The index key is one attribute of two bytes (`gx`), the table key six (`pkw`, `sk1`); `v` makes up the rest of an entry.

const kinds = [
  ['global', 'g'],
  ['local', 'l'],
] as const

for (const [index, attribute] of kinds) {
  const entry = (sizeBytes: number, value = 'x'): Item => ({ [attribute]: { S: value }, v: text(sizeBytes - 'pkwsk1gxv'.length) })

  test(`an entry of a ${index} index that comes costs its own size, rounded up`, async () => {
    await put({})
    assert.deepEqual(await put(entry(1024)), { table: 1, [index]: 1 })
    await put({})
    assert.deepEqual(await put(entry(1025)), { table: 2, [index]: 2 })
  })

  test(`an entry of a ${index} index that goes costs its own size, rounded up`, async () => {
    await put({})
    await put(entry(2049))
    assert.deepEqual(await put({}), { table: 3, [index]: 3 })
  })

  test(`an entry of a ${index} index that changes costs the larger of before and after`, async () => {
    await put({})
    await put(entry(100))
    assert.deepEqual(await put(entry(3000)), { table: 3, [index]: 3 })
    assert.deepEqual(await put(entry(1500)), { table: 3, [index]: 3 })
    assert.deepEqual(await put(entry(1499)), { table: 2, [index]: 2 })
  })

  test(`an entry of a ${index} index that moves costs before and after, each rounded on its own`, async () => {
    await put({})
    await put(entry(100))
    assert.deepEqual(await put(entry(1500, 'y')), { table: 2, [index]: 1 + 2 })
    assert.deepEqual(await put(entry(1500, 'x')), { table: 2, [index]: 2 + 2 })
    assert.deepEqual(await put(entry(100, 'y')), { table: 2, [index]: 2 + 1 })
  })

  test(`what a ${index} index does not project costs the table alone`, async () => {
    await put({})
    await put(entry(100))
    assert.deepEqual(await put({ ...entry(100), w: text(5000) }), { table: 5 })
    assert.deepEqual(await put({ ...entry(101), w: text(5000) }), { table: 5, [index]: 1 })
  })

  test(`UpdateItem and DeleteItem pay for a ${index} index as PutItem does`, async () => {
    await put({})
    await put(entry(1500))
    const target = { TableName: 'Sizes', Key: { pk: { S: 'w' }, sk: { S: '1' } } }
    const update = { ...target, UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': text(2500) } }
    assert.deepEqual(await unitsOf('UpdateItem', update), { table: 3, [index]: 3 })
    const move = { ...target, UpdateExpression: `SET ${attribute} = :k`, ExpressionAttributeValues: { ':k': { S: 'z' } } }
    assert.deepEqual(await unitsOf('UpdateItem', move), { table: 3, [index]: 6 })
    assert.deepEqual(await unitsOf('DeleteItem', target), { table: 3, [index]: 3 })
  })
}

test('BatchWriteItem rounds every entry on its own and sums them by index', async () => {
  const item = (sk: string, sizeBytes: number): object => ({
    pk: { S: 'batch' },
    sk: { S: sk },
    g: { S: 'b' },
    l: { S: 'b' },
    v: text(sizeBytes),
  })
  const requests = [item('1', 100), item('2', 1100), item('3', 100)].map((Item) => ({ PutRequest: { Item } }))
  const { ConsumedCapacity: consumed } = await stator.succeed('BatchWriteItem', {
    RequestItems: { Sizes: requests },
    ReturnConsumedCapacity: 'INDEXES',
  })
  assert.deepEqual(consumed, [
    {
      TableName: 'Sizes',
      CapacityUnits: 12,
      Table: { CapacityUnits: 4 },
      GlobalSecondaryIndexes: { global: { CapacityUnits: 4 } },
      LocalSecondaryIndexes: { local: { CapacityUnits: 4 } },
    },
  ])
})

// Reads.

async function putRows(pk: string, count: number, rest: Item): Promise<void> {
  for (let row = 0; row < count; row += 1) {
    const sk = String(row).padStart(4, '0')
    await stator.succeed('PutItem', { TableName: 'Sizes', Item: { pk: { S: pk }, sk: { S: sk }, g: { S: pk }, l: { S: sk }, ...rest } })
  }
}

function query(index: string, value: string, rest: object = {}): object {
  return {
    TableName: 'Sizes',
    IndexName: index,
    KeyConditionExpression: `${index === 'global' ? 'g' : 'pk'} = :v`,
    ExpressionAttributeValues: { ':v': { S: value } },
    ...rest,
  }
}

test('a page of an index is charged by the sum of its entries, rounded once', async () => {
  await putRows('sum', 5, { v: text(2000), w: text(6000) })
  // 5 entries of 2,0xx bytes: three times 4 KB.
  assert.deepEqual(await unitsOf('Query', query('global', 'sum')), { table: 0, global: 1.5 })
  assert.deepEqual(await unitsOf('Query', query('local', 'sum')), { table: 0, local: 1.5 })
  assert.deepEqual(await unitsOf('Query', query('local', 'sum', { ConsistentRead: true })), { table: 0, local: 3 })
  assert.deepEqual(await unitsOf('Query', query('global', 'sum', { Select: 'COUNT' })), { table: 0, global: 1.5 })
  assert.deepEqual(await unitsOf('Query', query('global', 'sum', { ProjectionExpression: 'sk' })), { table: 0, global: 1.5 })
})

test('what a local index fetches from the table is charged item by item', async () => {
  await putRows('fetch', 3, { w: text(9000) })
  const fetching = { ProjectionExpression: 'w' }
  assert.deepEqual(await unitsOf('Query', query('local', 'fetch', fetching)), { table: 4.5, local: 0.5 })
  assert.deepEqual(await unitsOf('Query', query('local', 'fetch', { ...fetching, ConsistentRead: true })), { table: 9, local: 1 })
  assert.deepEqual(await unitsOf('Query', query('local', 'fetch', { ...fetching, Limit: 2 })), { table: 3, local: 0.5 })
  assert.deepEqual(await unitsOf('Query', query('local', 'fetch', { Select: 'ALL_ATTRIBUTES' })), { table: 4.5, local: 0.5 })
  assert.deepEqual(await unitsOf('Query', query('local', 'fetch')), { table: 0, local: 0.5 })
})

test('a page of an index ends at 1 MB of entries and goes on where it ended', async () => {
  await putRows('page', 30, { v: text(50_000) })
  for (const index of ['global', 'local']) {
    for (const ScanIndexForward of [true, false]) {
      const found: unknown[] = []
      let start: object = {}
      let pages = 0
      do {
        const body = await stator.succeed('Query', query(index, 'page', { ScanIndexForward, ...start }))
        found.push(...(body.Items as readonly Item[]).map(({ sk }) => sk?.S))
        // 21 entries of 50,0xx bytes are the first to reach 1,048,576.
        assert.equal(body.Count, pages === 0 ? 21 : 9)
        start = { ExclusiveStartKey: body.LastEvaluatedKey }
        pages += 1
        if (body.LastEvaluatedKey === undefined) break
      } while (pages < 5)
      const all = Array.from({ length: 30 }, (_, row) => String(row).padStart(4, '0'))
      assert.deepEqual([pages, found], [2, ScanIndexForward ? all : all.reverse()])
    }
  }
})

test('large items fit a page when the index holds little of them', async () => {
  await putRows('thin', 12, { w: text(100_000) })
  const { Count, LastEvaluatedKey } = await stator.succeed('Query', query('global', 'thin'))
  assert.deepEqual([Count, LastEvaluatedKey], [12, undefined])
})

// Lengths of index keys. Text by data-model.md §3; that writes are refused, not left out of the index: "wrong … on write" there,
// and §1 of indexes-streams-ttl-transactions.md, where only a backfill skips them.

const hashTooLong = 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'
const rangeTooLong =
  'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes'

const writes: readonly (readonly [string, (item: Item) => Promise<Reply>])[] = [
  ['PutItem', (item) => stator.call('PutItem', { TableName: 'Long', Item: { pk: { S: 'k' }, ...item } })],
  [
    'BatchWriteItem',
    (item) => stator.call('BatchWriteItem', { RequestItems: { Long: [{ PutRequest: { Item: { pk: { S: 'k' }, ...item } } }] } }),
  ],
  [
    'UpdateItem',
    (item) =>
      stator.call('UpdateItem', {
        TableName: 'Long',
        Key: { pk: { S: 'k' } },
        UpdateExpression: `SET ${Object.keys(item).map((name) => `${name} = :${name}`)}`,
        ExpressionAttributeValues: Object.fromEntries(Object.entries(item).map(([name, value]) => [`:${name}`, value])),
      }),
  ],
]

for (const [operation, write] of writes) {
  test(`${operation} accepts 2,048 bytes of an index partition key and refuses one more`, async () => {
    assert.equal((await write({ h: text(2048) })).message, undefined)
    assert.equal((await write({ h: text(2049) })).message, hashTooLong)
    assert.equal((await write({ h: { S: 'é'.repeat(1025) } })).message, hashTooLong)
  })

  test(`${operation} accepts 1,024 bytes of index sort keys, all together, and refuses one more`, async () => {
    const blob = (length: number): Item[string] => ({ B: Buffer.alloc(length).toString('base64') })
    assert.equal((await write({ q: { S: 'q' }, r: text(1000), b: blob(24) })).message, undefined)
    assert.equal((await write({ q: { S: 'q' }, r: text(1000), b: blob(25) })).message, rangeTooLong)
    assert.equal((await write({ q: { S: 'q' }, r: text(1025), b: blob(1) })).message, rangeTooLong)
  })
}

test('a start key with an overlong index key is refused', async () => {
  const reply = await stator.call('Query', {
    TableName: 'Long',
    IndexName: 'hash',
    KeyConditionExpression: 'h = :h',
    ExpressionAttributeValues: { ':h': { S: 'h' } },
    ExclusiveStartKey: { h: text(2049), pk: { S: 'k' } },
  })
  assert.equal(reply.exception, 'ValidationException')
})

// The 400 KB gate of tables with local indexes: the item and its entry in one of them together (data-model.md §5, as AWS documents
// it). The text is a guess: that of an item alone.

test('an item and its entry in a local index together are held to 409,600 bytes', async () => {
  const target = { pk: { S: 'w' }, sk: { S: '1' } }
  const half = 409_600 / 2 - 'pkwsk1lxv'.length
  const putting = (vBytes: number): Promise<Reply> =>
    stator.call('PutItem', { TableName: 'Sizes', Item: { ...target, l: { S: 'x' }, v: text(vBytes) } })
  const updating = (vBytes: number): Promise<Reply> =>
    stator.call('UpdateItem', {
      TableName: 'Sizes',
      Key: target,
      UpdateExpression: 'SET v = :v',
      ExpressionAttributeValues: { ':v': text(vBytes) },
    })
  assert.equal((await putting(half)).message, undefined)
  assert.equal((await updating(half)).message, undefined)
  assert.equal((await putting(half + 1)).message, 'Item size has exceeded the maximum allowed size')
  assert.equal((await updating(half + 1)).message, 'Item size to update has exceeded the maximum allowed size')
})
