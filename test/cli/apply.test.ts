/** `stator apply` on a running server: tables are made, then changed member by member, and whatever is not done is told. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { FilesThatCount } from '../../src/cli/apply/files-that-count.ts'
import { httpSender } from '../../src/cli/apply/http-sender.ts'
import { findEndpoint } from '../../src/cli/asking/endpoint.ts'
import { HttpClient } from '../../src/cli/load/http-client.ts'
import { type RunningStator, start } from '../../src/index.ts'
import { applyInfrastructure } from '../../src/infrastructure/apply-infrastructure.ts'
import { diskFiles } from '../../src/infrastructure/documents/disk-files.ts'
import type { ImportOptions } from '../../src/infrastructure/import-options.ts'
import { endingOf, reportLines, reportValue } from '../../src/infrastructure/report.ts'
import type { ApplyOptions } from '../../src/infrastructure/server/apply-table.ts'
import type { Answer, Sender } from '../../src/infrastructure/server/sender.ts'
import { plainOptions } from '../harness/infrastructure-texts.ts'
import { StatorProcess } from './stator-process.ts'

let server: RunningStator
let folder: string
let client: HttpClient
let sender: Sender

before(async () => {
  server = await start({ port: 0, inMemory: true })
  folder = mkdtempSync(join(tmpdir(), 'stator-apply-'))
  client = await HttpClient.open(await findEndpoint({ endpoint: server.endpoint }, {}), 4, systemClock)
  sender = httpSender(client)
})

after(async () => {
  client.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Done {
  readonly ending: string
  /** Without the path of the file. */
  readonly lines: readonly string[]
}

let files = 0

async function apply(text: string, options: Partial<ApplyOptions> = {}, given: Partial<ImportOptions> = {}): Promise<Done> {
  files += 1
  const path = join(folder, `t${files}.yaml`)
  writeFileSync(path, text)
  return applyPaths([path], options, given)
}

async function applyPaths(
  paths: readonly string[],
  options: Partial<ApplyOptions> = {},
  given: Partial<ImportOptions> = {},
): Promise<Done> {
  const applying = { isDryRun: false, replace: 'none', data: 'new', ...options } as const
  const wanted = { paths, files: diskFiles(paths), options: { ...plainOptions, region: server.region, ...given } }
  const applied = await applyInfrastructure(sender, wanted, applying)
  const lines = reportLines(applied, applying.isDryRun).map((line) => line.replaceAll(`${folder}/`, '').replaceAll(/t\d+\.yaml/g, 't.yaml'))
  assert.equal((reportValue(applied, applying.isDryRun) as { readonly ending: string }).ending, endingOf(applied))
  return { ending: endingOf(applied), lines }
}

async function ask(operation: string, input: object): Promise<Answer> {
  return sender.ask('dynamodb', operation, input)
}

async function described(TableName: string): Promise<Answer> {
  return (await ask('DescribeTable', { TableName }))['Table'] as Answer
}

const key = `AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }, { AttributeName: sk, AttributeType: N }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }]`

/** One table of a template, by its name and the rest of its properties. */
function template(name: string, properties: string, more = ''): string {
  return `Resources:
  Table:
    Type: AWS::DynamoDB::Table
    ${more}
    Properties:
      TableName: ${name}
      ${key}
      ${properties}
`
}

const onDemand = 'BillingMode: PAY_PER_REQUEST\n      '

