import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AdvisedService, type Ask, openAdvised, tableOf } from '../../../test/harness/advised-service.ts'
import type { Finding } from '../finding.ts'

const TableName = 'Stock'

async function open(context: TestContext): Promise<AdvisedService> {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf(TableName))
  return advised
}

const keyOf = (pk: string) => ({ pk: { S: pk } })
const itemOf = (pk: string, count: number) => ({ ...keyOf(pk), name: { S: 'Screwdriver' }, count: { N: String(count) } })

function fill(ask: Ask, pks: readonly string[]): Promise<unknown> {
  const puts = pks.map((pk) => ({ PutRequest: { Item: itemOf(pk, 0) } }))
  return ask('BatchWriteItem', { RequestItems: { [TableName]: puts } })
}

async function read(ask: Ask, pk: string, input: object = {}): Promise<number> {
  const { body } = await ask('GetItem', { TableName, Key: keyOf(pk), ...input })
  return Number((body.Item as { count: { N: string } }).count.N)
}

const write = (ask: Ask, pk: string, count: number) => ask('PutItem', { TableName, Item: itemOf(pk, count) })

async function addOne(ask: Ask, pk: string): Promise<void> {
  await write(ask, pk, (await read(ask, pk)) + 1)
}

async function only(advised: AdvisedService): Promise<Finding> {
  const found = await advised.found('lost-update')
  assert.equal(found.length, 1)
  return found[0] as Finding
}

test('Two loops that count a stock item up by get and put lose what the other wrote', async (context) => {
  const advised = await open(context)
  const [one, other] = [advised.client('one'), advised.client('other')]
  await fill(one, ['a'])
  for (let round = 0; round < 5; round += 1) {
    const [first, second] = [await read(one, 'a'), await read(other, 'a')]
    await write(one, 'a', first + 1)
    await write(other, 'a', second + 1)
  }
  const { severity, confidence, sentence, evidence, patterns, table } = await only(advised)
  assert.deepEqual([severity, confidence, table], ['error', 'medium', TableName])
  assert.deepEqual(patterns, ['PutItem Stock'])
  assert.equal(evidence.overwritten, 5)
  assert.equal(sentence, '10 times PutItem wrote back what was read 1 ms before, unconditionally; 5 changes by others were overwritten.')
})

test('Five writes over three items are told, as nothing worse than it is while each item has one writer; four, or five over two, are not', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await fill(ask, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'a', 'b', 'b']) await addOne(ask, pk)
  assert.deepEqual(await advised.found('lost-update'), [])
  await addOne(ask, 'c')
  assert.equal((await only(advised)).severity, 'info')

  const fewer = await open(context)
  await fill(fewer.client(), ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c', 'a']) await addOne(fewer.client(), pk)
  assert.deepEqual(await fewer.found('lost-update'), [])
})

test('On one item it takes ten writes: a session that its only owner rewrites is told as information', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await fill(ask, ['a'])
  for (let round = 0; round < 9; round += 1) await addOne(ask, 'a')
  assert.deepEqual(await advised.found('lost-update'), [])
  await addOne(ask, 'a')
  assert.equal((await only(advised)).severity, 'info')
})

test('Items that several write at one time, none over another, are a warning', async (context) => {
  const advised = await open(context)
  const [one, other] = [advised.client('one'), advised.client('other')]
  await fill(one, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c']) {
    await addOne(one, pk)
    await addOne(other, pk)
  }
  assert.equal((await only(advised)).severity, 'warning')
})

test('An attribute that was read is set to a value of the request: the same', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await fill(ask, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c', 'a', 'b']) {
    const count = await read(ask, pk)
    const values = { ':c': { N: String(count + 1) } }
    const input = { TableName, Key: keyOf(pk), UpdateExpression: 'SET #c = :c', ExpressionAttributeNames: { '#c': 'count' } }
    await ask('UpdateItem', { ...input, ExpressionAttributeValues: values })
  }
  const { patterns } = await only(advised)
  assert.deepEqual(patterns, ['UpdateItem Stock SET count = ?'])
})

