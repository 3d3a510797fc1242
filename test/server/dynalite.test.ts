/** dynalite's interface, as programs use it that were written for it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeSelfSigned } from '../../src/cli/tls/self-signed.ts'
import dynalite, { type DynaliteServer } from '../../src/kit/dynalite.ts'

const table = {
  TableName: 'Music',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}
const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' }

function servedBy(t: TestContext, options?: Parameters<typeof dynalite>[0]): DynaliteServer {
  const server = dynalite(options)
  t.after(() => server[Symbol.asyncDispose]())
  return server
}

async function ask(server: DynaliteServer, operation: string, input: object): Promise<{ readonly [member: string]: unknown }> {
  const target = {
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20261122T100000Z',
    'content-type': 'application/x-amz-json-1.0',
  }
  const url = `http://127.0.0.1:${server.address()?.port}`
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...target }, body: JSON.stringify(input) })
  return (await answer.json()) as { readonly [member: string]: unknown }
}

const closed = (server: DynaliteServer): Promise<Error | undefined> => new Promise((resolve) => server.close(resolve))

test('It listens, says where, answers, and is closed', async (t) => {
  const server = servedBy(t, { createTableMs: 0 })
  assert.deepEqual([server.listening, server.address()], [false, null])
  const heard: string[] = []
  for (const event of ['listening', 'close'] as const) server.on(event, () => heard.push(event))
  await new Promise<void>((resolve) => assert.equal(server.listen(0, resolve), server))
  const address = server.address()
  assert.deepEqual([server.listening, address?.address, address?.family], [true, '127.0.0.1', 'IPv4'])
  await ask(server, 'CreateTable', table)
  const { Table } = (await ask(server, 'DescribeTable', { TableName: 'Music' })) as { Table: { TableStatus: string } }
  assert.equal(Table.TableStatus, 'ACTIVE')
  assert.equal(await closed(server), undefined)
  assert.deepEqual([server.listening, server.address(), heard], [false, null, ['listening', 'close']])
})

test('A table is being created for as long as it is said, or for half a second', async (t) => {
  for (const [options, status] of [
    [{ createTableMs: 0, updateTableMs: 60_000 }, 'ACTIVE'],
    [{ updateTableMs: 60_000, deleteTableMs: 0 }, 'CREATING'],
    [{}, 'CREATING'],
  ] as const) {
    const server = servedBy(t, options)
    await once(server.listen(0), 'listening')
    await ask(server, 'CreateTable', table)
    const { Table } = (await ask(server, 'DescribeTable', { TableName: 'Music' })) as { Table: { TableStatus: string } }
    assert.equal(Table.TableStatus, status)
  }
})

test('What is listened to again has what is in its folder, and nothing without one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-dynalite-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [path, expected] of [
    [folder, ['Music']],
    [undefined, []],
  ] as const) {
    const server = servedBy(t, { path, createTableMs: 0 })
    await once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')
    await ask(server, 'CreateTable', table)
    // One follows the other, however soon they are called.
    server.close()
    await once(server.listen(), 'listening')
    assert.deepEqual((await ask(server, 'ListTables', {})).TableNames, expected)
    await closed(server)
  }
})

test('A port that is taken is an error event, with its code; to close what is not open, an error', async (t) => {
  const first = servedBy(t)
  await once(first.listen(0, '127.0.0.1'), 'listening')
  const second = servedBy(t)
  const [error] = (await once(
    second.listen(first.address()?.port, '127.0.0.1', () => assert.fail()),
    'error',
  )) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'EADDRINUSE')
  assert.match(error.message, /^Port \d+ on 127\.0\.0\.1 is in use by another process/)
  assert.equal(((await closed(second)) as NodeJS.ErrnoException).code, 'ERR_SERVER_NOT_RUNNING')
  const [again] = (await once(first.listen(0), 'error')) as [NodeJS.ErrnoException]
  assert.deepEqual([again.code, first.listening], ['ERR_SERVER_ALREADY_LISTEN', true])
})

test('What Stator cannot be is refused, in a sentence', () => {
  assert.throws(() => dynalite({ maxItemSizeKb: 1024 }), {
    name: 'TypeError',
    message: 'maxItemSizeKb can only be 400: that is how large items may be on AWS.',
  })
  assert.throws(() => dynalite({ ssl: true }), { name: 'TypeError', message: 'ssl needs key and cert, in PEM.' })
  dynalite({ maxItemSizeKb: 400 })
  dynalite(null)
})

test('With ssl, a key and a certificate everything is encrypted', async (t) => {
  const { key, cert } = makeSelfSigned(['127.0.0.1'], Date.now())
  const server = servedBy(t, { ssl: true, key: Buffer.from(key), cert })
  await once(server.listen(0), 'listening')
  const asked = request({ port: server.address()?.port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }).end()
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  answer.resume()
  assert.equal(answer.statusCode, 200)
})
