/** What a preset makes of a configuration, and what of a bad one. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createStator } from '../index.ts'
import { call } from './call.ts'
import { configOf, type StatorConfig } from './config.ts'
import { prepare } from './prepare.ts'
import { TestFile } from './test-stator.ts'

const music: NonNullable<StatorConfig['tables']>[number] = {
  TableName: 'Music',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

function folderOf(t: TestContext, files: { readonly [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-kit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('A configuration is what is given, what is named, or what lies there', (t) => {
  const folder = folderOf(t, { 'stator.config.json': '{"region":"eu-west-1"}', 'other.mjs': 'export default { region: "eu-west-2" }' })
  assert.deepEqual(configOf({ port: false }, folder, {}).config, { port: false })
  assert.deepEqual(configOf(undefined, folder, {}).config, { region: 'eu-west-1' })
  assert.deepEqual(configOf('other.mjs', folder, {}).config, { region: 'eu-west-2' })
  assert.deepEqual(configOf(undefined, folder, { STATOR_CONFIG: 'other.mjs' }).config, { region: 'eu-west-2' })
  assert.deepEqual(configOf(undefined, join(folder, 'none'), {}).config, {})
})

test('A file that is no configuration is named', (t) => {
  const folder = folderOf(t, { 'text.cjs': 'module.exports = "text"', 'slow.mjs': 'await 1; export default {}' })
  const faults: readonly (readonly [string, RegExp])[] = [
    ['none.js', /^There is no .*none\.js, which is to be the configuration of Stator\.$/],
    ['text.cjs', /text\.cjs must export the configuration of Stator, an object\.$/],
    ['slow.mjs', /slow\.mjs must not wait at its top level: what takes time goes into setup\.$/],
  ]
  for (const [file, message] of faults) assert.throws(() => configOf(file, folder, {}), { message })
})

test('A configuration that imports is read, whatever the package says of its files', (t) => {
  for (const type of ['commonjs', 'module', undefined]) {
    const folder = folderOf(t, {
      'package.json': JSON.stringify({ name: 'project', type }),
      'stator.config.ts': `import { region } from './regions.ts'\nimport type { None } from './none.ts'\n\nexport default { region: region as string }\n`,
      'regions.ts': `export const region: string = 'eu-west-3'\n`,
      'other.js': `import { join } from 'node:path'\nexport default { region: join('eu-west-1') }\n`,
    })
    assert.deepEqual(configOf(undefined, folder, {}).config, { region: 'eu-west-3' })
    assert.deepEqual(configOf('other.js', folder, {}).config, { region: 'eu-west-1' })
  }
  const plain = folderOf(t, {
    'package.json': '{"type":"commonjs"}',
    'stator.config.js': `const { join } = require('node:path')\nmodule.exports = { region: join('eu-west-1') }\n`,
  })
  assert.deepEqual(configOf(undefined, plain, {}).config, { region: 'eu-west-1' })
})

test('A configuration that says what there is not is refused, and so is a module that exports none', (t) => {
  const folder = folderOf(t, {
    'misspelt.json': '{"tabels":[]}',
    'wrong.json': '{"throughput":"Enforce"}',
    'named.mjs': 'export const config = {}',
    'empty.mjs': 'export {}',
    'list.json': '[]',
  })
  const faults: readonly (readonly [unknown, RegExp])[] = [
    ['misspelt.json', /misspelt\.json has no option tabels: did you mean tables\?$/],
    ['wrong.json', /^throughput of .*wrong\.json must be off, observe or enforce, not 'Enforce'\.$/],
    ['named.mjs', /named\.mjs must export the configuration of Stator, an object, as its default\.$/],
    ['empty.mjs', /empty\.mjs must export the configuration of Stator, an object, as its default\.$/],
    ['list.json', /list\.json must export the configuration of Stator, an object\.$/],
    [5, /^the configuration of Stator is an object of options, not 5\.$/],
    [null, /^the configuration of Stator is an object of options, not null\.$/],
    [{ tabels: [] }, /^the configuration of Stator has no option tabels: did you mean tables\?$/],
    [{ tables: 'template.yaml' }, /^tables of the configuration of Stator must be a list of .*, not 'template\.yaml'\.$/],
    [{ tables: [1] }, /^tables of the configuration of Stator must be a list of inputs of CreateTable and names of files, not a list\.$/],
    [{ seeds: [] }, /^seeds of the configuration of Stator must be an object with .*, not a list\.$/],
    [{ setup: {} }, /^setup of the configuration of Stator must be a function that is given the Stator, not an object\.$/],
    [{ port: true }, /^port of the configuration of Stator must be false, or a whole number from 0 to 65535, not true\.$/],
    [{ dataDir: 'x' }, /^the configuration of Stator has no option dataDir: it has account, .*\.$/],
  ]
  for (const [given, message] of faults) assert.throws(() => configOf(given as string, folder, {}), { message }, String(message))
})

test('What cannot be made or put is named, with what AWS says of it', async (t) => {
  const folder = folderOf(t, {
    'items.jsonl': '{"pk":"a"}\n\n{"pk":\n',
    'list.json': '[{"pk":"a"},1]',
    'keyless.jsonl': '{"pk":"a"}\n\n{"sk":"b"}\n',
  })
  const faults: readonly (readonly [StatorConfig, RegExp])[] = [
    [{ tables: [{ ...music, KeySchema: [] }] }, /^here: table Music: ValidationException: /],
    [{ tables: [music], seeds: { Music: [{ sk: 'a' }] } }, /^here: what Music begins with: item 0: ValidationException: .*key/],
    [{ seeds: { None: [{ pk: 'a' }] } }, /^here: what None begins with: ResourceNotFoundException: /],
    [{ tables: [music], seeds: { Music: [{ pk: new Date(0) }] } }, /^here: what Music begins with: pk is a Date, which/],
    [{ tables: [music], seeds: { Music: 'items.jsonl' } }, /^here: what Music begins with: .*items\.jsonl:3: /],
    [{ tables: [music], seeds: { Music: 'list.json' } }, /^here: what Music begins with: .*list\.json, item 1 is no object of attributes$/],
    [
      { tables: [music], seeds: { Music: 'keyless.jsonl' } },
      /^here: what Music begins with: .*keyless\.jsonl:3: ValidationException: .*key/,
    ],
    [{ tables: [music], seeds: { Music: [{ pk: 'a' }, { pk: 1 }] } }, /^here: what Music begins with: item 1: ValidationException: /],
    [{ tables: [music], seeds: { Music: 'none.json' } }, /^here: what Music begins with: ENOENT: /],
    [{ setup: () => Promise.reject(new Error('No.')) }, /^No\.$/],
  ]
  for (const [config, message] of faults) await assert.rejects(prepare(createStator, { config, folder, name: 'here' }), { message })
})

test('Tables come from files of infrastructure code, too', async (t) => {
  const template = `
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
`
  const broken = template.replace(
    'TableName: orders',
    "TableName: !ImportValue net-name\n      KinesisStreamSpecification: { StreamArn: 'arn:aws:kinesis:us-east-1:1:stream/s' }",
  )
  const folder = folderOf(t, { 'template.yaml': template, 'broken.yaml': broken, 'none.yaml': 'Resources: [' })
  const config: StatorConfig = { tables: [music, 'template.yaml'], seeds: { orders: [{ id: '1' }] } }
  const stator = await prepare(createStator, { config, folder, name: 'here' })
  t.after(() => stator.close())
  const names = (await call(stator, 'ListTables', {})).TableNames
  assert.deepEqual(names, ['Music', 'orders'])
  const { TimeToLiveDescription } = await call(stator, 'DescribeTimeToLive', { TableName: 'orders' })
  assert.deepEqual(TimeToLiveDescription, { AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' })
  const withFile = (file: string, more: StatorConfig = {}): ReturnType<typeof prepare> =>
    prepare(createStator, { config: { tables: [file], ...more }, folder, name: 'here' })
  const notAll =
    /^here: not all of its tables could be made\. Mend it, or say tablesLenient: true:\n[\s\S]*KinesisStreamSpecification: not done/
  await assert.rejects(withFile('broken.yaml'), { message: notAll })
  const lenient = await withFile('broken.yaml', { tablesLenient: true })
  await lenient.close()
  await assert.rejects(withFile('none.yaml'), { message: /^here: .*none\.yaml:/ })
})

test('What throttles and delays is for the tests', async (t) => {
  const slow = { ...music, BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } } as const
  const seeds = { Music: Array.from({ length: 700 }, (_, index) => ({ pk: String(index) })) }
  const config = { tables: [slow], seeds, throughput: 'enforce', tableStateDelayMs: 60_000 } as const
  const stator = await prepare(createStator, { config, folder: '.', name: 'here' })
  t.after(() => stator.close())
  const { settings } = await stator.control.info()
  assert.deepEqual([settings.throughput, settings.tableStateDelayMs], ['enforce', 60_000])
})

test('It is there while tests run, with what they have asked, and the environment is what it was', async () => {
  const environment: NodeJS.ProcessEnv = { AWS_REGION: 'mine' }
  const file = new TestFile(createStator, { region: 'eu-west-1', tables: [music] })
  assert.throws(() => file.stator.endpoint, /^Error: This Stator is there while tests and their hooks run, not before\.$/)
  await file.begin(environment)
  assert.deepEqual([environment.AWS_REGION, environment.AWS_ENDPOINT_URL_DYNAMODB], ['eu-west-1', file.stator.endpoint])
  file.beforeTest()
  const put = { TableName: 'Music', Item: { pk: { S: 'a' } } }
  const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' }
  const ask = (): Promise<unknown> => file.stator.requestHandler().handle({ method: 'POST', path: '/', headers, body: JSON.stringify(put) })
  await ask()
  // A step of the test.
  file.beforeTest()
  assert.match((await file.afterTest(true)) ?? '', /^Requests of this test to Stator:\n {2}\S+ 200 \S+ ms PutItem Music, 1 WCU, \S+, \S+$/)
  const text = await file.afterTest(false)
  assert.equal(text, undefined)
  file.beforeTest()
  assert.equal(await file.afterTest(true), undefined)
  await file.end()
  assert.deepEqual(environment, { AWS_REGION: 'mine' })
})

test('Without a port there is none, and without requests nothing is shown', async () => {
  const environment: NodeJS.ProcessEnv = {}
  const file = new TestFile(createStator, { port: false, trace: 'off' })
  await file.begin(environment)
  assert.deepEqual(environment, {})
  assert.throws(() => file.stator.env, /^Error: This Stator has no port: its configuration says port: false\.$/)
  file.beforeTest()
  assert.equal(await file.afterTest(true), undefined)
  await file.end()
})
