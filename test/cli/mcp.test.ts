/** `stator mcp`, asked by the protocol's own client: what is offered, and that nothing is written unless that was asked for. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type RunningStator, start } from '../../src/index.ts'
import { askServer } from '../harness/ask-server.ts'
import { skipFor } from '../harness/skip.ts'
import { StatorProcess, stator } from './stator-process.ts'

const tools = join(import.meta.dirname, '..', 'clients', 'tools')
const skip = skipFor(
  existsSync(join(tools, 'node_modules', '@modelcontextprotocol'))
    ? undefined
    : 'the SDK of the Model Context Protocol is not installed (npm ci --ignore-scripts --prefix test/clients/tools)',
)

let server: RunningStator
before(async () => {
  server = await start({ port: 0, inMemory: true })
  await askServer(server.endpoint, 'CreateTable', {
    TableName: 'Music',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['artist', 'song'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'artist', KeyType: 'HASH' },
      { AttributeName: 'song', KeyType: 'RANGE' },
    ],
  })
  for (const song of ['Four Women', 'Sinnerman']) {
    const Item = { artist: { S: 'Nina' }, song: { S: song }, plays: { N: '12345678901234567890' }, tags: { SS: ['x'] } }
    await askServer(server.endpoint, 'PutItem', { TableName: 'Music', Item })
  }
})
after(() => server.close())

interface Told {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
}

interface McpClient {
  connect(transport: object): Promise<void>
  close(): Promise<void>
  listTools(): Promise<{ readonly tools: readonly { readonly name: string; readonly inputSchema: object }[] }>
  callTool(asked: { readonly name: string; readonly arguments: object }): Promise<Told>
}

async function connected(t: TestContext, ...words: readonly string[]): Promise<McpClient> {
  const require = createRequire(join(tools, 'index.js'))
  const { Client } = require('@modelcontextprotocol/sdk/client/index.js') as { readonly Client: new (about: object) => McpClient }
  const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js') as {
    readonly StdioClientTransport: new (options: object) => object
  }
  const args = [stator, 'mcp', '--endpoint', server.endpoint, ...words]
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: tools, env: {} }))
  t.after(() => client.close())
  return client
}

test('A model looks at tables, items and what was asked of them, and is offered nothing that writes', { skip }, async (t) => {
  const client = await connected(t)
  const call = async (name: string, given: object = {}): Promise<Told> => client.callTool({ name, arguments: given })
  const told = async (name: string, given: object = {}): Promise<unknown> => {
    const { isError, content } = await call(name, given)
    const { text = '' } = content[0] ?? {}
    assert.equal(isError, undefined, text)
    return JSON.parse(text)
  }
  const { tools: offered } = await client.listTools()
  assert.deepEqual(
    offered.map(({ name }) => name),
    [
      'list_tables',
      'describe_table',
      'get_item',
      'query',
      'scan',
      'select',
      'access_patterns',
      'requests',
      'heat',
      'hot_keys',
      'throttles',
      'cost',
    ],
  )
  assert.deepEqual(await told('list_tables'), ['Music'])
  assert.equal(
    ((await told('describe_table', { table: 'Music' })) as { readonly Table: { readonly TableStatus: string } }).Table.TableStatus,
    'ACTIVE',
  )
  const got = await call('get_item', { table: 'Music', key: { artist: 'Nina', song: 'Sinnerman' } })
  assert.equal(got.content[0]?.text, '{"artist":"Nina","song":"Sinnerman","plays":12345678901234567890,"tags":{"$set":["x"]}}')
  assert.equal(await told('get_item', { table: 'Music', key: { artist: 'Nobody', song: 'x' } }), null)
  const first = (await told('query', { table: 'Music', condition: 'artist = :a', values: { ':a': 'Nina' }, limit: 1 })) as {
    readonly items: readonly { readonly song: string }[]
    readonly lastEvaluatedKey: object
  }
  assert.deepEqual([first.items.map(({ song }) => song), first.lastEvaluatedKey], [['Four Women'], { artist: 'Nina', song: 'Four Women' }])
  const next = { table: 'Music', condition: 'artist = :a', values: { ':a': 'Nina' }, from: first.lastEvaluatedKey }
  assert.equal(((await told('query', next)) as { readonly items: readonly unknown[] }).items.length, 1)
  const filtered = { table: 'Music', filter: '#s = :s', names: { '#s': 'song' }, values: { ':s': 'Sinnerman' } }
  assert.equal(((await told('scan', filtered)) as { readonly scannedCount: number }).scannedCount, 2)
  assert.equal(((await told('select', { statement: 'SELECT * FROM Music' })) as { readonly items: readonly unknown[] }).items.length, 2)
  for (const [name, given, member] of [
    ['access_patterns', { table: 'Music' }, 'patterns'],
    ['requests', { operation: 'Query', limit: 5 }, 'requests'],
    ['heat', { table: 'Music', minutes: 5 }, 'reads'],
    ['hot_keys', { table: 'Music' }, 'reads'],
    ['throttles', {}, 'throttles'],
    ['cost', { table: 'Music' }, 'assumptions'],
  ] as const) {
    assert.ok(member in ((await told(name, given)) as object), name)
  }
  for (const [name, given, text] of [
    ['select', { statement: 'DELETE FROM Music WHERE artist = 1' }, /^Only a statement that begins with SELECT is taken here\.$/],
    ['put_item', { table: 'Music', item: { artist: 'a', song: 'b' } }, /^There is no tool put_item\.$/],
    ['query', { table: 'Music' }, /^query needs condition, values\.$/],
    ['describe_table', { table: 'None' }, /Requested resource not found/],
    ['get_item', { table: 'Music', key: { artist: 'Nina' } }, /The provided key element does not match the schema/],
  ] as const) {
    const { isError, content } = await call(name, given)
    assert.equal(isError, true, name)
    assert.match(content[0]?.text ?? '', text)
  }
})

test('Who allows writes has them', { skip }, async (t) => {
  const client = await connected(t, '--allow-writes')
  const told = async (name: string, given: object): Promise<unknown> => {
    const { isError, content } = await client.callTool({ name, arguments: { table: 'Music', ...given } })
    return isError === true ? content[0]?.text : JSON.parse(content[0]?.text ?? '')
  }
  const key = { artist: 'Bob', song: 'Hurricane' }
  assert.deepEqual(await told('put_item', { item: { ...key, plays: 1 } }), {})
  const once = { item: key, condition: 'attribute_not_exists(artist)' }
  assert.match(String(await told('put_item', once)), /The conditional request failed/)
  const update = { key, update: 'SET plays = plays + :one', values: { ':one': 1 } }
  assert.deepEqual(await told('update_item', update), { ...key, plays: 2 })
  assert.deepEqual(await told('delete_item', { key }), {})
  assert.equal(await told('get_item', { key }), null)
})

test('Without the SDK it says what to install', async (t) => {
  const process = new StatorProcess(['mcp'], { folder: '/' })
  t.after(() => process.child.kill('SIGKILL'))
  assert.deepEqual(await process.ended, {
    code: 1,
    signal: null,
    out: '',
    err: 'stator mcp needs its SDK: npm install @modelcontextprotocol/sdk\n',
  })
})
