/** `stator apply --prune`: tables that files made before and have no more are removed, and no others. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { type RunningStator, start } from '../../src/index.ts'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

let server: RunningStator
let client: DynamoDBClient
let folder: string

before(async () => {
  server = await start({ port: 0, inMemory: true })
  client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
  folder = mkdtempSync(join(tmpdir(), 'stator-prune-'))
})

after(async () => {
  client.destroy()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => server.control.reset())

const shape = `BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }]`

/** A template of these tables, each with what it has besides. */
function write(tables: { readonly [id: string]: { readonly more?: string; readonly properties?: string } }, file = 't.yaml'): void {
  const lines = Object.entries(tables).map(
    ([id, { more = '', properties = shape }]) => `  ${id}: { Type: 'AWS::DynamoDB::Table', ${more}Properties: { ${properties} } }\n`,
  )
  writeFileSync(join(folder, file), `Resources:\n${lines.join('')}  Topic: { Type: 'AWS::SNS::Topic' }\n`)
}

function apply(...words: readonly string[]): Promise<Ended> {
  const file = words[0]?.endsWith('.yaml') ? [] : ['t.yaml']
  return new StatorProcess(['apply', ...file, ...words, '--endpoint', server.endpoint], { folder }).ended
}

async function told(...words: readonly string[]): Promise<readonly unknown[]> {
  const { code, out } = await apply(...words)
  return [code, ...out.split('\n').filter((line) => line !== '' && !line.startsWith('1 resource'))]
}

async function tables(): Promise<readonly string[]> {
  return (await client.send(new ListTablesCommand({}))).TableNames ?? []
}

test('A table that the file made and has no more is removed with --prune alone, and --dry-run says so first', async () => {
  write({ Orders: {}, Users: {} })
  await apply()
  write({ Orders: {} })
  assert.deepEqual(await told(), [0, 'Orders: unchanged'])
  const would = 'Users: would be removed (no file has it any more)'
  assert.deepEqual(await told('--prune', '--dry-run'), [0, 'Orders: unchanged', would])
  assert.deepEqual(await tables(), ['Orders', 'Users'])
  assert.deepEqual(await told('--prune'), [0, 'Orders: unchanged', 'Users: removed (no file has it any more)'])
  assert.deepEqual(await tables(), ['Orders'])
  const { pruned } = JSON.parse((await apply('--prune', '--json')).out) as { readonly pruned: unknown }
  assert.deepEqual(pruned, [])
})

test('A table that this file never made stays: of somebody else, of another file, of another stack, or made anew', async () => {
  await client.send(
    new CreateTableCommand({
      TableName: 'Own',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  write({ Own: {}, Again: {} })
  write({ Other: {} }, 'other.yaml')
  write({ Stacked: {} }, 'stack.yaml')
  await apply()
  await apply('other.yaml')
  await apply('stack.yaml', '--stack', 'shop')
  await server.control.reset({ recreate: true })
  write({})
  assert.deepEqual(await told('--prune'), [0, 'Again: removed (no file has it any more)'])
  assert.deepEqual(await tables(), ['Other', 'Own', 'Stacked'])
  // A stack is one, whichever file says it.
  assert.deepEqual(await told('--prune', '--stack', 'shop'), [0, 'Stacked: removed (no file has it any more)'])
})

test('A table stays that is retained, protected, or cannot be read for now, and is told of', async () => {
  write({ Kept: {}, Guarded: { properties: `DeletionProtectionEnabled: true, ${shape}` }, Broken: {} })
  await apply()
  // It is retained since a later time.
  write({ Kept: { more: 'DeletionPolicy: Retain, ' }, Guarded: { properties: `DeletionProtectionEnabled: true, ${shape}` }, Broken: {} })
  await apply()
  write({ Broken: { properties: 'BillingMode: PAY_PER_REQUEST, KeySchema: !ImportValue x' } })
  const [code, ...lines] = await told('--prune')
  assert.equal(code, 3)
  assert.deepEqual(lines.slice(0, 2).sort(), [
    'Guarded: no file has it any more, and it is not removed: deletion protection is on.',
    'Kept: no file has it any more, and it is kept: its DeletionPolicy was Retain.',
  ])
  assert.match(String(lines[2]), /^Broken \(t\.yaml:2\): not made: /)
  assert.deepEqual(await tables(), ['Broken', 'Guarded', 'Kept'])
})

test('What a server made of --tables is known to stator apply', async (t) => {
  write({ Orders: {}, Users: {} })
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--tables', join(folder, 't.yaml')], { folder })
  t.after(() => stator.child.kill('SIGKILL'))
  const endpoint = await stator.endpoint()
  write({ Orders: {} })
  const { out } = await new StatorProcess(['apply', 't.yaml', '--prune', '--endpoint', endpoint], { folder }).ended
  assert.match(out, /^Orders: unchanged\nUsers: removed \(no file has it any more\)\n/)
})

test('--prune is refused where nobody knows what is missing', async () => {
  write({ Orders: {} })
  const { code, err } = await apply('--prune', '--only', 'Orders')
  assert.deepEqual([code, err], [2, '--prune goes with all tables of the files, not with --only.\n'])
  const closed = await start({ port: 0, inMemory: true, controlAccess: 'off' })
  const ended = await new StatorProcess(['apply', 't.yaml', '--prune', '--endpoint', closed.endpoint], { folder }).ended
  await closed.close()
  assert.deepEqual([ended.code, ended.err.startsWith('--prune needs a Stator whose control endpoint answers')], [1, true])
})
