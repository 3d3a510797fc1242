import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseItem } from './item-json.ts'
import { compileItem, defaultItem, itemSize, padItem, type Target } from './item-template.ts'
import { sampleItems } from './read-items.ts'
import { type LoadRequest, RequestMaker, type RequestPlan } from './request-maker.ts'
import type { TableKeys } from './table-keys.ts'

const keys: TableKeys = {
  tableName: 'Shop',
  partition: [{ name: 'PK', type: 'S' }],
  sort: [{ name: 'SK', type: 'N' }],
  indexes: [
    { name: 'ByTag', isGlobal: true, partition: [{ name: 'tag', type: 'B' }], sort: [{ name: 'at', type: 'S' }] },
    { name: 'ByAt', isGlobal: false, partition: [{ name: 'PK', type: 'S' }], sort: [{ name: 'at', type: 'S' }] },
  ],
}
const table: Target = { keys }
const [byTag, byAt] = keys.indexes
assert(byTag && byAt)

const none = { get: 0, put: 0, update: 0, query: 0, delete: 0 }

function planOf(changes: Partial<RequestPlan>, target = table): RequestPlan {
  return {
    target,
    items: [compileItem(defaultItem(target), 'The item', target)],
    weights: { ...none, put: 1 },
    keys: { kind: 'time' },
    keyCount: 10,
    sortKeys: 1,
    seed: 1,
    consistent: false,
    limit: 100,
    ...changes,
  }
}

function made(plan: RequestPlan, count = 1): readonly LoadRequest[] {
  const maker = new RequestMaker(plan)
  return Array.from({ length: count }, () => maker.next(0))
}

function bodyOf(plan: RequestPlan): unknown {
  const { ReturnConsumedCapacity, ...body } = JSON.parse(made(plan)[0]?.body ?? '') as { ReturnConsumedCapacity: string }
  assert.equal(ReturnConsumedCapacity, 'TOTAL')
  return body
}

test('a put without a template sends the keys of the table and of all indexes, of their types', () => {
  const [first, second] = made(planOf({}), 2)
  assert.deepEqual(JSON.parse(second?.body ?? ''), {
    TableName: 'Shop',
    ReturnConsumedCapacity: 'TOTAL',
    Item: {
      n: { N: '1' },
      tag: { B: Buffer.from('key-1').toString('base64') },
      at: { S: 'sort-000000' },
      PK: { S: 'key-1' },
      SK: { N: '000000' },
    },
  })
  assert.equal(first?.partitionKey, '{"S":"key-0"}')
})

const Key = { PK: { S: 'key-0' }, SK: { N: '000000' } }

test('gets and deletes send the key alone', () => {
  assert.deepEqual(bodyOf(planOf({ weights: { ...none, get: 1 }, consistent: true })), { TableName: 'Shop', Key, ConsistentRead: true })
  assert.deepEqual(bodyOf(planOf({ weights: { ...none, delete: 1 } })), { TableName: 'Shop', Key })
})

test('an update sets every attribute that is not of the table key', () => {
  assert.deepEqual(bodyOf(planOf({ weights: { ...none, update: 1 } })), {
    TableName: 'Shop',
    Key,
    UpdateExpression: 'SET #a0 = :a0, #a1 = :a1, #a2 = :a2',
    ExpressionAttributeNames: { '#a0': 'n', '#a1': 'tag', '#a2': 'at' },
    ExpressionAttributeValues: { ':a0': { N: '0' }, ':a1': { B: 'a2V5LTA=' }, ':a2': { S: 'sort-000000' } },
  })
  const bare = [compileItem(parseItem('{"PK":"a","SK":1}', 'f', keys), 'f', table)]
  const update = bodyOf(planOf({ weights: { ...none, update: 1 }, items: bare }))
  assert.deepEqual(update, { TableName: 'Shop', Key: { PK: { S: 'a' }, SK: { N: '1' } } })
})

test('a query reads the item collection of the drawn key, of the table or of an index', () => {
  const query = { weights: { ...none, query: 1 }, limit: 20 }
  const common = {
    TableName: 'Shop',
    Limit: 20,
    KeyConditionExpression: '#p0 = :p0',
    ExpressionAttributeNames: { '#p0': 'PK' },
    ExpressionAttributeValues: { ':p0': { S: 'key-0' } },
  }
  assert.deepEqual(bodyOf(planOf(query)), { ...common, ConsistentRead: false })
  const local = planOf(query, { keys, index: byAt })
  assert.deepEqual(bodyOf(local), { ...common, IndexName: 'ByAt', ConsistentRead: false })
  assert.deepEqual(bodyOf(planOf(query, { keys, index: byTag })), {
    ...common,
    IndexName: 'ByTag',
    ExpressionAttributeNames: { '#p0': 'tag' },
    ExpressionAttributeValues: { ':p0': { B: 'a2V5LTA=' } },
  })
})