test('A table is made with all that CloudFormation says of it, and is then unchanged', async () => {
  const text = `
Parameters: { Units: { Type: Number, Default: 5 } }
Resources:
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: music
      AttributeDefinitions:
        - { AttributeName: Artist, AttributeType: S }
        - { AttributeName: SongTitle, AttributeType: S }
        - { AttributeName: Genre, AttributeType: S }
        - { AttributeName: Year, AttributeType: N }
      KeySchema:
        - { AttributeName: Artist, KeyType: HASH }
        - { AttributeName: SongTitle, KeyType: RANGE }
      ProvisionedThroughput: { ReadCapacityUnits: !Ref Units, WriteCapacityUnits: "6" }
      GlobalSecondaryIndexes:
        - IndexName: byGenre
          KeySchema: [{ AttributeName: Genre, KeyType: HASH }]
          Projection: { ProjectionType: INCLUDE, NonKeyAttributes: [Price] }
          ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 8 }
      LocalSecondaryIndexes:
        - IndexName: byYear
          KeySchema: [{ AttributeName: Artist, KeyType: HASH }, { AttributeName: Year, KeyType: RANGE }]
          Projection: { ProjectionType: KEYS_ONLY }
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      SSESpecification: { SSEEnabled: "true" }
      TableClass: STANDARD_INFREQUENT_ACCESS
      DeletionProtectionEnabled: yes
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 }
      ResourcePolicy:
        PolicyDocument:
          Version: 2012-10-17
          Statement: [{ Effect: Allow, Principal: { AWS: 012345678901 }, Action: 'dynamodb:GetItem', Resource: '*' }]
      Tags: [{ Key: team, Value: 7 }]
`
  assert.deepEqual(await apply(text), { ending: 'done', lines: ['Music = music: created'] })
  const { ProvisionedThroughput, TableClassSummary, DeletionProtectionEnabled, StreamSpecification, TableArn } = await described('music')
  assert.deepEqual(ProvisionedThroughput, { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 6 })
  assert.deepEqual(TableClassSummary, { TableClass: 'STANDARD_INFREQUENT_ACCESS' })
  assert.deepEqual(StreamSpecification, { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' })
  assert.equal(DeletionProtectionEnabled, true)
  assert.deepEqual((await ask('ListTagsOfResource', { ResourceArn: TableArn }))['Tags'], [{ Key: 'team', Value: '7' }])
  assert.match(String((await ask('GetResourcePolicy', { ResourceArn: TableArn }))['Policy']), /"AWS":"012345678901"/)
  const ttl = (await ask('DescribeTimeToLive', { TableName: 'music' }))['TimeToLiveDescription']
  assert.deepEqual(ttl, { AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' })
  assert.deepEqual(await apply(text), { ending: 'done', lines: ['Music = music: unchanged'] })
})

/** What a table is before and after, and what is told. */
const updates: readonly (readonly [what: string, before: string, after: string, told: string])[] = [
  ['billing', onDemand, 'ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }', 'billing'],
  ['billing back', 'ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }', onDemand, 'billing'],
  [
    'throughput',
    'ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }',
    'ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 }',
    'throughput',
  ],
  ['on-demand throughput', onDemand, `${onDemand}OnDemandThroughput: { MaxReadRequestUnits: 10 }`, 'on-demand throughput'],
  ['no on-demand throughput', `${onDemand}OnDemandThroughput: { MaxReadRequestUnits: 10 }`, onDemand, 'on-demand throughput'],
  ['warm throughput', onDemand, `${onDemand}WarmThroughput: { ReadUnitsPerSecond: 13000, WriteUnitsPerSecond: 5000 }`, 'warm throughput'],
  ['a stream', onDemand, `${onDemand}StreamSpecification: { StreamViewType: KEYS_ONLY }`, 'stream'],
  [
    'another stream',
    `${onDemand}StreamSpecification: { StreamViewType: NEW_IMAGE }`,
    `${onDemand}StreamSpecification: { StreamViewType: KEYS_ONLY }`,
    'stream',
  ],
  ['no stream', `${onDemand}StreamSpecification: { StreamViewType: NEW_IMAGE }`, onDemand, 'stream'],
  ['encryption', onDemand, `${onDemand}SSESpecification: { SSEEnabled: true }`, 'encryption'],
  ['class', onDemand, `${onDemand}TableClass: STANDARD_INFREQUENT_ACCESS`, 'class'],
  ['protection', onDemand, `${onDemand}DeletionProtectionEnabled: true`, 'deletion protection'],
  ['tags', `${onDemand}Tags: [{ Key: a, Value: 1 }, { Key: b, Value: 2 }]`, `${onDemand}Tags: [{ Key: a, Value: 3 }]`, 'tags'],
  ['time to live', onDemand, `${onDemand}TimeToLiveSpecification: { AttributeName: t, Enabled: true }`, 'time to live'],
  ['recovery', onDemand, `${onDemand}PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }`, 'recovery'],
  [
    'a policy',
    onDemand,
    `${onDemand}ResourcePolicy: { PolicyDocument: { Version: 2012-10-17, Statement: [{ Effect: Deny, Principal: '*', Action: 'dynamodb:DeleteTable', Resource: '*' }] } }`,
    'policy',
  ],
  [
    'an index',
    onDemand,
    `${onDemand}GlobalSecondaryIndexes: [{ IndexName: bySk, KeySchema: [{ AttributeName: sk, KeyType: HASH }], Projection: { ProjectionType: ALL } }]`,
    'index bySk added',
  ],
  [
    'no index',
    `${onDemand}GlobalSecondaryIndexes: [{ IndexName: bySk, KeySchema: [{ AttributeName: sk, KeyType: HASH }], Projection: { ProjectionType: ALL } }]`,
    onDemand,
    'index bySk removed',
  ],
  [
    'another projection',
    `${onDemand}GlobalSecondaryIndexes: [{ IndexName: bySk, KeySchema: [{ AttributeName: sk, KeyType: HASH }], Projection: { ProjectionType: ALL } }]`,
    `${onDemand}GlobalSecondaryIndexes: [{ IndexName: bySk, KeySchema: [{ AttributeName: sk, KeyType: HASH }], Projection: { ProjectionType: KEYS_ONLY } }]`,
    'index bySk rebuilt, unreadable meanwhile',
  ],
]

for (const [at, [what, first, second, told]] of updates.entries()) {
  test(`An existing table gets ${what}, once`, async () => {
    const name = `update-${at}`
    assert.deepEqual(await apply(template(name, first)), { ending: 'done', lines: [`Table = ${name}: created`] })
    const dry = await apply(template(name, second), { isDryRun: true })
    assert.deepEqual(dry.lines, [`Table = ${name}: would be changed (${told})`])
    assert.deepEqual(await apply(template(name, second)), { ending: 'done', lines: [`Table = ${name}: changed (${told})`] })
    assert.deepEqual(await apply(template(name, second)), { ending: 'done', lines: [`Table = ${name}: unchanged`] })
  })
}

test('Time to live of another attribute is refused within the hour, which makes it done in part', async () => {
  const ttl = (name: string): string =>
    template('ttl-twice', `${onDemand}TimeToLiveSpecification: { AttributeName: ${name}, Enabled: true }`)
  await apply(ttl('a'))
  const { ending, lines } = await apply(ttl('b'))
  assert.equal(ending, 'in part')
  assert.deepEqual(lines, [
    'Table = ttl-twice: unchanged',
    't.yaml:2 Table.time to live: not done: UpdateTimeToLive: Time to live has been modified multiple times within a fixed interval',
  ])
})

test('A table with another key needs a replacement, and is replaced when that is asked for', async () => {
  const other = `Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties: { TableName: replaced, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }] }
`
  await apply(template('replaced', `${onDemand}DeletionProtectionEnabled: true`))
  await ask('PutItem', { TableName: 'replaced', Item: { pk: { S: 'a' }, sk: { N: '1' } } })
  assert.deepEqual(await apply(other), {
    ending: 'would replace',
    lines: ['Table = replaced: needs replacement (its key is pk, sk and would be id)'],
  })
  assert.equal((await ask('Scan', { TableName: 'replaced' }))['Count'], 1)
  const retained = other.replace('Type: AWS::', 'UpdateReplacePolicy: Retain\n    Type: AWS::')
  assert.equal((await apply(retained, { replace: 'drop' })).ending, 'would replace')
  assert.deepEqual((await apply(other, { replace: 'drop' })).lines, ['Table = replaced: replaced (its key is pk, sk and would be id)'])
  assert.deepEqual((await described('replaced'))['KeySchema'], [{ AttributeName: 'id', KeyType: 'HASH' }])
})

test('A table is replaced with its items when they fit, and is left alone when they do not', async () => {
  const byId = (name: string): string => `Resources:
  Table:
    Type: AWS::DynamoDB::Table
    UpdateReplacePolicy: Retain
    Properties: { TableName: ${name}, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }] }
`
  const fill = async (TableName: string, idOf: (at: number) => object): Promise<void> => {
    await apply(template(TableName, `${onDemand}DeletionProtectionEnabled: true`))
    for (let at = 0; at < 60; at += 1) await ask('PutItem', { TableName, Item: { pk: { S: 'a' }, sk: { N: String(at) }, ...idOf(at) } })
  }
  const count = async (TableName: string): Promise<unknown> => (await ask('Scan', { TableName, Select: 'COUNT' }))['Count']
  await fill('copied', (at) => ({ id: { S: `i${at}` } }))
  assert.deepEqual((await apply(byId('copied'), { replace: 'copy' })).lines, [
    'Table = copied: replaced (its key is pk, sk and would be id)',
  ])
  assert.equal(await count('copied'), 60)
  assert.deepEqual((await described('copied'))['KeySchema'], [{ AttributeName: 'id', KeyType: 'HASH' }])
  await fill('keyless', (at) => (at === 50 ? {} : { id: { S: `i${at}` } }))
  const keyless = await apply(byId('keyless'), { replace: 'copy' })
  assert.equal(keyless.ending, 'would replace')
  assert.match(keyless.lines[0] ?? '', /and would be id, its items do not fit: BatchWriteItem: .*\)$/)
  await fill('colliding', (at) => ({ id: { S: `i${at % 59}` } }))
  const colliding = await apply(byId('colliding'), { replace: 'copy' })
  assert.deepEqual(colliding.lines, [
    'Table = colliding: needs replacement (its key is pk, sk and would be id, several of its 60 items would have one key)',
  ])
  for (const name of ['keyless', 'colliding']) assert.equal(await count(name), 60)
  const names = (await ask('ListTables', {}))['TableNames'] as readonly string[]
  assert.deepEqual(
    names.filter((name) => name.endsWith('--import')),
    [],
  )
})

test('A table is not dropped for one that would be refused', async () => {
  const name = 'kept-table'
  await apply(withProjection(name, '{ ProjectionType: ALL }'))
  await ask('PutItem', { TableName: name, Item: { pk: { S: 'a' }, sk: { N: '1' } } })
  const other = withProjection(name, '{ ProjectionType: INCLUDE }').replaceAll('AttributeName: pk', 'AttributeName: id')
  for (const options of [{ replace: 'drop', isDryRun: true }, { replace: 'drop' }, { replace: 'copy' }] as const) {
    const { ending, lines } = await apply(other, options)
    assert.equal(ending, 'would replace')
    assert.match(
      lines[0] ?? '',
      /^Table = kept-table: needs replacement \(.*what would take its place is refused: .*NonKeyAttributes is not specified\)$/,
    )
    assert.equal(((await ask('Scan', { TableName: name }))['Items'] as readonly unknown[]).length, 1)
  }
})

test('Another type of a key, and other local indexes, need a replacement', async () => {
  const local = `${onDemand}LocalSecondaryIndexes: [{ IndexName: l, KeySchema: [{ AttributeName: pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }], Projection: { ProjectionType: ALL } }]`
  await apply(template('typed', onDemand))
  const { lines } = await apply(template('typed', onDemand).replace('AttributeType: N', 'AttributeType: S'))
  assert.deepEqual(lines, ['Table = typed: needs replacement (the type of sk is N and would be S)'])
  assert.deepEqual((await apply(template('typed', local))).lines, ['Table = typed: needs replacement (its local indexes would be others)'])
})

test('What depends on something unknown is not made, and is told with what to do', async () => {
  const text = template('unknown', onDemand).replace('AttributeName: pk, KeyType', 'AttributeName: !ImportValue net-key, KeyType')
  assert.deepEqual(await apply(text), {
    ending: 'in part',
    lines: [
      'Table (t.yaml:2): not made: KeySchema.0.AttributeName depends on !ImportValue net-key, which no imported stack exports. Give --import-value net-key=VALUE.',
    ],
  })
  assert.deepEqual(await apply(text, {}, { importValues: new Map([['net-key', 'pk']]) }), {
    ending: 'done',
    lines: ['Table = unknown: created'],
  })
})

test('A tag that is unknown is left out, a table whose name is unknown is not made, and what is no table is counted', async () => {
  const text = `
Parameters: { Team: { Type: String } }
Conditions: { Never: !Equals [a, b], Unknown: !Equals [!Ref Team, b] }
Resources:
  Tagged:
    Type: AWS::DynamoDB::Table
    Properties: { TableName: !Ref Team, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }], Tags: [{ Key: team, Value: !Ref Team }], Nothing: 1 }
  Skipped: { Type: 'AWS::DynamoDB::Table', Condition: Never }
  Undecided: { Type: 'AWS::DynamoDB::Table', Condition: Unknown }
  Topic: { Type: 'AWS::SNS::Topic' }
  Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: !GetAtt Tagged.StreamArn } }
`
  const unknown = 'depends on the parameter Team, which has no default. Give --parameter Team=VALUE'
  const nameless = await apply(text)
  assert.deepEqual([nameless.ending, nameless.lines[0]], ['in part', `Tagged (t.yaml:5): not made: TableName ${unknown}.`])
  const { ending, lines } = await apply(text, {}, { names: new Map([['Tagged', 'tagged']]) })
  assert.equal(ending, 'in part')
  assert.deepEqual(lines, [
    'Tagged = tagged: created',
    `Undecided (t.yaml:9): not made: its condition Unknown ${unknown}.`,
    'Skipped (t.yaml:8): skipped (its condition Never does not hold)',
    `t.yaml:7 Tagged.Tags.0.Value: not done: ${unknown}.`,
    't.yaml:7 Tagged.Nothing: not done: DynamoDB has no such member.',
    't.yaml:11 Mapping: not done: Stator runs no functions yet.',
    '1 resource that is no table: AWS::SNS::Topic',
  ])
})

test('A global table is made in one region, with capacity that follows the load', async () => {
  const text = `
Resources:
  Global:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      TableName: global
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      BillingMode: PROVISIONED
      WriteProvisionedThroughputSettings:
        WriteCapacityAutoScalingSettings: { MinCapacity: 2, MaxCapacity: 20, SeedCapacity: 4, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } }
      GlobalSecondaryIndexes:
        - IndexName: again
          KeySchema: [{ AttributeName: id, KeyType: HASH }]
          Projection: { ProjectionType: ALL }
          WriteProvisionedThroughputSettings:
            WriteCapacityAutoScalingSettings: { MinCapacity: 3, MaxCapacity: 30, TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } }
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      TimeToLiveSpecification: { AttributeName: t, Enabled: true }
      Replicas:
        - Region: eu-west-3
          ReadProvisionedThroughputSettings: { ReadCapacityUnits: 9 }
        - Region: us-east-1
          DeletionProtectionEnabled: true
          ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 }
          GlobalSecondaryIndexes: [{ IndexName: again, ReadProvisionedThroughputSettings: { ReadCapacityUnits: 6 } }]
          Tags: [{ Key: a, Value: b }]
`
  const line =
    't.yaml:20 Global.Replicas: not done: the replica in eu-west-3 is left out: replicas are made by UpdateTable (docs/global-tables.md).'
  assert.deepEqual(await apply(text), { ending: 'in part', lines: ['Global = global: created', line] })
  const { ProvisionedThroughput, GlobalSecondaryIndexes, DeletionProtectionEnabled } = await described('global')
  assert.deepEqual(ProvisionedThroughput, { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 4 })
  const [index] = GlobalSecondaryIndexes as readonly { readonly ProvisionedThroughput: unknown }[]
  assert.deepEqual(index?.ProvisionedThroughput, { NumberOfDecreasesToday: 0, ReadCapacityUnits: 6, WriteCapacityUnits: 3 })
  assert.equal(DeletionProtectionEnabled, true)
  const { ScalableTargets } = await sender.ask('scaling', 'DescribeScalableTargets', { ServiceNamespace: 'dynamodb' })
  const targets = (ScalableTargets as readonly Answer[]).filter(({ ResourceId }) => String(ResourceId).startsWith('table/global'))
  assert.deepEqual(targets.map(({ ResourceId, MaxCapacity }) => [ResourceId, MaxCapacity]).sort(), [
    ['table/global', 20],
    ['table/global/index/again', 30],
  ])
  // What the policy has scaled meanwhile stays.
  await ask('UpdateTable', { TableName: 'global', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 11 } })
  assert.deepEqual((await apply(text)).lines, ['Global = global: unchanged', line])
  const more = await apply(text.replace('MaxCapacity: 20', 'MaxCapacity: 25'))
  assert.equal(more.lines[0], 'Global = global: changed (scaling of writes)')
})

test('Scalable targets and policies that stand beside a table are given to it', async () => {
  const text = `${template('scaled', 'ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }')}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: { ServiceNamespace: dynamodb, ResourceId: !Sub 'table/\${Table}', ScalableDimension: dynamodb:table:ReadCapacityUnits, MinCapacity: 5, MaxCapacity: 50 }
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      PolicyName: reads
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, ScaleInCooldown: 30, PredefinedMetricSpecification: { PredefinedMetricType: DynamoDBReadCapacityUtilization } }
  Stray:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: { ServiceNamespace: dynamodb, ResourceId: table/elsewhere, ScalableDimension: dynamodb:table:ReadCapacityUnits, MinCapacity: 5, MaxCapacity: 50 }
`
  const stray = 't.yaml:21 Stray: not done: it scales table/elsewhere, which no file here makes.'
  assert.deepEqual((await apply(text)).lines, ['Table = scaled: created', stray])
  const { ScalingPolicies } = await sender.ask('scaling', 'DescribeScalingPolicies', {
    ServiceNamespace: 'dynamodb',
    ResourceId: 'table/scaled',
  })
  assert.equal((ScalingPolicies as readonly Answer[])[0]?.['PolicyName'], 'reads')
  assert.deepEqual((await apply(text)).lines, ['Table = scaled: unchanged', stray])
})

test('Simple tables of SAM have their defaults, and events of functions are told', async () => {
  const text = `
Transform: AWS::Serverless-2016-10-31
Globals: { SimpleTable: { SSESpecification: { SSEEnabled: true } } }
Resources:
  Plain: { Type: 'AWS::Serverless::SimpleTable' }
  Given:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: given-simple, PrimaryKey: { Name: n, Type: Number }, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }, Tags: { a: b } }
  Function:
    Type: AWS::Serverless::Function
    Properties: { Events: { Changes: { Type: DynamoDB, Properties: { Stream: !GetAtt Plain.StreamArn, StartingPosition: LATEST } } } }
`
  assert.deepEqual((await apply(text)).lines, [
    'Plain: created',
    'Given = given-simple: created',
    't.yaml:11 Function.Events.Changes: not done: Stator runs no functions yet.',
    '1 resource that is no table: AWS::Serverless::Function',
  ])
  const { BillingModeSummary, AttributeDefinitions, SSEDescription } = await described('Plain')
  assert.equal((BillingModeSummary as Answer)['BillingMode'], 'PAY_PER_REQUEST')
  assert.deepEqual(AttributeDefinitions, [{ AttributeName: 'id', AttributeType: 'S' }])
  assert.equal((SSEDescription as Answer)['Status'], 'ENABLED')
  assert.deepEqual((await described('given-simple'))['AttributeDefinitions'], [{ AttributeName: 'n', AttributeType: 'N' }])
})

test('Two tables of one name, and what the server refuses, are told', async () => {
  const text = `${template('twice-named', onDemand)}${template('twice-named', onDemand).replace('Resources:\n  Table', '  Other')}`
  assert.deepEqual((await apply(text)).lines, [
    'Table = twice-named: created',
    'Other (t.yaml:11): not made: it would be called twice-named, as Table is. Give --name Other=NAME.',
  ])
  const { ending, lines } = await apply(template('x', onDemand))
  assert.equal(ending, 'in part')
  assert.match(lines[0] ?? '', /^Table = x: not made: DescribeTable: .*greater than or equal to 3\.$/)
})

test('What has no tables says so, and a file that is not of the format that was said is an error', async () => {
  const plan = { format_version: '1.2', planned_values: { root_module: { resources: [] } } }
  assert.deepEqual(await apply(JSON.stringify(plan)), { ending: 'done', lines: ['There are no tables in t.yaml.'] })
  const topic = 'Resources: { Topic: { Type: AWS::SNS::Topic } }'
  assert.deepEqual(await apply(topic), {
    ending: 'done',
    lines: ['There are no tables in t.yaml.', '1 resource that is no table: AWS::SNS::Topic'],
  })
  const not = (format: string, has: string): { readonly message: RegExp } => ({
    message: new RegExp(`: it is not of the format ${format}, which has ${has}: it looks like cloudformation\\.$`),
  })
  const said = (format: string): Promise<unknown> => apply(topic, {}, { format })
  await assert.rejects(said('terraform'), not('terraform', 'planned_values, values, resources or encrypted_data'))
  await assert.rejects(said('table'), not('table', 'TableName, Table, TableDescription or Tables'))
  await assert.rejects(said('workbench'), not('workbench', 'DataModel'))
  assert.equal(await said('cloudformation').then(() => 'read'), 'read')
})

/** A table with an index of that projection. */
function withProjection(name: string, projection: string, more = ''): string {
  const index = `{ IndexName: byG, KeySchema: [{ AttributeName: sk, KeyType: HASH }], Projection: ${projection}${more} }`
  return template(name, `${onDemand}GlobalSecondaryIndexes: [${index}]`)
}

test('An index is not dropped for one that would be refused, and only what was done is told as done', async () => {
  const name = 'kept-index'
  const include = '{ ProjectionType: INCLUDE }'
  const indexes = async (): Promise<unknown> =>
    ((await described(name))['GlobalSecondaryIndexes'] as readonly { readonly IndexName: string; readonly Projection: object }[]).map(
      ({ IndexName, Projection }) => [IndexName, Projection],
    )
  await apply(withProjection(name, '{ ProjectionType: ALL }'))
  const said = `t.yaml:2 Table.index byG rebuilt, unreadable meanwhile: not done: One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified`
  for (const options of [{ isDryRun: true }, {}, {}]) {
    assert.deepEqual(await apply(withProjection(name, include), options), {
      ending: 'in part',
      lines: [`Table = ${name}: unchanged`, said],
    })
    assert.deepEqual(await indexes(), [['byG', { ProjectionType: 'ALL' }]])
  }
  // Beside what can be done.
  const tagged = withProjection(name, include).replace('TableName:', 'Tags: [{ Key: a, Value: b }]\n      TableName:')
  assert.deepEqual((await apply(tagged)).lines, [`Table = ${name}: changed (tags)`, said])
})

test('What would be refused of an index of a table with capacity is known before anything is dropped', async () => {
  const name = 'kept-capacity'
  const units = 'ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }'
  const text = (index: string): string =>
    template(
      name,
      `${units}\n      GlobalSecondaryIndexes: [{ IndexName: byG, KeySchema: [{ AttributeName: sk, KeyType: HASH }], ${index} }]`,
    )
  const made = text(`Projection: { ProjectionType: ALL }, ${units}`)
  assert.deepEqual((await apply(made)).ending, 'done')
  const none = await apply(text(`Projection: { ProjectionType: KEYS_ONLY }, ${units.replaceAll('5', '0')}`), { isDryRun: true })
  assert.deepEqual([none.ending, none.lines[0]], ['in part', `Table = ${name}: unchanged`])
  const tooMany = [...Array(21).keys()].map((number) => `a${number}`).join(', ')
  const wide = await apply(text(`Projection: { ProjectionType: INCLUDE, NonKeyAttributes: [${tooMany}] }, ${units}`))
  assert.deepEqual([wide.ending, wide.lines[0]], ['in part', `Table = ${name}: unchanged`])
  assert.deepEqual((await apply(made)).lines, [`Table = ${name}: unchanged`])
  const keys = text(`Projection: { ProjectionType: KEYS_ONLY }, ${units}`)
  assert.deepEqual((await apply(keys, { isDryRun: true })).lines, [
    `Table = ${name}: would be changed (index byG rebuilt, unreadable meanwhile)`,
  ])
  assert.deepEqual((await apply(keys)).lines, [`Table = ${name}: changed (index byG rebuilt, unreadable meanwhile)`])
})

test('An index that is refused when it is added is not told as added', async () => {
  const name = 'no-index'
  await apply(template(name, onDemand))
  for (const isDryRun of [true, false]) {
    const { ending, lines } = await apply(withProjection(name, '{ ProjectionType: INCLUDE }'), { isDryRun })
    assert.deepEqual([ending, lines[0]], ['in part', `Table = ${name}: unchanged`])
    assert.match(lines[1] ?? '', /^t\.yaml:2 Table\.index byG added: not done: .*NonKeyAttributes is not specified$/)
  }
})

test('A folder is read as a whole, links do not lead out of it, and files that are something else are passed over', async () => {
  const inside = join(folder, 'folder')
  mkdirSync(join(inside, 'deep', 'node_modules'), { recursive: true })
  writeFileSync(join(inside, 'a.yml'), template('folder-a', onDemand))
  writeFileSync(join(inside, 'deep', 'b.template'), template('folder-b', onDemand).replace('Table:', 'Second:'))
  writeFileSync(join(inside, 'deep', 'node_modules', 'c.yml'), template('folder-c', onDemand))
  writeFileSync(join(inside, 'package.json'), '{"name": "x"}')
  writeFileSync(join(inside, 'broken.json'), '{"name": ')
  writeFileSync(join(folder, 'secret.yml'), template('secret', onDemand))
  symlinkSync(join(folder, 'secret.yml'), join(inside, 'linked.yml'))
  assert.deepEqual((await applyPaths([inside])).lines, ['Table = folder-a: created', 'Second = folder-b: created'])
  writeFileSync(join(inside, 'broken.yml'), 'Resources:\n  A: { Type: "AWS::DynamoDB::Table"\n')
  await assert.rejects(applyPaths([inside]), { message: /broken\.yml:\d: it is not YAML: / })
})

test('The command ends with what came of it', async () => {
  const run = async (...words: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> =>
    new StatorProcess(['apply', ...words, '--endpoint', server.endpoint], { folder }).ended
  writeFileSync(join(folder, 'good.yaml'), template('by-command', onDemand))
  writeFileSync(join(folder, 'part.yaml'), template('by-command', `${onDemand}Nothing: 1`))
  writeFileSync(join(folder, 'other.yaml'), template('by-command', onDemand).replace('AttributeType: N', 'AttributeType: S'))
  writeFileSync(join(folder, 'bad.yaml'), 'Resources: {')
  const good = await run('good.yaml', '--only', 'by-command')
  assert.deepEqual([good.code, good.out], [0, 'Table = by-command: created\n'])
  const none = await run('good.yaml', '--only', 'another')
  assert.equal(none.code, 2)
  assert.match(none.err, /^--only another: there is no such table in these files\.\n$/)
  const part = await run('part.yaml', '--json')
  assert.equal(part.code, 3)
  assert.equal((JSON.parse(part.out) as { readonly ending: string }).ending, 'in part')
  assert.equal((await run('other.yaml')).code, 4)
  const bad = await run('bad.yaml')
  assert.equal(bad.code, 2)
  assert.match(bad.err, /^bad\.yaml:1: it is not YAML: /)
  for (const [words, message] of [
    [['nowhere.yaml'], /^nowhere\.yaml: there is no such file or folder\./],
    [['good.yaml', '--parameter', 'x'], /^--parameter takes NAME=VALUE, not 'x'\./],
    [['good.yaml', '--replace', 'all'], /^--replace must be none, drop or copy, not 'all'\./],
    [[], /^Usage: stator apply PATH…/],
  ] as const) {
    const { code, err } = await run(...words)
    assert.equal(code, 2)
    assert.match(err, message)
  }
})

test('Items that files bring are put into tables made now, or each time, or never', async () => {
  const attribute = { AttributeName: 'id', AttributeType: 'S' }
  const model = (TableName: string): string =>
    JSON.stringify({
      ModelName: 'm',
      DataModel: [
        {
          TableName,
          KeyAttributes: { PartitionKey: attribute },
          TableData: Array.from({ length: 30 }, (_, at) => ({ id: { S: `i${at % 28}` } })),
        },
      ],
    })
  const count = async (TableName: string): Promise<unknown> => (await ask('Scan', { TableName, Select: 'COUNT' }))['Count']
  assert.deepEqual((await apply(model('seeded'))).lines, ['seeded: created, 28 items put'])
  await ask('DeleteItem', { TableName: 'seeded', Key: { id: { S: 'i0' } } })
  assert.deepEqual((await apply(model('seeded'))).lines, ['seeded: unchanged'])
  assert.equal(await count('seeded'), 27)
  assert.deepEqual((await apply(model('seeded'), { data: 'always' })).lines, ['seeded: unchanged, 28 items put'])
  assert.equal(await count('seeded'), 28)
  assert.deepEqual((await apply(model('unseeded'), { data: 'never' })).lines, ['unseeded: created'])
  const bad = await apply(model('badly-seeded').replace('{"S":"i3"}', '{"N":"3"}'))
  assert.equal(bad.ending, 'in part')
  assert.match(
    bad.lines.join('\n'),
    /badly-seeded: created, 27 items put\nt\.yaml:1 badly-seeded\.data of t\.yaml:1, item 4: not done: BatchWriteItem: /,
  )
})

test('What is refused of an item of a file is told with its line, and the others are put', async () => {
  const sub = join(folder, 'bad-rows')
  mkdirSync(sub)
  writeFileSync(join(sub, 'a.yaml'), template('bad-rows', onDemand))
  const digits = '1'.repeat(39)
  const rows = ['{"pk":"a","sk":1}', '', '{"pk":"b","sk":"7"}', `{"pk":"c","sk":1,"n":${digits}}`, '{"pk":"d"}']
  writeFileSync(join(sub, 'bad-rows.seed.jsonl'), rows.join('\n'))
  const { ending, lines } = await applyPaths([sub])
  assert.equal(ending, 'in part')
  assert.equal(lines[0], 'Table = bad-rows: created, 1 item put')
  const of = 'bad-rows/a.yaml:2 Table.data of bad-rows/bad-rows.seed.jsonl'
  assert.match(lines[1] ?? '', new RegExp(`^${of}, line 3: not done: BatchWriteItem: `))
  assert.match(lines[2] ?? '', new RegExp(`^${of}, line 4: not done: BatchWriteItem: .*38 significant digits`))
  assert.match(lines[3] ?? '', new RegExp(`^${of}, line 5: not done: BatchWriteItem: `))
  assert.equal(lines.length, 4)
  const many = Array.from({ length: 40 }, (_, at) => `{"pk":"${at}"}`).join('\n')
  writeFileSync(join(sub, 'bad-rows.seed.jsonl'), `${many}\n${rows[0]}\n`)
  const again = await applyPaths([sub], { data: 'always' })
  assert.deepEqual([again.lines.length, again.lines[0]], [12, 'Table = bad-rows: unchanged, 1 item put'])
  assert.match(again.lines[11] ?? '', /not done: 30 more$/)
})

test('What a server describes is unchanged there', async () => {
  const names = (await ask('ListTables', {}))['TableNames'] as readonly string[]
  assert(names.length > 20)
  const answers = await Promise.all(names.map((TableName) => ask('DescribeTable', { TableName })))
  assert.deepEqual(
    (await apply(JSON.stringify(answers))).lines,
    names.map((name) => `${name}: unchanged`),
  )
})

async function untilOut(stator: StatorProcess, pattern: RegExp): Promise<void> {
  const { stdout, stderr } = stator.child
  assert(stdout !== null && stderr !== null)
  while (!pattern.test(stator.out + stator.err)) {
    await Promise.race([new Promise((resolve) => stdout.once('data', resolve)), new Promise((resolve) => stderr.once('data', resolve))])
  }
}

test('A server that starts without --tables loads nothing that reads files of infrastructure code', async () => {
  const hook = `import { registerHooks } from 'node:module'; registerHooks({ load: (url, context, next) => { if (/infrastructure|yaml/.test(url)) process.stderr.write('loaded ' + url + '\\n'); return next(url, context) } })`
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` }
  const plain = new StatorProcess(['--in-memory', '--port', '0'], { folder, environment })
  await plain.endpoint()
  plain.child.kill('SIGINT')
  assert.doesNotMatch((await plain.ended).err, /loaded/)
  writeFileSync(join(folder, 'loads.yaml'), template('loads', onDemand))
  const reading = new StatorProcess(['--in-memory', '--port', '0', '--tables', join(folder, 'loads.yaml')], { folder, environment })
  await reading.endpoint()
  reading.child.kill('SIGINT')
  assert.match((await reading.ended).err, /loaded .*infrastructure.*[\s\S]*loaded .*yaml/)
})

test('With --watch files are read again when they change, and one that is no good leaves all as it is', async () => {
  const path = join(folder, 'watched.yaml')
  writeFileSync(path, template('watched', onDemand))
  const stator = new StatorProcess(['apply', path, '--watch', '--endpoint', server.endpoint])
  await untilOut(stator, /watched: created\n/)
  writeFileSync(path, 'Resources: {')
  await untilOut(stator, /it is not YAML/)
  writeFileSync(path, template('watched', `${onDemand}DeletionProtectionEnabled: true`))
  await untilOut(stator, /watched: changed \(deletion protection\)\n/)
  stator.child.kill('SIGINT')
  assert.equal((await stator.ended).signal, 'SIGINT')
})

test('With --watch what was read counts, and what would be of a folder that was given; not a log, and not its own output', async () => {
  const sub = join(folder, 'watching')
  mkdirSync(join(sub, 'more'), { recursive: true })
  const at = (name: string): string => join(sub, name)
  const include = "Resources:\n  N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: inner.txt } }\n"
  for (const name of ['unrelated.log', 'out.yaml', 'late.json']) writeFileSync(at(name), '')
  writeFileSync(at('a.yaml'), include)
  writeFileSync(at('inner.txt'), template('watching', onDemand))
  const whole = new FilesThatCount([sub], [statSync(at('out.yaml'))])
  const one = new FilesThatCount([at('a.yaml')], [])
  for (const [counting, path] of [
    [whole, sub],
    [one, at('a.yaml')],
  ] as const) {
    const wanted = { paths: [path], files: counting.noting(diskFiles([path])), options: { ...plainOptions, region: server.region } }
    await applyInfrastructure(sender, wanted, { isDryRun: true, replace: 'none', data: 'new' })
  }
  const names = ['a.yaml', 'inner.txt', 'unrelated.log', 'out.yaml', 'late.json', 'new.yaml', 'new.txt', 'more', 'node_modules']
  assert.deepEqual(
    names.filter((name) => whole.has(at(name))),
    ['a.yaml', 'inner.txt', 'late.json', 'new.yaml', 'more'],
  )
  assert.deepEqual(
    names.filter((name) => one.has(at(name))),
    ['a.yaml', 'inner.txt'],
  )
  assert.deepEqual([...one.folders], [sub])
})

test('A server makes the tables of --tables before it answers, whoever may ask it', async () => {
  const path = join(folder, 'at-start.yaml')
  writeFileSync(path, template('at-start', onDemand))
  for (const words of [[], ['--auth', 'iam', '--iam-file', join(folder, 'iam.json')]]) {
    writeFileSync(join(folder, 'iam.json'), '{}')
    const stator = new StatorProcess(['--in-memory', '--port', '0', '--tables', path, ...words], {
      folder,
      environment: { STATOR_ROOT_ACCESS_KEY_ID: 'AKIAROOTROOTROOTROOT', STATOR_ROOT_SECRET_ACCESS_KEY: 'secretsecretsecretsecretsecret' },
    })
    const endpoint = await stator.endpoint()
    assert.match(stator.out, /^Table = at-start: created\nStator /)
    if (words.length === 0) {
      const opened = await HttpClient.open(await findEndpoint({ endpoint }, {}), 1, systemClock)
      assert.deepEqual((await httpSender(opened).ask('dynamodb', 'ListTables', {}))['TableNames'], ['at-start'])
      opened.close()
    }
    stator.child.kill('SIGINT')
    await stator.ended
  }
})

test('A server does not start with tables that cannot be made, unless it is told to', async () => {
  const path = join(folder, 'half.yaml')
  writeFileSync(path, template('half-made', `${onDemand}Nothing: 1`))
  const strict = await new StatorProcess(['--in-memory', '--port', '0', '--tables', path], { folder }).ended
  assert.equal(strict.code, 2)
  assert.match(strict.err, /^Not all of --tables .*half\.yaml could be done\..*\nTable = half-made: created\n.*Table\.Nothing: not done: /)
  const unread = await new StatorProcess(['--in-memory', '--port', '0'], {
    folder,
    environment: { STATOR_TABLES: join(folder, 'none.yaml') },
  }).ended
  assert.equal(unread.code, 2)
  assert.match(unread.err, /^The tables of --tables cannot be read: .*none\.yaml: there is no such file or folder\.\n$/)
  const lenient = new StatorProcess(['--in-memory', '--port', '0', '--tables', path, '--tables-lenient'], { folder })
  await lenient.endpoint()
  assert.match(lenient.out, /^Table = half-made: created\n/)
  lenient.child.kill('SIGINT')
  await lenient.ended
  const stray = await new StatorProcess(['--in-memory', '--data', 'new'], { folder }).ended
  assert.deepEqual([stray.code, stray.err], [2, '--data goes with --tables.\n'])
})
