/** `stator view` as a person meets it, by the page that tells of it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { start } from '../../src/index.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/views.md'), 'utf8')
const definitions = /`views.json`:\n\n```json\n([\s\S]*?)```/.exec(page)?.[1] ?? assert.fail('the page has a file of views')
const items = [...page.matchAll(/aws dynamodb put-item --table-name orders --item '(.*)'/g)].map(
  ([, item]) => JSON.parse(item ?? '') as object,
)

interface Served {
  readonly view: (...words: readonly string[]) => Promise<Ended>
  readonly ask: (operation: string, input: object) => Promise<{ readonly Items?: readonly object[] }>
  readonly server: Awaited<ReturnType<typeof start>>
  readonly fileOf: (name: string, text: string) => string
}

async function served(t: TestContext): Promise<Served> {
  const server = await start({ port: 0, inMemory: true, jobs: 'manual' })
  const folder = mkdtempSync(join(tmpdir(), 'stator-view-'))
  t.after(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const ask = async (operation: string, input: object): Promise<{ readonly Items?: readonly object[] }> => {
    const answer = await fetch(server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20261122T100000Z',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(input),
    })
    const body = (await answer.json()) as object
    assert.equal(answer.status, 200, JSON.stringify(body))
    return body
  }
  await ask('CreateTable', {
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  const view = (...words: readonly string[]): Promise<Ended> =>
    new StatorProcess(['view', ...words, '--endpoint', server.endpoint], { environment: { NO_COLOR: '1' } }).ended
  const fileOf = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  return { view, ask, server, fileOf }
}

test('The views of the page are made, filled, listed and dropped', async (t) => {
  const { view, ask, server, fileOf } = await served(t)
  assert.equal(items.length, 2)
  for (const Item of items) await ask('PutItem', { TableName: 'orders', Item })
  const file = fileOf('views.json', definitions)
  const made = await view('apply', file)
  assert.deepEqual([made.code, made.out], [0, 'sales-by-customer: made, clearing\norders-by-state: made, clearing\n'])
  await server.control.runJobs()
  const row = (orders: string, total: string, smallest: string, largest: string, lastOrder: string): object => ({
    customer: { S: 'ann' },
    orders: { N: orders },
    total: { N: total },
    smallest: { N: smallest },
    largest: { N: largest },
    lastOrder: { S: lastOrder },
  })
  assert.deepEqual((await ask('Scan', { TableName: 'sales-by-customer' })).Items, [row('2', '42', '10', '32', 'o2')])
  await ask('DeleteItem', { TableName: 'orders', Key: { id: { S: 'o2' } } })
  assert.match((await view('list')).out, /^sales-by-customer of orders: following, 1 changes behind, the oldest \d+ s old$/m)
  await server.control.runJobs()
  assert.deepEqual((await ask('Scan', { TableName: 'sales-by-customer' })).Items, [row('1', '10', '10', '10', 'o1')])
  assert.deepEqual((await ask('Scan', { TableName: 'orders-by-state' })).Items, [
    { state: { S: 'paid' }, id: { S: 'o1' }, customer: { S: 'ann' }, day: { S: '2026-11-22' } },
  ])
  assert.equal((await view('apply', file)).out, 'sales-by-customer: unchanged, following\norders-by-state: unchanged, following\n')
  assert.equal((await view('list')).out, 'orders-by-state of orders: following\nsales-by-customer of orders: following\n')
  assert.equal((await view('drop', 'orders-by-state')).out, 'orders-by-state: dropped\n')
  assert.equal((await view('drop', 'sales-by-customer', '--keep-table')).out, 'sales-by-customer: dropped, its table stays\n')
  assert.equal((await view('list')).out, 'There are no views.\n')
  assert.equal((await ask('Scan', { TableName: 'sales-by-customer' })).Items?.length, 1)
})

test('A view may be a module, and what is wrong is one sentence', async (t) => {
  const { view, fileOf } = await served(t)
  const module = fileOf(
    'views.mjs',
    "export default { name: 'counts', from: 'orders', groupBy: { state: 'state' }, compute: { n: 'count' } }",
  )
  assert.equal((await view('apply', module)).out, 'counts: made, clearing\n')
  const faulty = await view('apply', fileOf('faulty.json', '{"name":"counts"}'))
  assert.deepEqual([faulty.code, faulty.err.trim()], [1, 'View counts: from is the name of a table, not nothing.'])
  const absent = await view('apply', '/nowhere/views.json')
  assert.equal(absent.code, 2)
  assert.match(absent.err, /^The views in \/nowhere\/views\.json cannot be read: /)
  assert.equal((await view('drop')).code, 2)
  assert.equal((await view('list', 'x')).code, 2)
  assert.match((await view('drop', 'nothing')).err, /There is no view "nothing"\./)
})
