import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainOptions, readTexts, type Texts } from '../../../test/harness/infrastructure-texts.ts'
import { Sources } from '../documents/source-files.ts'
import { plainOf, type Tree } from '../documents/tree.ts'
import type { ImportOptions } from '../import-options.ts'
import { Collected } from '../tables/collected.ts'
import { cidrBlocks } from './cidr-blocks.ts'
import { Template } from './template.ts'

const head = `
Transform: AWS::LanguageExtensions
Parameters:
  Name: { Type: String, Default: orders }
  Needed: { Type: String }
  List: { Type: CommaDelimitedList, Default: 'a, b ,c' }
  Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /path }
Mappings:
  Sizes: { eu-west-1: { read: 5 } }
Conditions:
  Yes: !Equals [!Ref Name, orders]
  No: !Not [!Condition Yes]
  Both: !And [!Condition Yes, !Condition No]
  Either: !Or [!Condition Unknown, !Condition Yes]
  Unknown: !Equals [!Ref Needed, x]
  Round: !Not [!Condition Round]
Resources:
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: !Sub '\${Name}-1' } }
  Unnamed: { Type: 'AWS::DynamoDB::Table' }
  Topic: { Type: 'AWS::SNS::Topic' }
  Stream: { Type: 'AWS::Kinesis::Stream' }
`

/** The value of one line of YAML. */
async function madeOf(line: string, options: Partial<ImportOptions> = {}): Promise<unknown> {
  const files = { kindOf: () => 'file' as const, list: () => [], read: () => Buffer.from('') }
  const sources = await Sources.open(files)
  const given = { ...plainOptions, ...options }
  const typed = new Map([...given.parameters].map(([name, value]) => [name, sources.documentIn(`"${value}"`, 'typed.yaml')] as const))
  const origin = { file: 'f.yaml', stackName: 'shop', prefix: '', given: typed, exported: () => undefined }
  const template = new Template(sources.documentIn(`${head}Metadata:\n  X: ${line}\n`, 'f.yaml'), origin, new Collected(given))
  const value = template.functions.resolve((template.root as Extract<Tree, { kind: 'map' }>).members.get('Metadata') as Tree)
  const x = value?.kind === 'map' ? value.members.get('X') : undefined
  return x?.kind === 'unresolved' ? `? ${x.text}, ${x.why}. ${x.hint}` : x && plainOf(x)
}

