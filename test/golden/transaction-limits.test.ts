/**
 * The limits of transactions that no one would want to read as conversations: a hundred actions, 4 MB, items of 400 KB, expressions of
 * 4 KB, values 32 levels deep, long keys, item collections (data-model.md §3, §5, §6, §8).
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService, type Reply, succeed } from '../harness/service.ts'

type Value = { readonly [type: string]: unknown }

const itemBytesMax = 409_600
const transactionBytesMax = 4 * 1024 * 1024
const nestingText = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
const tooLarge =
  'Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit'

let service: Service

before(async () => {
  service = await openTestService('any', { itemCollectionSizeBytesMax: 1000 })
  await succeed(service, 'CreateTable', onDemandTable('Hash', { pk: 'S' }))
  await succeed(service, 'CreateTable', onDemandTable('Range', { pk: 'S', sk: 'S' }))
  await succeed(service, 'CreateTable', {
    TableName: 'Local',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'l'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: keySchema('pk', 'l'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  })
})

after(() => service.close())

function keySchema(...names: readonly string[]): readonly object[] {
  return names.map((name, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' }))
}

function transact(actions: readonly object[]): Promise<Reply> {
  return call(service, 'TransactWriteItems', { TransactItems: actions })
}

function text(length: number): Value {
  return { S: 'x'.repeat(length) }
}

/** `pk` has one character: key and name of the filler weigh four bytes. */
function itemOfSize(pk: string, sizeBytes: number): object {
  assert.equal(pk.length, 1)
  return { pk: { S: pk }, f: text(sizeBytes - 4) }
}

function put(TableName: string, Item: object, more: object = {}): object {
  return { Put: { TableName, Item, ...more } }
}

function set(pk: string, value: Value, more: object = {}): object {
  return {
    Update: {
      TableName: 'Hash',
      Key: { pk: { S: pk } },
      UpdateExpression: 'SET f = :f',
      ExpressionAttributeValues: { ':f': value },
      ...more,
    },
  }
}

function assertDone(reply: Reply): void {
  assert.deepEqual([reply.status, reply.message], [200, undefined])
}

function assertRefused(reply: Reply, message: string): void {
  assert.deepEqual([reply.exception, reply.message], ['ValidationException', message])
}

function assertCancelled(reply: Reply, reasons: readonly object[]): void {
  assert.deepEqual([reply.exception, reply.body.CancellationReasons], ['TransactionCanceledException', reasons])
}

const letters = Array.from('abcdefghijkl')
const none = { Code: 'None' }

test('a hundred actions or gets are accepted, one more is not', async () => {
  const actions = Array.from({ length: 101 }, (_, at) => put('Hash', { pk: { S: `many-${at}` } }))
  assertDone(await transact(actions.slice(0, 100)))
  const refused = await transact(actions)
  assert.equal(refused.exception, 'ValidationException')
  assert.match(refused.message ?? '', /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/)
  const gets = Array.from({ length: 101 }, (_, at) => ({ Get: { TableName: 'Hash', Key: { pk: { S: `many-${at}` } } } }))
  const { Responses } = await succeed(service, 'TransactGetItems', { TransactItems: gets.slice(0, 100) })
  assert.deepEqual(
    Responses,
    Array.from({ length: 100 }, (_, at) => ({ Item: { pk: { S: `many-${at}` } } })),
  )
  assert.match(
    (await call(service, 'TransactGetItems', { TransactItems: gets })).message ?? '',
    /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
  )
})