/** Each is done six times after a read of the item, by one program. */
const harmless: { readonly [what: string]: (ask: Ask, pk: string, count: number) => Promise<unknown> } = {
  'a put with a condition on the version': (ask, pk, count) =>
    ask('PutItem', {
      TableName,
      Item: itemOf(pk, count + 1),
      ConditionExpression: '#c = :c',
      ExpressionAttributeNames: { '#c': 'count' },
      ExpressionAttributeValues: { ':c': { N: String(count) } },
    }),
  'a put of another item': (ask, pk, count) => write(ask, `${pk}-copy`, count + 1),
  'arithmetic in the update': (ask, pk) =>
    ask('UpdateItem', { TableName, Key: keyOf(pk), UpdateExpression: 'ADD stock :n', ExpressionAttributeValues: { ':n': { N: '1' } } }),
  'an update of an attribute that was not read': (ask, pk) =>
    ask('UpdateItem', { TableName, Key: keyOf(pk), UpdateExpression: 'SET seen = :n', ExpressionAttributeValues: { ':n': { N: '1' } } }),
  'a put of something else': (ask, pk, count) =>
    ask('PutItem', { TableName, Item: { ...keyOf(pk), name: { S: `Hammer ${count}` }, count: { N: '4711' } } }),
  'a transaction with a condition': (ask, pk, count) =>
    ask('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName, Item: itemOf(pk, count + 1) } },
        { ConditionCheck: { TableName, Key: keyOf('lock'), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    }),
}

for (const [what, writeAfter] of Object.entries(harmless)) {
  test(`Nothing is lost by ${what}`, async (context) => {
    const advised = await open(context)
    const ask = advised.client()
    await fill(ask, ['a', 'b', 'c'])
    for (const pk of ['a', 'b', 'c', 'a', 'b', 'c']) {
      const count = Number(((await ask('GetItem', { TableName, Key: keyOf(pk) })).body.Item as { count: { N: string } }).count.N)
      await writeAfter(ask, pk, count)
    }
    assert.deepEqual(await advised.found('lost-update'), [])
  })
}

test('A write long after the read, and the same call once more, are not told', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await fill(ask, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c', 'a', 'b', 'c']) {
    const count = await read(ask, pk)
    advised.pass(5001)
    await write(ask, pk, count + 1)
  }
  assert.deepEqual(await advised.found('lost-update'), [])
  for (const pk of ['a', 'b', 'c', 'a']) {
    const count = await read(ask, pk)
    for (const attempt of [1, 2, 3]) {
      await ask('PutItem', { TableName, Item: itemOf(pk, count + 1) }, { invocation: `${pk}${count}`, attempt })
    }
  }
  assert.deepEqual(await advised.found('lost-update'), [])
})

test('In a mixed lane only what carries a value that was read counts', async (context) => {
  const tied = await open(context)
  const bare = await open(context)
  for (const [advised, name] of [
    [tied, 'Screwdriver'],
    [bare, 'x'],
  ] as const) {
    const ask = advised.client()
    const put = (pk: string, count: number) =>
      ask('PutItem', { TableName, Item: { ...keyOf(pk), name: { S: name }, count: { N: String(count) } } })
    // Two at once.
    await Promise.all(['a', 'b', 'c'].map((pk) => put(pk, 0)))
    for (const pk of ['a', 'b', 'c', 'a', 'b']) await put(pk, (await read(ask, pk)) + 1)
  }
  assert.equal((await only(tied)).confidence, 'low')
  assert.deepEqual(await bare.found('lost-update'), [])
})

test('What was met an hour ago counts no more, nor does what a table of the same name was', async (context) => {
  const advised = await open(context)
  const ask = advised.client()
  await fill(ask, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c', 'a', 'b']) await addOne(ask, pk)
  await only(advised)
  await ask('DeleteTable', { TableName })
  await ask('CreateTable', tableOf(TableName))
  assert.deepEqual(await advised.found('lost-update'), [])
  await fill(ask, ['a', 'b', 'c'])
  for (const pk of ['a', 'b', 'c', 'a', 'b']) await addOne(ask, pk)
  await only(advised)
  advised.pass(3_700_000)
  assert.deepEqual(await advised.found('lost-update'), [])
})

test('Two flows of one program overwrite each other; one that writes twice does not', async (context) => {
  const both = await open(context)
  const alone = await open(context)
  for (const advised of [both, alone]) {
    // Two at once.
    await Promise.all(['a', 'b', 'c'].map((pk) => write(advised.client(), pk, 0)))
  }
  for (let round = 0; round < 5; round += 1) {
    const ask = both.client()
    const [first, second] = [await read(ask, 'a'), await read(ask, 'a')]
    await write(ask, 'a', first + 1)
    await write(ask, 'a', second + 1)
    const other = alone.client()
    for (const pk of ['a', 'b']) {
      const count = await read(other, pk)
      await other('UpdateItem', {
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'SET seen = :s',
        ExpressionAttributeValues: { ':s': { S: 'x' } },
      })
      await write(other, pk, count + 1)
      alone.pass(5001)
    }
  }
  const { severity, confidence, evidence } = await only(both)
  assert.deepEqual([severity, confidence, evidence['overwritten']], ['error', 'low', 5])
  assert.equal((await only(alone)).severity, 'info')
})
