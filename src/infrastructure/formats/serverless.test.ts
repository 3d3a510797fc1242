import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, linesOf, plainOptions, readTexts, type Texts, textFiles, typed } from '../../../test/harness/infrastructure-texts.ts'
import { Sources } from '../documents/source-files.ts'
import { readInfrastructure } from '../read-infrastructure.ts'
import type { Reading } from '../tables/table-spec.ts'

const serverlessResource = `Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: \${self:custom.prefix}-orders-\${AWS::Region}
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
        KeySchema: [{ AttributeName: id, KeyType: HASH }]`

test('Serverless: variables, files, several resources, streams and seeds', async () => {
  const texts = {
    'serverless.yml': `
service: shop
useDotenv: true
provider: { name: aws, stage: "\${opt:stage, 'dev'}", region: "\${opt:region}" }
params: { default: { size: 5 }, prod: { size: 50 } }
custom:
  names: { dev: d, prod: p }
  prefix: \${self:service}-\${self:custom.names.\${sls:stage}}\${env:SUFFIX, ''}\${self:custom.nothing, '-x'}
  dynamodb:
    seed:
      main: { sources: [{ table: shop-p!-x-users, sources: [seed/users.json], rawsources: [seed/raw.json] }, { table: nowhere, sources: [seed/users.json] }] }
functions:
  handler:
    events: [{ stream: { type: dynamodb, arn: x } }, { stream: { type: kinesis, arn: y } }, { http: GET / }]
resources:
  - Resources:
      Users:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: \${self:custom.prefix}-users
          ProvisionedThroughput: { ReadCapacityUnits: "\${param:size}", WriteCapacityUnits: "\${file(units.yml):\${sls:stage}.write}" }
          AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
          KeySchema: [{ AttributeName: id, KeyType: HASH }]
  - \${file(resources/orders.yml)}
  - extensions: { Users: { DeletionPolicy: Retain } }
`,
    'units.yml': 'prod: { write: 7 }\n',
    'resources/orders.yml': `Resources:\n    Orders:\n      Type: AWS::DynamoDB::Table\n      Properties:\n        TableName: !Sub '\${self:custom.prefix}-orders-\${AWS::Region}'\n        BillingMode: PAY_PER_REQUEST\n        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]\n        KeySchema: [{ AttributeName: id, KeyType: HASH }]\n`,
    '.env': 'SUFFIX="!"\n',
    'seed/users.json': '[{"id": "a", "n": 12345678901234567890}]',
    'seed/raw.json': '[{"id": {"S": "b"}}]',
  }
  const renamed = {
    ...texts,
    'serverless.yml': texts['serverless.yml'].replaceAll("'-x'", "''").replaceAll('shop-p!-x-', 'shop-p-1-'),
    '.env': 'SUFFIX="-1"\n',
  }
  const reading = await readTexts(renamed, { stage: 'prod' }, ['.'])
  assert.deepEqual(
    reading.tables.map(({ input, isRetained }) => [input.TableName, input.ProvisionedThroughput, isRetained]),
    [
      ['shop-p-1-users', { ReadCapacityUnits: 50, WriteCapacityUnits: 7 }, true],
      ['shop-p-1-orders-eu-west-1', undefined, false],
    ],
  )
  assert.deepEqual(
    reading.tables[0]?.seeds.flatMap(({ items }) => items),
    [{ id: { S: 'a' }, n: { N: '12345678901234567890' } }, { id: { S: 'b' } }],
  )
  assert.deepEqual((await readTexts(renamed, { stage: 'prod', seedSets: new Set(['other']) }, ['.'])).tables[0]?.seeds, [])
  assert.deepEqual(linesOf(reading), [
    'serverless.yml:14 functions.handler: not done: Stator runs no functions yet.',
    'serverless.yml:11 seed.main: not done: no file here makes the table nowhere.',
    '1 resource that is no table: functions',
  ])
})