test('exactly 4 MB can be sent, once more, and read; one byte more can not, but what is stored does not count for writes', async () => {
  const sizes = letters.slice(0, 11).map((_, at) => (at < 10 ? itemBytesMax : transactionBytesMax - 10 * itemBytesMax))
  const puts = (extra: number): object[] =>
    sizes.map((sizeBytes, at) => put('Hash', itemOfSize(letters[at] ?? '', at === 10 ? sizeBytes + extra : sizeBytes)))
  assertRefused(await transact(puts(1)), 'Transaction request size cannot exceed 4194304 bytes')
  assert.deepEqual(await succeed(service, 'GetItem', { TableName: 'Hash', Key: { pk: { S: 'a' } } }), {})
  assertDone(await transact(puts(0)))
  assertDone(await transact(puts(0)))
  const gets = letters.slice(0, 11).map((pk) => ({ Get: { TableName: 'Hash', Key: { pk: { S: pk } }, ProjectionExpression: 'pk' } }))
  assertDone(await call(service, 'TransactGetItems', { TransactItems: gets }))
  assertDone(await call(service, 'PutItem', { TableName: 'Hash', Item: itemOfSize('k', (sizes[10] ?? 0) + 1) }))
  assertRefused(await call(service, 'TransactGetItems', { TransactItems: gets }), tooLarge)
  const checks = letters.slice(0, 11).map((pk) => ({
    ConditionCheck: { TableName: 'Hash', Key: { pk: { S: pk } }, ConditionExpression: 'attribute_exists(pk)' },
  }))
  assertDone(await transact(checks))
  const deletes = letters.slice(0, 11).map((pk) => ({ Delete: { TableName: 'Hash', Key: { pk: { S: pk } } } }))
  assertDone(await transact(deletes))
})

test('a put item above 400 KB is refused before the transaction starts, whether the item was there or not', async () => {
  const tooLargeItem = 'Item size has exceeded the maximum allowed size'
  const failing = put('Hash', { pk: { S: 'p' } }, { ConditionExpression: 'attribute_exists(nothing)' })
  assertDone(await transact([put('Hash', itemOfSize('p', itemBytesMax))]))
  assertRefused(await transact([put('Hash', itemOfSize('p', itemBytesMax + 1))]), tooLargeItem)
  assertRefused(await transact([failing, put('Hash', itemOfSize('q', itemBytesMax + 1))]), tooLargeItem)
})

test('an update that makes an item above 400 KB is cancelled, whether the item was there or not; its text is charged nothing', async () => {
  const fault = { Code: 'ValidationError', Message: 'Item size to update has exceeded the maximum allowed size' }
  for (const pk of ['u', 'v']) {
    await succeed(service, 'PutItem', { TableName: 'Hash', Item: { pk: { S: 'u' } } })
    assertCancelled(await transact([put('Hash', { pk: { S: 'z' } }), set(pk, text(itemBytesMax - 3))]), [none, fault])
    assertDone(await transact([set(pk, text(itemBytesMax - 4))]))
  }
})

test('expressions of 4,096 bytes are accepted, of 4,097 not, in the second action, too', async () => {
  const condition = (bytes: number): string => `attribute_exists(pk)${' '.repeat(bytes - 'attribute_exists(pk)'.length)}`
  const update = (bytes: number): string => `SET f = :f${' '.repeat(bytes - 'SET f = :f'.length)}`
  const first = put('Hash', { pk: { S: 'p' } })
  assertDone(await transact([first, set('s', text(1), { UpdateExpression: update(4096) })]))
  assertDone(await transact([put('Hash', { pk: { S: 's' } }, { ConditionExpression: condition(4096) })]))
  assertRefused(
    await transact([first, put('Hash', { pk: { S: 's' } }, { ConditionExpression: condition(4097) })]),
    'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
  )
  assertRefused(
    await transact([first, set('s', text(1), { UpdateExpression: update(4097) })]),
    'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;',
  )
  assertRefused(
    await transact([first, set('s', text(1), { UpdateExpression: `SET f = :f${'\u00a0'.repeat(2044)}` })]),
    'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;',
  )
})

/** A value within so many maps: of one level more. */
function wrapped(wrappers: number): Value {
  let value: Value = { S: 'x' }
  for (let at = 0; at < wrappers; at += 1) value = { M: { m: value } }
  return value
}

