/** dynamodb-toolbox: an entity of one table, conditions, an index, pages, a batch and a transaction. */
import assert from 'node:assert/strict'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Entity } from 'dynamodb-toolbox/entity'
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet'
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete'
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get'
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put'
import { ConditionCheck } from 'dynamodb-toolbox/entity/actions/transactCheck'
import { PutTransaction } from 'dynamodb-toolbox/entity/actions/transactPut'
import { execute as executeWrites } from 'dynamodb-toolbox/entity/actions/transactWrite'
import { $add, $append, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update'
import { item, list, number, set, string } from 'dynamodb-toolbox/schema'
import { Table } from 'dynamodb-toolbox/table'
import { BatchGetCommand, execute as executeBatchGet } from 'dynamodb-toolbox/table/actions/batchGet'
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query'
import { ScanCommand } from 'dynamodb-toolbox/table/actions/scan'
import { client, makeTable } from './made-table.mjs'

await makeTable('Toolbox', { sk: 'sk', gsi: { name: 'byGenre', pk: 'genre', sk: 'sk' } })
const table = new Table({
  documentClient: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  name: 'Toolbox',
  partitionKey: { name: 'pk', type: 'string' },
  sortKey: { name: 'sk', type: 'string' },
  indexes: { byGenre: { type: 'global', partitionKey: { name: 'genre', type: 'string' }, sortKey: { name: 'sk', type: 'string' } } },
})
const Song = new Entity({
  name: 'SONG',
  table,
  schema: item({
    artist: string().key().savedAs('pk'),
    title: string().key().savedAs('sk'),
    genre: string().optional(),
    plays: number().default(0),
    tags: set(string()).optional(),
    credits: list(string()).optional(),
  }),
})
const put = (values, options = {}) => Song.build(PutItemCommand).item(values).options(options).send()
const get = async (key) => (await Song.build(GetItemCommand).key(key).options({ consistent: true }).send()).Item
const titlesOf = ({ Items }) => Items.map(({ title }) => title)

await put({ artist: 'Can', title: 'Vitamin C', genre: 'rock', tags: new Set(['a']) })
await assert.rejects(put({ artist: 'Can', title: 'Vitamin C' }, { condition: { attr: 'artist', exists: false } }), {
  name: 'ConditionalCheckFailedException',
})
for (const title of ['Halleluhwah', 'Mushroom', 'Oh Yeah']) await put({ artist: 'Can', title, genre: 'rock', plays: title.length })

const key = { artist: 'Can', title: 'Vitamin C' }
const { Attributes } = await Song.build(UpdateItemCommand)
  .item({ ...key, plays: $add(2), tags: $add(new Set(['b'])), credits: $append(['Damo']) })
  .options({ returnValues: 'ALL_NEW', condition: { attr: 'plays', lt: 5 } })
  .send()
assert.deepEqual([Attributes.plays, [...Attributes.tags], Attributes.credits], [2, ['a', 'b'], ['Damo']])

const query = (options, indexed = {}) =>
  table
    .build(QueryCommand)
    .entities(Song)
    .query({ partition: 'Can', ...indexed })
    .options(options)
    .send()
const page = await query({ limit: 2 })
assert.deepEqual(titlesOf(page), ['Halleluhwah', 'Mushroom'])
assert.deepEqual(titlesOf(await query({ exclusiveStartKey: page.LastEvaluatedKey })), ['Oh Yeah', 'Vitamin C'])
assert.deepEqual(titlesOf(await query({ filters: { SONG: { attr: 'plays', gte: 8 } } })), ['Halleluhwah', 'Mushroom'])
const byGenre = await query({ reverse: true }, { index: 'byGenre', partition: 'rock', range: { beginsWith: 'O' } })
assert.deepEqual(titlesOf(byGenre), ['Oh Yeah'])
assert.equal((await table.build(ScanCommand).entities(Song).send()).Count, 4)

const keys = ['Mushroom', 'none'].map((title) => Song.build(BatchGetRequest).key({ artist: 'Can', title }))
const { Responses } = await executeBatchGet(table.build(BatchGetCommand).requests(...keys))
assert.deepEqual(
  Responses[0].map((each) => each?.title),
  ['Mushroom', undefined],
)
const checked = Song.build(ConditionCheck).key(key).condition({ attr: 'plays', eq: 9 })
await assert.rejects(executeWrites(Song.build(PutTransaction).item({ artist: 'Can', title: 'Yoo Doo Right' }), checked), {
  name: 'TransactionCanceledException',
})
await executeWrites(Song.build(PutTransaction).item({ artist: 'Can', title: 'Yoo Doo Right' }))
await Song.build(DeleteItemCommand).key(key).send()
assert.equal(await get(key), undefined)
assert.equal((await get({ artist: 'Can', title: 'Yoo Doo Right' })).plays, 0)
console.log('ok')
