/** dynamodb-admin: its pages list tables, make one, show, put and delete items. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { createServer } from 'dynamodb-admin'
import { client, makeTable } from './made-table.mjs'

await makeTable('Admin', { sk: 'sk', gsi: { name: 'byGenre', pk: 'genre' } })
const text = (S) => ({ S })
await client.send(new PutItemCommand({ TableName: 'Admin', Item: { pk: text('Can'), sk: text('Vitamin C'), genre: text('krautrock') } }))

const server = createServer({ dynamoDbClient: client }).listen(0, '127.0.0.1')
await once(server, 'listening')
const site = `http://127.0.0.1:${server.address().port}`
const page = async (path, { status = 200, ...options } = {}) => {
  const answer = await fetch(site + path, { redirect: 'manual', ...options })
  const body = await answer.text()
  assert.equal(answer.status, status, body)
  return body
}

assert.match(await page('/'), /Admin/)
const items = async (search = '') => JSON.parse(await page(`/tables/Admin/items${search}`)).Items
assert.deepEqual(
  (await items()).map(({ sk }) => sk),
  ['Vitamin C'],
)
const filters = JSON.stringify({ genre: { type: 'S', operator: '=', value: 'krautrock' } })
const query = new URLSearchParams({ operationType: 'query', queryableSelection: 'byGenre', filters })
assert.equal((await items(`?${query}`)).length, 1)
const json = { 'content-type': 'application/json' }
await page('/tables/Admin/add-item', {
  method: 'PUT',
  headers: json,
  body: JSON.stringify({ pk: 'Can', sk: 'Mushroom', plays: 7, tags: ['a'] }),
})
const key = { pk: text('Can'), sk: text('Mushroom') }
const { Item } = await client.send(new GetItemCommand({ TableName: 'Admin', Key: key }))
assert.deepEqual([Item.plays, Item.tags], [{ N: '7' }, { L: [text('a')] }])
assert.match(await page('/tables/Admin/items/Can,Mushroom'), /Mushroom/)
await page('/tables/Admin/items/Can,Mushroom', { method: 'DELETE', status: 204 })
assert.equal((await client.send(new GetItemCommand({ TableName: 'Admin', Key: key }))).Item, undefined)
assert.match(await page('/tables/Admin/meta'), /byGenre/)
await page('/tables/Admin', { method: 'DELETE', status: 204 })
server.close()
console.log('ok')