test('a put item or a key that is nested too deep is refused', async () => {
  assertDone(await transact([put('Hash', { pk: { S: 'deep' }, m: wrapped(31) })]))
  for (const wrappers of [32, 40, 55]) {
    assertRefused(await transact([put('Nope', { pk: { S: 'deep' }, m: wrapped(wrappers) })]), nestingText)
    assertRefused(await transact([{ Delete: { TableName: 'Nope', Key: { pk: wrapped(wrappers) } } }]), nestingText)
  }
})

test('an expression value of 33 levels can be compared with and not stored, a deeper one is refused', async () => {
  const check = (wrappers: number): object => ({
    ConditionCheck: {
      TableName: 'Hash',
      Key: { pk: { S: 'deep' } },
      ConditionExpression: 'm <> :m',
      ExpressionAttributeValues: { ':m': wrapped(wrappers) },
    },
  })
  assertDone(await transact([check(32)]))
  assertCancelled(await transact([check(31)]), [{ Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }])
  assertDone(await transact([set('deep', wrapped(31))]))
  assertCancelled(await transact([set('deep', wrapped(32))]), [{ Code: 'ValidationError', Message: nestingText }])
  for (const wrappers of [33, 40]) {
    const message = (name: string): string => `ExpressionAttributeValues contains invalid value: ${nestingText} for key ${name}`
    assertRefused(await transact([check(wrappers)]), message(':m'))
    assertRefused(await transact([set('deep', wrapped(wrappers))]), message(':f'))
  }
})

// [I] Told as an empty key is.
test('a key that is too long is refused', async () => {
  assertDone(await transact([put('Hash', { pk: text(2048) }), put('Range', { pk: { S: 'p' }, sk: text(1024) })]))
  const hashkey = 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'
  assertRefused(await transact([put('Hash', { pk: text(2049) })]), hashkey)
  assertRefused(await transact([{ Delete: { TableName: 'Hash', Key: { pk: text(2049) } } }]), hashkey)
  assertRefused(
    await transact([put('Range', { pk: { S: 'p' }, sk: text(1025) })]),
    'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
  )
})

test('actions in one item collection fill it together, and the one beyond its limit is the reason', async () => {
  // The key and the name of the filler weigh eight bytes.
  const fill = (sk: string, bytes: number): object => put('Local', { pk: { S: 'c' }, sk: { S: sk }, f: text(bytes - 7) })
  const full = { Code: 'ItemCollectionSizeLimitExceeded', Message: 'Collection size exceeded.' }
  assertCancelled(await transact([fill('1', 500), fill('2', 500), fill('3', 500)]), [none, none, full])
  assertDone(await transact([fill('1', 500), fill('2', 500)]))
  assertCancelled(await transact([fill('3', 500)]), [full])
  const drop = { Delete: { TableName: 'Local', Key: { pk: { S: 'c' }, sk: { S: '1' } } } }
  assertDone(await transact([drop, fill('3', 500)]))
  assertCancelled(await transact([fill('4', 100)]), [full])
  // A check takes no part.
  const check = {
    ConditionCheck: { TableName: 'Local', Key: { pk: { S: 'c' }, sk: { S: '2' } }, ConditionExpression: 'attribute_exists(pk)' },
  }
  const { Responses } = await succeed(service, 'TransactGetItems', {
    TransactItems: ['1', '2', '3'].map((sk) => ({
      Get: { TableName: 'Local', Key: { pk: { S: 'c' }, sk: { S: sk } }, ProjectionExpression: 'sk' },
    })),
  })
  assert.deepEqual(Responses, [{}, { Item: { sk: { S: '2' } } }, { Item: { sk: { S: '3' } } }])
  assertDone(await transact([check, put('Local', { pk: { S: 'c' }, sk: { S: '3' } })]))
  assertDone(await transact([fill('4', 100)]))
})