test('with a global index the drawn key is that of the index, and each of its items has a table key of its own', () => {
  const target = { keys, index: byTag }
  const requests = made(planOf({ keys: { kind: 'uniform' }, keyCount: 2, sortKeys: 5 }, target), 200)
  const items = requests.map(({ body }) => (JSON.parse(body) as { Item: { [name: string]: { [type: string]: string } } }).Item)
  assert.equal(new Set(items.map(({ tag }) => tag?.['B'])).size, 2)
  assert.equal(new Set(items.map(({ PK }) => PK?.['S'])).size, 10)
  assert.equal(new Set(items.map(({ tag, at, PK }) => JSON.stringify([tag, at, PK]))).size, 10)
  assert.equal(new Set(requests.map(({ partitionKey }) => partitionKey)).size, 2)
})

test('what is random in a key is the same in the key that is counted and in the item', () => {
  const items = [compileItem(parseItem('{"PK":"${uuid}","SK":"${random 1 9}"}', 'f', keys), 'f', table)]
  const [request] = made(planOf({ items }))
  const { Item } = JSON.parse(request?.body ?? '') as { Item: { PK: unknown } }
  assert.equal(JSON.stringify(Item.PK), request?.partitionKey)
})

test('operations come as often as their weights say', () => {
  const requests = made(planOf({ weights: { get: 60, put: 20, update: 10, query: 5, delete: 5 } }), 20_000)
  const share = (operation: string): number => requests.filter((request) => request.operation === operation).length / 20_000
  for (const [operation, expected] of Object.entries({ get: 0.6, put: 0.2, update: 0.1, query: 0.05, delete: 0.05 })) {
    assert(Math.abs(share(operation) - expected) < 0.012, operation)
  }
})

test('the same seed makes the same requests', () => {
  const plan = planOf({ keys: { kind: 'zipf', exponent: 1 }, weights: { get: 1, put: 1, update: 1, query: 1, delete: 1 }, sortKeys: 7 })
  assert.deepEqual(made(plan, 50), made(plan, 50))
  assert.notDeepEqual(made(plan, 50), made({ ...plan, seed: 2 }, 50))
})

test('how many operations read does not change which keys are drawn', () => {
  const drawn = (get: number): readonly string[] =>
    made(planOf({ keys: { kind: 'uniform' }, weights: { ...none, get, put: 1 } }), 50).map(({ partitionKey }) => partitionKey)
  assert.deepEqual(drawn(0), drawn(3))
})

test('the drawn key says which line of a sample is sent, as it is', () => {
  const items = sampleItems('{"PK":"a","SK":1,"t":"${key}"}\n\n{"PK":"b","SK":2}\n', 's.jsonl', table)
  const bodies = made(planOf({ items }), 3).map(({ body }) => (JSON.parse(body) as { Item: unknown }).Item)
  assert.deepEqual(bodies, [
    { PK: { S: 'a' }, SK: { N: '1' }, t: { S: '${key}' } },
    { PK: { S: 'b' }, SK: { N: '2' } },
    { PK: { S: 'a' }, SK: { N: '1' }, t: { S: '${key}' } },
  ])
})

test('a sample that can not be sent is refused with the line', () => {
  assert.throws(() => sampleItems('{"PK":"a","SK":1}\n{"PK":"b"}', 's.jsonl', table), {
    message: 'Line 2 of s.jsonl has no attribute SK, which is the sort key of Shop.',
  })
  assert.throws(() => sampleItems('{"PK":"a","SK":1}', 's.jsonl', { keys, index: byTag }), {
    message: 'Line 1 of s.jsonl has no attribute tag, which is the partition key of ByTag.',
  })
  assert.throws(() => sampleItems('\n', 's.jsonl', table), { message: 's.jsonl has no line with an item.' })
})

test('placeholders are found at every depth, and those for bytes are encoded', () => {
  const text = '{"PK":"p","SK":1,"m":{"l":["${key}","\\"${i}"]}}'
  const nested = [compileItem(parseItem(text, 'f', keys), 'f', table)]
  const m = { M: { l: { L: [{ S: '0' }, { S: '"0' }] } } }
  assert.deepEqual(bodyOf(planOf({ items: nested })), { TableName: 'Shop', Item: { PK: { S: 'p' }, SK: { N: '1' }, m } })
  const typed = '{"PK":{"S":"p"},"SK":{"N":"1"},"b":{"B":"YQ=="},"bs":{"BS":["${key}","Yg=="]},"ns":{"NS":["${i}"]}}'
  const sets = [compileItem(parseItem(typed, 'f', keys), 'f', table)]
  assert.deepEqual(bodyOf(planOf({ items: sets })), {
    TableName: 'Shop',
    Item: { PK: { S: 'p' }, SK: { N: '1' }, b: { B: 'YQ==' }, bs: { BS: ['MA==', 'Yg=='] }, ns: { NS: ['0'] } },
  })
  assert.throws(() => compileItem({ PK: { S: '${nope}' } }, 'f.json', table), {
    message: 'f.json: ${nope} is not a placeholder; see stator load --help.',
  })
})

test('an item is filled up to the size that was asked for', () => {
  const item = { PK: { S: 'key' }, n: { N: '12' } }
  assert.equal(itemSize(item), 2 + 3 + 1 + 2)
  assert.equal(itemSize(padItem(item, item, 1024)), 1024)
  assert.equal(padItem(item, item, 10), item)
  const padded = { ...item, padding: { S: '' } }
  assert.throws(() => padItem(padded, padded, 1024), {
    message: '--item-size fills items up with an attribute padding, which this item has already.',
  })
})
