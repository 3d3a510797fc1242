/** What conversations cannot show of PartiQL: tokens, pages of a megabyte and items of 400 KB (partiql.md §2, §3; data-model.md §5). */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { digest } from '../../src/base/digest.ts'
import { createStator } from '../../src/index.ts'
import type { Reply } from '../harness/check-answer.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { TestStator } from '../harness/test-stator.ts'
import { authorization } from '../server/raw-connection.ts'

type Items = readonly { readonly [name: string]: { readonly N: string } }[]

const itemBytesMax = 409_600
let stator: TestStator

before(async () => {
  stator = await TestStator.open()
  await stator.createTable(onDemandTable('Large', { pk: 'S', sk: 'S' }))
  await stator.createTable(onDemandTable('Quarters', { pk: 'S', sk: 'S' }))
  await stator.createTable(onDemandTable('Typed', { pk: 'B', sk: 'N' }))
  for (const pk of ['a', 'b', 'c']) {
    for (let sk = 0; sk < 2; sk += 1) {
      await stator.succeed('PutItem', { TableName: 'Large', Item: { pk: { S: pk }, sk: { S: String(sk) }, f: { S: 'x'.repeat(400_000) } } })
    }
  }
  for (const pk of ['AA==', '/w==']) {
    for (let sk = -2; sk < 3; sk += 1)
      await stator.succeed('PutItem', { TableName: 'Typed', Item: { pk: { B: pk }, sk: { N: `${sk}.5` } } })
  }
})

after(() => stator.close())

function run(Statement: string, input: object = {}): Promise<Reply> {
  return stator.call('ExecuteStatement', { Statement, ...input })
}

async function tokenOf(Statement: string, input: object = {}): Promise<string> {
  const { NextToken: token } = await stator.succeed('ExecuteStatement', { Statement, ...input })
  assert.equal(typeof token, 'string')
  return String(token)
}

function assertRefused(reply: Reply, message: string): void {
  assert.deepEqual([reply.exception, reply.message], ['ValidationException', message])
}