const cases: readonly (readonly [line: string, value: unknown])[] = [
  ['!Ref Name', 'orders'],
  ['!Ref List', ['a', 'b', 'c']],
  ['!Ref Needed', '? the parameter Needed, which has no default. Give --parameter Needed=VALUE.'],
  ['!Ref Secret', '? the parameter Secret, whose value stands in the Parameter Store at /path. Give --resolve ssm:/path=VALUE.'],
  ['!Ref Table', 'orders-1'],
  ['!Ref Unnamed', 'Unnamed'],
  ['!Ref Topic', 'Topic'],
  ['[1, !Ref AWS::NoValue, 2]', [1, 2]],
  ['!Ref AWS::AccountId', '123456789012'],
  ["!Sub '${AWS::Region} ${AWS::Partition} ${AWS::StackName} ${AWS::URLSuffix}'", 'eu-west-1 aws shop amazonaws.com'],
  ['!Ref AWS::NotificationARNs', []],
  ['!GetAtt Table.Arn', 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders-1'],
  ['{Fn::GetAtt: [Table, Arn]}', 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders-1'],
  ['!GetAtt Stream.Arn', 'arn:aws:kinesis:eu-west-1:123456789012:stream/Stream'],
  ['!GetAtt Table.StreamArn', '? !GetAtt Table.StreamArn, which the server gives when the table is there. '],
  ['!GetAtt Topic.TopicName', '? !GetAtt Topic.TopicName, and AWS::SNS::Topic is not made here. '],
  ["!Sub ['${a}-${!b}-${Table.Arn}', {a: !Ref Name}]", 'orders-${b}-arn:aws:dynamodb:eu-west-1:123456789012:table/orders-1'],
  ["!Sub 'x-${Needed}'", '? the parameter Needed, which has no default. Give --parameter Needed=VALUE.'],
  ["!Join ['-', [a, !Ref Name, 012]]", 'a-orders-012'],
  ["!Join ['-', [a, !Ref Needed]]", '? the parameter Needed, which has no default. Give --parameter Needed=VALUE.'],
  ["!Select ['1', !Split [',', 'a,b']]", 'b'],
  ['!Select [0, [a, !Ref Needed]]', 'a'],
  ['!Select [0, !Ref List]', 'a'],
  ['!Base64 abc', 'YWJj'],
  ['!Length [1, 2]', 2],
  ['!ToJsonString {a: [1]}', '{"a":[1]}'],
  ['!Cidr [10.0.0.0/16, 2, 8]', ['10.0.0.0/24', '10.0.1.0/24']],
  ['!FindInMap [Sizes, !Ref AWS::Region, read]', 5],
  ['!FindInMap [Sizes, us-east-1, read, {DefaultValue: !Ref Name}]', 'orders'],
  ['!FindInMap [Sizes, us-east-1, read]', '? !FindInMap [Sizes, us-east-1, read], which the template does not map. '],
  ['!If [Yes, a, !Ref Needed]', 'a'],
  ['!If [No, a, !Ref AWS::NoValue]', undefined],
  ['!If [Both, a, b]', 'b'],
  ['!If [Either, a, b]', 'a'],
  ['!If [Unknown, a, b]', '? the parameter Needed, which has no default. Give --parameter Needed=VALUE.'],
  ['!Equals [1, "1"]', true],
  ['!ImportValue net-key', '? !ImportValue net-key, which no imported stack exports. Give --import-value net-key=VALUE.'],
  [
    '!GetStackOutput {StackName: net, OutputName: key}',
    '? the output key of the stack net, which is not among the files. Write the value in its place.',
  ],
  ["!GetAZs ''", ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
  ["'{{resolve:ssm:/p:1}}-x'", '? {{resolve:ssm:/p:1}}, which only AWS knows. Give --resolve ssm:/p:1=VALUE.'],
]

for (const [line, value] of cases) {
  test(`${line} is what CloudFormation makes of it`, async () => assert.deepEqual(await madeOf(line), value))
}

test('what is unknown is said on the command line', async () => {
  assert.equal(await madeOf('!Ref Needed', { parameters: new Map([['Needed', '7']]) }), '7')
  assert.equal(await madeOf('!ImportValue net-key', { importValues: new Map([['net-key', 'pk']]) }), 'pk')
  assert.equal(await madeOf("'{{resolve:ssm-secure:/p:1}}-x'", { resolutions: new Map([['ssm:/p', 'v']]) }), 'v-x')
  assert.equal(await madeOf('!Ref Secret', { resolutions: new Map([['ssm:/path', 's']]) }), 's')
})

test('functions that are written wrong are told with their line', async () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['!Ref Nothing', /^f\.yaml:23: the template has nothing called Nothing\.$/],
    ['!GetAtt Nothing.Arn', /nothing called Nothing/],
    ['!If [Nope, a, b]', /no condition Nope/],
    ['!If [Round, a, b]', /Round depends on itself/],
    ['!If [Yes, a]', /Fn::If needs a list of 3/],
    ["!Split ['', a]", /needs a delimiter/],
    ['!Select [7, [a]]', /finds no element 7/],
    ["!Sub '${List}'", /\$\{List\} is no text/],
    ['!Cidr [10.0.0.0/33, 2, 8]', /Fn::Cidr needs/],
    ['!Ref AWS::Nothing', /nothing called AWS::Nothing/],
  ]
  for (const [line, message] of faults) await assert.rejects(madeOf(line), { message }, line)
})

test('blocks of addresses fit into their block', () => {
  assert.deepEqual(cidrBlocks('192.168.1.7/24', 2, 4), ['192.168.1.0/28', '192.168.1.16/28'])
  assert.equal(cidrBlocks('192.168.0.0/24', 3, 7), undefined)
  assert.equal(cidrBlocks('2001:db8::/32', 1, 8), undefined)
})

const table = (extra: string): string => `Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      ${extra}`

async function namesIn(texts: Texts, options: Partial<ImportOptions> = {}): Promise<readonly string[]> {
  return (await readTexts(texts, options)).tables.map(({ input }) => input.TableName)
}

test('loops are written out, also inside of each other, in names and values', async () => {
  const text = `
Transform: AWS::LanguageExtensions
Parameters: { Kinds: { Type: CommaDelimitedList, Default: 'a.1,b' } }
Resources:
  Fn::ForEach::Outer:
    - Kind
    - !Ref Kinds
    - Fn::ForEach::Inner:
        - Stage
        - [dev, prod]
        - 'Table&{Kind}\${Stage}':
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: !Sub 't-\${Kind}-\${Stage}'
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{ AttributeName: !Ref Stage, AttributeType: S }]
              KeySchema: [{ AttributeName: !Ref Stage, KeyType: HASH }]
`
  const { tables } = await readTexts({ 'f.yaml': text })
  assert.deepEqual(
    tables.map(({ id, input }) => [id, input.TableName, input.KeySchema[0]?.AttributeName]),
    [
      ['Tablea1dev', 't-a.1-dev', 'dev'],
      ['Tablea1prod', 't-a.1-prod', 'prod'],
      ['Tablebdev', 't-b-dev', 'dev'],
      ['Tablebprod', 't-b-prod', 'prod'],
    ],
  )
})

test('a loop that makes too much, or has no list, is one sentence', async () => {
  const loop = (collection: string): Texts => ({
    'f.yaml': `Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::L:\n    - X\n    - ${collection}\n    - 'T\${X}': {Type: 'AWS::SNS::Topic'}\n`,
  })
  await assert.rejects(readTexts(loop('7')), { message: /^f\.yaml:3: Fn::ForEach needs a list/ })
  await assert.rejects(readTexts(loop(`[${Array.from({ length: 10_001 }, (_, at) => `a${at}`).join(', ')}]`)), {
    message: /its loops make more than 10000 things/,
  })
})

test('stacks inside of others are read with the parameters they are given, and give their outputs', async () => {
  const texts = {
    'main.yaml': `
Resources:
  Data: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: nested/data.yaml, Parameters: { Prefix: !Sub '\${AWS::Region}' } } }
  Second:
    ${table("TableName: !Sub '${Data.Outputs.Name}-2'")}
  Far: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/x.yaml' } }
`,
    'nested/data.yaml': `
Parameters: { Prefix: { Type: String } }
Resources:
  First:
    ${table("TableName: !Sub '${Prefix}-1'")}
Outputs: { Name: { Value: !Ref First } }
`,
  }
  const { tables, notes } = await readTexts(texts, {}, ['main.yaml'])
  assert.deepEqual(
    tables.map(({ id, input }) => [id, input.TableName]),
    [
      ['Second', 'eu-west-1-1-2'],
      ['Data.First', 'eu-west-1-1'],
    ],
  )
  assert.deepEqual(
    notes.map(({ subject, reason }) => `${subject}: ${reason}`),
    ['Far: its template is at https://example.com/x.yaml, and only files are read'],
  )
  const outside = { 'a.yaml': "Resources: { Data: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: ../x.yaml } } }" }
  await assert.rejects(readTexts(outside), { message: '../x.yaml: it lies outside of what was given: give its folder, too.' })
  const round = { 'a.yaml': "Resources: { Data: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: a.yaml } } }" }
  await assert.rejects(readTexts(round), { message: /name templates without end/ })
})

test('what one stack exports another one imports, whichever comes first', async () => {
  const texts = {
    'a.yaml': `Resources:\n  A:\n    ${table("TableName: !Sub '${key}-a'").replace("'${key}-a'", "['${key}-a', {key: !ImportValue net-key}]")}\n`,
    'b.yaml': `Resources:\n  B:\n    ${table('TableName: tb')}\nOutputs:\n  Key: { Value: !Ref B, Export: { Name: !Sub 'net-key' } }\n`,
  }
  assert.deepEqual(await namesIn(texts), ['tb-a', 'tb'])
})

test('a local file is included, and another is told', async () => {
  const include = (location: string): string =>
    `Resources:\n  A:\n    ${table(`Fn::Transform: { Name: AWS::Include, Parameters: { Location: ${location} } }`)}\n`
  assert.deepEqual(
    (await readTexts({ 'a.yaml': include('b.yaml'), 'b.yaml': 'TableName: included\n' }, {}, ['a.yaml'])).tables[0]?.input.TableName,
    'included',
  )
  const { refused, notes } = await readTexts({ 'a.yaml': include('s3://bucket/b.yaml') })
  assert.deepEqual(refused, [])
  assert.equal(notes.length, 1)
})

test('files that name each other again and again, and outputs that depend on themselves, are one sentence', async () => {
  const level = (at: number, body: (next: string) => string): string => (at < 14 ? body(`l${at + 1}.yaml`) : table('TableName: x'))
  const levels = (body: (next: string) => string): Texts =>
    Object.fromEntries(
      Array.from({ length: 15 }, (_, at) => [
        `l${at}.yaml`,
        at < 14 ? `Resources:\n${level(at, body)}` : `Resources: { T: { ${''}Type: 'AWS::SNS::Topic' } }`,
      ]),
    )
  const stack = (name: string, next: string): string =>
    `  ${name}: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: ${next} } }\n`
  await assert.rejects(
    readTexts(
      levels((next) => stack('A', next) + stack('B', next) + stack('C', next)),
      {},
      ['l0.yaml'],
    ),
    {
      message: /name templates without end/,
    },
  )
  const include = (name: string, next: string): string =>
    `  ${name}: { Type: 'A::B', Fn::Transform: { Name: AWS::Include, Parameters: { Location: ${next} } } }\n`
  await assert.rejects(
    readTexts(
      levels((next) => include('A', next) + include('B', next) + include('C', next)),
      {},
      ['l0.yaml'],
    ),
    {
      message: /include files, without end/,
    },
  )
  const round = {
    'a.yaml': `Resources:\n  N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: b.yaml } }\n  T:\n    ${table('TableName: !GetAtt N.Outputs.O')}\n`,
    'b.yaml': "Resources: { T: { Type: 'AWS::SNS::Topic' } }\nOutputs: { O: { Value: !ImportValue x, Export: { Name: x } } }\n",
  }
  await assert.rejects(readTexts(round, {}, ['a.yaml']), { message: /the output O depends on itself/ })
})

test('a loop over a large body is one sentence', async () => {
  const body = Array.from({ length: 200 }, (_, at) => `p${at}: 1`).join(', ')
  const text = `Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::L:\n    - X\n    - [${Array.from({ length: 9000 }, (_, at) => `a${at}`).join(', ')}]\n    - 'T\${X}': {Type: 'AWS::SNS::Topic', Properties: {${body}}}\n`
  await assert.rejects(readTexts({ 'f.yaml': text }), { message: /its loops make more than 1000000 values/ })
})

test('names are made of what the file calls tables', async () => {
  const texts = { 'shop/template.yaml': `Resources:\n  Or:\n    ${table('')}\n` }
  assert.deepEqual(await namesIn(texts), ['Or-'])
  assert.deepEqual(await namesIn(texts, { namesBy: 'stack' }), ['shop-Or'])
  assert.deepEqual(await namesIn(texts, { namesBy: 'stack', stack: 'prod' }), ['prod-Or'])
  assert.deepEqual(await namesIn(texts, { names: new Map([['Or', 'mine']]) }), ['mine'])
})

test('a parameter that no template has is told', async () => {
  await assert.rejects(readTexts({ 'a.yaml': `Resources:\n  Or:\n    ${table('')}\n` }, { parameters: new Map([['Stag', 'x']]) }), {
    message: '--parameter Stag: no template has such a parameter.',
  })
})