test('Serverless: what only the framework can look up, what depends on itself, and programs', async () => {
  const service = (prefix: string): Texts => ({
    'serverless.yml': `service: shop\nprovider: { name: aws }\ncustom: { prefix: "${prefix}" }\nresources:\n  Resources:\n    ${serverlessResource}\n`,
  })
  const unknown = await readTexts(service('${ssm:/name}'))
  assert.deepEqual(unknown.tables, [])
  assert.match(
    linesOf(unknown)[0] ?? '',
    /Orders .*: not made: TableName depends on \$\{ssm:\/name\}, which only the framework can look up\. Give --resolve ssm:\/name=VALUE\.$/,
  )
  assert.equal(
    (await readTexts(service('${ssm:/name}'), { resolutions: new Map([['ssm:/name', 'n']]) })).tables[0]?.input.TableName,
    'n-orders-${AWS::Region}',
  )
  assert.equal((await readTexts(service("${ssm:/name, 'f'}"))).tables[0]?.input.TableName, 'f-orders-${AWS::Region}')
  await assert.rejects(readTexts(service('${self:custom.prefix}')), { message: /\$\{self:custom\.prefix\} depends on itself/ })
  assert.match(linesOf(await readTexts(service('${file(x.js):y}')))[0] ?? '', /which is a program/)
  await assert.rejects(readTexts({ 'serverless.ts': 'export default {}' }), {
    message: /it is a program: give --allow-code, or run serverless package/,
  })
})

test('Serverless: variables that stand for each other again and again are one sentence', async () => {
  const lists = Array.from({ length: 40 }, (_, at) => `  l${at}: ["\${self:custom.l${at + 1}}", "\${self:custom.l${at + 1}}"]`).join('\n')
  const head = 'service: shop\nprovider: { name: aws }\nresources: { Resources: { T: "${self:custom.l0}" } }\ncustom:\n'
  await assert.rejects(readTexts({ 'serverless.yml': `${head}${lists}\n  l40: x\n` }), {
    message: /its variables stand for more than 1000000 values/,
  })
  const text = `${head}  l0: "${'${self:service}'.repeat(1001)}"\n`
  await assert.rejects(readTexts({ 'serverless.yml': text }), { message: /a text has more than 1000 variables/ })
})

/** As if each path were a program that exports this. */
async function readPrograms(texts: Texts, programs: { readonly [path: string]: unknown }): Promise<Reading> {
  const files = {
    ...textFiles({ ...texts, ...Object.fromEntries(Object.keys(programs).map((path) => [path, '// a program'])) }),
    run: (path: string): unknown => {
      if (programs[path] instanceof Error) throw programs[path]
      return programs[path]
    },
  }
  return readInfrastructure(['.'], await Sources.open(files), plainOptions)
}

test('Serverless: programs are run where they may be, for what they export or what their function gives', async () => {
  const named = (TableName: unknown): object => ({
    service: 'shop',
    provider: { name: 'aws', stage: 'dev', ignored: undefined, method: () => 1 },
    resources: {
      Resources: {
        Orders: {
          Type: 'AWS::DynamoDB::Table',
          Properties: { TableName, KeySchema: [hash('id')], AttributeDefinitions: [typed('id', 'S')], BillingMode: 'PAY_PER_REQUEST' },
        },
      },
    },
  })
  const nameIn = async (texts: Texts, programs: { readonly [path: string]: unknown }): Promise<string | undefined> =>
    (await readPrograms(texts, programs)).tables[0]?.input.TableName
  assert.equal(await nameIn({}, { 'serverless.ts': named('orders-${sls:stage}') }), 'orders-dev')
  assert.equal(await nameIn({}, { 'serverless.js': () => named('made') }), 'made')
  const service = JSON.stringify(named('${file(./names.js):of.orders}'))
  assert.equal(await nameIn({ 'serverless.json': service }, { 'names.js': { of: { orders: 'named' } } }), 'named')
  assert.equal(await nameIn({ 'serverless.json': service }, { 'names.js': () => ({ of: { orders: 'given' } }) }), 'given')
  const cyclic: { self?: object } = {}
  cyclic.self = cyclic
  const wrong: readonly (readonly [exported: unknown, told: string])[] = [
    [new Error('no such module'), 'serverless.ts: it cannot be run: no such module.'],
    [async () => named('x'), 'serverless.ts: it gives a promise, and what it will be is not waited for: run serverless package.'],
    [cyclic, 'serverless.ts: it is nested deeper than 64 levels.'],
  ]
  for (const [exported, message] of wrong) await assert.rejects(readPrograms({}, { 'serverless.ts': exported }), { message })
})