/** How many items each page of the statement has. */
async function pagesOf(Statement: string): Promise<readonly number[]> {
  const sizes: number[] = []
  let NextToken: unknown
  do {
    const page = await stator.succeed('ExecuteStatement', { Statement, ...(NextToken !== undefined && { NextToken }) })
    sizes.push((page.Items as Items).length)
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return sizes
}

test('a page ends after a megabyte, over the reads of a statement as well', async () => {
  for (const where of ['', " WHERE pk IN ['a', 'b', 'c']", " WHERE pk = 'c' OR pk = 'b' OR pk = 'a'"])
    assert.deepEqual(await pagesOf(`SELECT sk FROM Large${where}`), [3, 3], where)
})

test('a page ends at a megabyte, to the byte, also where a read has nothing left', async () => {
  assert.deepEqual(await pagesOf("SELECT sk FROM Large WHERE pk IN ['a', 'b'] AND sk IN ['0', '1']"), [3, 1])
  for (const [pk, lastBytes, sizes] of [
    ['full', 262_144, [4, 1]],
    ['room', 262_143, [5]],
  ] as const) {
    for (const [sk, sizeBytes] of [262_144, 262_144, 262_144, lastBytes, 100].entries()) {
      const Item = { pk: { S: pk }, sk: { S: String(sk) }, f: { S: 'x'.repeat(sizeBytes - `pksk0f${pk}`.length) } }
      await stator.succeed('PutItem', { TableName: 'Quarters', Item })
    }
    assert.deepEqual(await pagesOf(`SELECT sk FROM Quarters WHERE pk = '${pk}' AND sk IN ['0', '1', '2', '3', '4']`), sizes, pk)
  }
})

test('a page over several reads is charged read by read', async () => {
  const { body } = await run("SELECT sk FROM Large WHERE pk IN ['a', 'b', 'c']", { ReturnConsumedCapacity: 'TOTAL' })
  // 800 KB of one partition, then 400 KB of the next.
  assert.deepEqual(body.ConsumedCapacity, { TableName: 'Large', CapacityUnits: 98 + 49 })
})

test('a token goes on in the order of the statement, for keys of every type', async () => {
  const statement = { Statement: 'SELECT sk FROM Typed WHERE pk = ? ORDER BY sk DESC', Parameters: [{ B: '/w==' }], Limit: 2 }
  const found: string[] = []
  let NextToken: unknown
  do {
    const page = await stator.succeed('ExecuteStatement', { ...statement, ...(NextToken !== undefined && { NextToken }) })
    found.push(...(page.Items as Items).map(({ sk }) => sk?.N ?? ''))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  assert.deepEqual(found, ['2.5', '1.5', '0.5', '-1.5', '-2.5'])
})

test('a token belongs to its statement with its parameters, not to its Limit', async () => {
  const statement = 'SELECT sk FROM Typed WHERE pk = ?'
  const Parameters = [{ B: 'AA==' }]
  const NextToken = await tokenOf(statement, { Parameters, Limit: 1 })
  const { body } = await run(statement, { Parameters, NextToken, Limit: 100 })
  assert.equal((body.Items as Items).length, 4)
  assertRefused(await run(statement, { Parameters: [{ B: '/w==' }], NextToken }), 'NextToken does not match request')
  assertRefused(await run(`${statement} AND sk > 0`, { Parameters, NextToken }), 'NextToken does not match request')
  assertRefused(await run('SELECT * FROM Typed', { NextToken }), 'NextToken does not match request')
})

test('a token that was tampered with is invalid, whatever is in it', async () => {
  const statement = 'SELECT sk FROM Typed WHERE pk = ?'
  const Parameters = [{ B: 'AA==' }]
  const token = JSON.parse(Buffer.from(await tokenOf(statement, { Parameters, Limit: 1 }), 'base64url').toString())
  const [version, digest, read, texts] = token
  const forged = [
    [2, digest, read, texts],
    [version, digest, read],
    [version, digest, 1, texts],
    [version, digest, -1, texts],
    [version, digest, 0.5, texts],
    [version, digest, read, 'x'],
    [version, digest, read, [1, 2]],
    [version, digest, read, ['AA==']],
    [version, digest, read, ['AA=', '1']],
    [version, digest, read, ['AA==', 'x']],
    [version, digest, read, ['/w==', '1']],
    [version, digest, read, texts, 'more'],
    'text',
    {},
    null,
  ]
  for (const each of forged) {
    const NextToken = Buffer.from(JSON.stringify(each)).toString('base64url')
    assertRefused(await run(statement, { Parameters, NextToken }), 'Invalid NextToken')
  }
  for (const NextToken of ['x', '{}', '=', '[1', '\u0000'])
    assertRefused(await run(statement, { Parameters, NextToken }), 'Invalid NextToken')
})

test('the token of a read by the whole key leads nowhere', async () => {
  const statement = 'SELECT sk FROM Typed WHERE pk = ? AND sk = 0.5'
  assertRefused(await run(statement, { Parameters: [{ B: 'AA==' }], NextToken: await forgedFor(statement) }), 'Invalid NextToken')
})

async function forgedFor(statement: string): Promise<string> {
  const other = 'SELECT sk FROM Typed WHERE pk = ?'
  const [version, , read, texts] = JSON.parse(
    Buffer.from(await tokenOf(other, { Parameters: [{ B: 'AA==' }], Limit: 1 }), 'base64url').toString(),
  )
  const own = digest(`${statement}\0${JSON.stringify([{ B: 'AA==' }])}`)
  return Buffer.from(JSON.stringify([version, own, read, texts])).toString('base64url')
}

test('a token survives a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'stator-partiql-'))
  t.after(() => rm(folder, { recursive: true }))
  const headers = { authorization, 'x-amz-date': '20261122T120000Z', 'content-type': 'application/x-amz-json-1.0' }
  const open = () => createStator({ dataDir: folder, tableStateDelayMs: 0 })
  let server = await open()
  const call = async (operation: string, input: object): Promise<{ readonly Items?: Items; readonly NextToken?: string }> => {
    const answer = await server.handle({ target: `DynamoDB_20120810.${operation}`, headers, body: JSON.stringify(input) })
    assert.equal(answer.status, 200, answer.body)
    return JSON.parse(answer.body)
  }
  await call('CreateTable', onDemandTable('Kept', { pk: 'S', sk: 'N' }))
  for (let sk = 0; sk < 3; sk += 1) await call('ExecuteStatement', { Statement: `INSERT INTO Kept VALUE {'pk': 'p', 'sk': ${sk}}` })
  const statement = { Statement: "SELECT sk FROM Kept WHERE pk = 'p'", Limit: 2 }
  const { NextToken } = await call('ExecuteStatement', statement)
  await server.close()
  server = await open()
  const { Items } = await call('ExecuteStatement', { ...statement, NextToken })
  await server.close()
  assert.deepEqual(Items, [{ sk: { N: '2' } }])
})

test('INSERT and UPDATE hold the finished item to 400 KB, and the statement to nothing', async () => {
  const tooLarge = 'Item size has exceeded the maximum allowed size'
  const updateTooLarge = 'Item size to update has exceeded the maximum allowed size'
  const insert = "INSERT INTO Large VALUE {'pk': 'p', 'sk': ?, 'f': ?}"
  const filler = (bytes: number): object => ({ S: 'x'.repeat(bytes - 'pkp'.length - 'sk1'.length - 'f'.length) })
  assertRefused(await run(insert, { Parameters: [{ S: '1' }, filler(itemBytesMax + 1)] }), tooLarge)
  assert.equal((await run(insert, { Parameters: [{ S: '1' }, filler(itemBytesMax)] })).status, 200)
  const update = "UPDATE Large SET f = ? WHERE pk = 'p' AND sk = '1'"
  assertRefused(await run(update, { Parameters: [filler(itemBytesMax + 1)] }), updateTooLarge)
  assert.equal((await run(update, { Parameters: [filler(itemBytesMax)] })).status, 200)
  await stator.succeed('ExecuteStatement', { Statement: "DELETE FROM Large WHERE pk = 'p' AND sk = '1'" })
})

test('a statement has 8192 characters at most', async () => {
  const statement = 'SELECT sk FROM Typed'
  assert.equal((await run(statement.padEnd(8192))).status, 200)
  assert.match(
    (await run(statement.padEnd(8193))).message ?? '',
    /at 'statement' failed to satisfy constraint: Member must have length less than or equal to 8192$/,
  )
})

test('a key of 2048 bytes can be asked for, a longer one not', async () => {
  const select = (length: number): Promise<Reply> => run('SELECT sk FROM Large WHERE pk = ?', { Parameters: [{ S: 'x'.repeat(length) }] })
  assert.equal((await select(2048)).status, 200)
  assertRefused(
    await select(2049),
    'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
  )
})
