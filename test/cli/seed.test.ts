/** `stator seed`: a copy into a table that has the name of the source, and is made where it is not there. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { type RunningStator, start } from '../../src/index.ts'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

let folder: string
let from: RunningStator
let to: RunningStator

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stator-seed-'))
  from = await start({ port: 0, inMemory: true })
  to = await start({ port: 0, inMemory: true })
  const client = clientOf(from)
  for (const TableName of ['Orders', 'Users']) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    )
    for (const id of ['a', 'b', 'c']) {
      await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, email: { S: `${id}@example.com` } } }))
    }
  }
  client.destroy()
})

after(async () => {
  await Promise.all([from.close(), to.close()])
  rmSync(folder, { recursive: true, force: true })
})

function clientOf({ endpoint }: RunningStator): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 })
}

function seed(...words: readonly string[]): Promise<Ended> {
  return new StatorProcess(['seed', ...words, '--endpoint', to.endpoint], { folder }).ended
}

async function emailsIn(TableName: string): Promise<readonly string[]> {
  const client = clientOf(to)
  const { Items = [] } = await client.send(new ScanCommand({ TableName }))
  client.destroy()
  return Items.map(({ email }) => email?.S ?? '').sort()
}

test('stator seed makes the table as the source has it, with a sample that is anonymised', async () => {
  const rules = join(folder, 'rules.json')
  writeFileSync(rules, '{"key": "k", "default": {"S": "keep"}, "rules": {"id": "keep", "email": {"const": "x"}}}')
  const { code, out, err } = await seed('--from', `${from.endpoint}#Orders`, '--sample', '100%', '--anonymize', rules)
  assert.deepEqual([code, err, out.split('\n')[0]], [0, '', '3 of 3 items copied to Orders'])
  assert.deepEqual(await emailsIn('Orders'), ['x', 'x', 'x'])
})

test('stator seed fills all tables of an endpoint, each under its name', async () => {
  const { code, out } = await seed('--from', from.endpoint)
  assert.deepEqual([code, out], [0, '3 of 3 items copied to Orders\n3 of 3 items copied to Users\n'])
  for (const name of ['Orders', 'Users']) assert.deepEqual(await emailsIn(name), ['a@example.com', 'b@example.com', 'c@example.com'])
})

test('stator seed fills the table that is named, or that the file is called after', async () => {
  writeFileSync(join(folder, 'Users.more.jsonl'), '{"id": "d", "email": "d@example.com"}\n')
  assert.equal((await seed('--from', 'Users.more.jsonl')).out, '1 of 1 items copied to Users\n')
  assert.equal((await seed('Orders', '--from', 'Users.more.jsonl')).out, '1 of 1 items copied to Orders\n')
  assert.ok((await emailsIn('Users')).includes('d@example.com'))
  assert.ok((await emailsIn('Orders')).includes('d@example.com'))
})

test('stator seed says of a file that is not there that it is not', async () => {
  const { code, err } = await seed('--from', 'nothere.csv')
  assert.deepEqual([code, err], [1, 'nothere.csv cannot be read: there is no such file.\n'])
})

test('stator seed says what it does not know', async () => {
  const wrong: readonly (readonly [words: readonly string[], told: RegExp])[] = [
    [[], /^Usage: stator seed \[TABLE\] --from FROM \[options\]/],
    [['--from', 'Orders'], /^Orders is the table itself: say where it is, as URL#Orders or aws:Orders/],
    [['Orders', '--from', from.endpoint], /^Which table of http:\/\/.* is meant\?/],
    [['--from', from.endpoint, '--resume', 'place'], /^--resume goes with one table\./],
    [['--from', 's3://lake'], /^Which table is to be filled from s3:\/\/lake\?/],
    [['--with', 'tables', '--from', 'Orders'], /^--with is not an option of stator seed/],
  ]
  for (const [words, told] of wrong) {
    const { code, err } = await seed(...words)
    assert.equal(code, 2, err)
    assert.match(err, told)
  }
})
