/**
 * Every operation that answers, asked by somebody with no permission, the exact one, a wildcard, an explicit deny, a policy of the resource
 * alone, a boundary without it, and a condition that is false. An operation without a row fails.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actionsOf, type OperationName, operations } from '../../src/api/operations.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { handlers } from '../../src/operations/registry.ts'
import { policyActionsOfStream, policyActionsOfTable } from '../../src/operations/tables/definition/policy-actions.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, type Reply } from '../harness/service.ts'
import { callAs, TestIdentities, type UserPolicies, userArn } from '../harness/test-identities.ts'

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/Music'
const exportArn = `${table}/export/01795341600000-00000000`
const importArn = `${table}/import/01795341600000-00000000`
const bulkArn = `${table}/bulk-operation/01795341600000-00000000`
const globalTable = 'arn:aws:dynamodb::123456789012:global-table/Music'
const kinesisArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/changes'
const startMs = 1_795_341_600_000
const Key = { pk: { S: 'a' } }
const TableName = 'Music'
const keys = { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }
const music = { TableName, BillingMode: 'PAY_PER_REQUEST', ...keys }
const vectors = {
  IndexName: 'ByVector',
  VectorAttribute: { AttributeName: 'v' },
  Dimensions: 2,
  DistanceFunction: 'EUCLIDEAN',
  Projection: { ProjectionType: 'ALL' },
}

/** Actions with what they are needed on. */
interface Needs {
  readonly [action: string]: string | readonly string[]
}

interface Row {
  readonly input: (made: Made) => object
  /** What it needs: actions by resource. Those on `*` have none. */
  readonly needs: (made: Made) => Needs
}

interface Made {
  readonly stream: string
  readonly shard: string
  readonly iterator: string
  readonly backup: string
}

const on =
  (...actions: readonly string[]) =>
  () =>
    Object.fromEntries(actions.map((action) => [action, table]))
/** What a restore does to the table that it makes. */
const filling = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']
const s3 = 'arn:aws:s3:::'
const toRead = (bucket: string, prefix: string): Needs => ({
  's3:GetObject': `${s3}${bucket}/${prefix}*`,
  's3:ListBucket': `${s3}${bucket}`,
})
const toWrite = (objects: string): Needs =>
  Object.fromEntries(['PutObject', 'PutObjectAcl', 'AbortMultipartUpload'].map((action) => [`s3:${action}`, `${s3}${objects}`]))
/** Those of DynamoDB are named without it. */
const named = (action: string): string => (action.includes(':') ? action : `dynamodb:${action}`)
const onNothing = (action: string) => () => ({ [action]: '*' })
const Policy = JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { AWS: userArn }, Action: 'dynamodb:Scan', Resource: table },
})

const rows: { readonly [Name in OperationName]?: Row } = {
  BatchExecuteStatement: {
    input: () => ({ Statements: [{ Statement: `SELECT * FROM "Music" WHERE pk = 'a'` }] }),
    needs: on('PartiQLSelect'),
  },
  BatchGetItem: { input: () => ({ RequestItems: { Music: { Keys: [Key] } } }), needs: on('BatchGetItem') },
  BatchWriteItem: { input: () => ({ RequestItems: { Music: [{ PutRequest: { Item: Key } }] } }), needs: on('BatchWriteItem') },
  CancelBulkOperation: { input: () => ({ BulkOperationArn: bulkArn }), needs: () => ({ CancelBulkOperation: bulkArn }) },
  CreateBackup: { input: () => ({ TableName, BackupName: 'Another' }), needs: on('CreateBackup') },
  CreateGlobalTable: {
    input: () => ({ GlobalTableName: TableName, ReplicationGroup: [{ RegionName: 'us-east-1' }] }),
    needs: () => ({ CreateGlobalTable: [globalTable, table] }),
  },
  CreateTable: {
    input: () => ({ ...music, TableName: 'New', Tags: [{ Key: 'a', Value: 'b' }] }),
    needs: () => ({ CreateTable: table.replace('Music', 'New'), TagResource: table.replace('Music', 'New') }),
  },
  DeleteBackup: { input: ({ backup }) => ({ BackupArn: backup }), needs: ({ backup }) => ({ DeleteBackup: backup }) },
  DeleteItem: { input: () => ({ TableName, Key }), needs: on('DeleteItem') },
  DeleteResourcePolicy: { input: () => ({ ResourceArn: table }), needs: on('DeleteResourcePolicy') },
  DeleteTable: { input: () => ({ TableName }), needs: on('DeleteTable') },
  DescribeBackup: { input: ({ backup }) => ({ BackupArn: backup }), needs: ({ backup }) => ({ DescribeBackup: backup }) },
  DescribeBulkOperation: { input: () => ({ BulkOperationArn: bulkArn }), needs: () => ({ DescribeBulkOperation: bulkArn }) },
  DescribeContinuousBackups: { input: () => ({ TableName }), needs: on('DescribeContinuousBackups') },
  DescribeContributorInsights: { input: () => ({ TableName }), needs: on('DescribeContributorInsights') },
  DescribeEndpoints: { input: () => ({}), needs: onNothing('DescribeEndpoints') },
  DescribeExport: { input: () => ({ ExportArn: exportArn }), needs: () => ({ DescribeExport: exportArn }) },
  DescribeGlobalTable: { input: () => ({ GlobalTableName: TableName }), needs: () => ({ DescribeGlobalTable: globalTable }) },
  DescribeGlobalTableSettings: {
    input: () => ({ GlobalTableName: TableName }),
    needs: () => ({ DescribeGlobalTableSettings: globalTable }),
  },
  DescribeImport: { input: () => ({ ImportArn: importArn }), needs: () => ({ DescribeImport: importArn }) },
  DescribeKinesisStreamingDestination: { input: () => ({ TableName }), needs: on('DescribeKinesisStreamingDestination') },
  DescribeLimits: { input: () => ({}), needs: onNothing('DescribeLimits') },
  DescribeStream: { input: ({ stream }) => ({ StreamArn: stream }), needs: ({ stream }) => ({ DescribeStream: stream }) },
  DescribeTable: { input: () => ({ TableName }), needs: on('DescribeTable') },
  DescribeTableReplicaAutoScaling: { input: () => ({ TableName }), needs: on('DescribeTableReplicaAutoScaling') },
  DescribeTimeToLive: { input: () => ({ TableName }), needs: on('DescribeTimeToLive') },
  DisableKinesisStreamingDestination: {
    input: () => ({ TableName, StreamArn: kinesisArn }),
    needs: on('DisableKinesisStreamingDestination'),
  },
  EnableKinesisStreamingDestination: {
    input: () => ({ TableName, StreamArn: kinesisArn }),
    needs: on('EnableKinesisStreamingDestination'),
  },
  ExecuteStatement: { input: () => ({ Statement: `DELETE FROM "Music" WHERE pk = 'a'` }), needs: on('PartiQLDelete') },
  ExecuteTransaction: {
    input: () => ({
      TransactStatements: [
        { Statement: `INSERT INTO "Music" VALUE {'pk': 'new'}` },
        { Statement: `UPDATE "Music" SET a = 1 WHERE pk = 'a'` },
        { Statement: `EXISTS(SELECT * FROM "Music" WHERE pk = 'b' AND a = 1)` },
      ],
    }),
    needs: on('PartiQLInsert', 'PartiQLUpdate', 'ConditionCheckItem'),
  },
  ExportTableToPointInTime: {
    input: () => ({ TableArn: table, S3Bucket: 'lake' }),
    needs: () => ({ ExportTableToPointInTime: table, ...toWrite('lake/AWSDynamoDB/*') }),
  },
  GetItem: { input: () => ({ TableName, Key }), needs: on('GetItem') },
  GetRecords: { input: ({ iterator }) => ({ ShardIterator: iterator }), needs: ({ stream }) => ({ GetRecords: stream }) },
  GetResourcePolicy: { input: () => ({ ResourceArn: table }), needs: on('GetResourcePolicy') },
  GetShardIterator: {
    input: ({ stream, shard }) => ({ StreamArn: stream, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' }),
    needs: ({ stream }) => ({ GetShardIterator: stream }),
  },
  ImportTable: {
    input: () => ({
      S3BucketSource: { S3Bucket: 'lake' },
      InputFormat: 'CSV',
      TableCreationParameters: { ...music, TableName: 'Imported' },
    }),
    needs: () => ({ ImportTable: table.replace('Music', 'Imported'), ...toRead('lake', '') }),
  },
  ListBackups: { input: () => ({}), needs: onNothing('ListBackups') },
  ListBulkOperations: { input: () => ({}), needs: onNothing('ListBulkOperations') },
  ListContributorInsights: { input: () => ({}), needs: onNothing('ListContributorInsights') },
  ListExports: { input: () => ({ TableArn: table }), needs: on('ListExports') },
  ListGlobalTables: { input: () => ({}), needs: onNothing('ListGlobalTables') },
  ListImports: { input: () => ({}), needs: onNothing('ListImports') },
  ListStreams: { input: () => ({}), needs: onNothing('ListStreams') },
  ListTables: { input: () => ({}), needs: onNothing('ListTables') },
  ListTagsOfResource: { input: () => ({ ResourceArn: table }), needs: on('ListTagsOfResource') },
  PutItem: { input: () => ({ TableName, Item: Key }), needs: on('PutItem') },
  PutResourcePolicy: { input: () => ({ ResourceArn: table, Policy }), needs: on('PutResourcePolicy') },
  Query: {
    input: () => ({
      TableName,
      IndexName: 'ByOther',
      KeyConditionExpression: 'o = :o',
      ExpressionAttributeValues: { ':o': { S: 'x' } },
    }),
    needs: () => ({ Query: `${table}/index/ByOther` }),
  },
  RestoreTableFromBackup: {
    input: ({ backup }) => ({ BackupArn: backup, TargetTableName: 'Copy' }),
    needs: ({ backup }) => ({
      RestoreTableFromBackup: [backup, table.replace('Music', 'Copy')],
      ...Object.fromEntries(filling.map((action) => [action, table.replace('Music', 'Copy')])),
    }),
  },
  RestoreTableToPointInTime: {
    input: () => ({ SourceTableName: TableName, TargetTableName: 'Copy', UseLatestRestorableTime: true }),
    needs: () => ({
      RestoreTableToPointInTime: table,
      ...Object.fromEntries(filling.map((action) => [action, table.replace('Music', 'Copy')])),
    }),
  },
  Scan: { input: () => ({ TableName }), needs: on('Scan') },
  SearchVectors: {
    input: () => ({ TableName, IndexName: 'ByVector', SearchVector: [{ N: '1' }, { N: '2' }], TopK: 1 }),
    needs: () => ({ SearchVectors: `${table}/index/ByVector` }),
  },
  StartBulkPutItems: {
    input: () => ({
      TableName,
      InputS3Configuration: { S3Bucket: 'lake', S3KeyPrefix: 'in/', InputFormat: 'ION' },
      OutputS3Configuration: { S3Bucket: 'lake', S3KeyPrefix: 'out', OutputType: ['ERROR'] },
    }),
    needs: () => ({ StartBulkPutItems: table, ...toRead('lake', 'in/'), ...toWrite('lake/out/AWSDynamoDB/*') }),
  },
  TagResource: { input: () => ({ ResourceArn: table, Tags: [{ Key: 'a', Value: 'b' }] }), needs: on('TagResource') },
  TransactGetItems: { input: () => ({ TransactItems: [{ Get: { TableName, Key } }] }), needs: on('GetItem') },
  TransactWriteItems: {
    input: () => ({
      TransactItems: [
        { Put: { TableName, Item: { pk: { S: 'p' } } } },
        { Delete: { TableName, Key: { pk: { S: 'd' } } } },
        { Update: { TableName, Key: { pk: { S: 'u' } }, UpdateExpression: 'SET a = if_not_exists(a, a)' } },
        { ConditionCheck: { TableName, Key: { pk: { S: 'c' } }, ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    }),
    needs: on('PutItem', 'DeleteItem', 'UpdateItem', 'ConditionCheckItem'),
  },
  UntagResource: { input: () => ({ ResourceArn: table, TagKeys: ['a'] }), needs: on('UntagResource') },
  UpdateContinuousBackups: {
    input: () => ({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    needs: on('UpdateContinuousBackups'),
  },
  UpdateKinesisStreamingDestination: {
    input: () => ({ TableName, StreamArn: kinesisArn }),
    needs: on('UpdateKinesisStreamingDestination'),
  },
  UpdateContributorInsights: {
    input: () => ({ TableName, IndexName: 'ByOther', ContributorInsightsAction: 'ENABLE' }),
    needs: () => ({ UpdateContributorInsights: `${table}/index/ByOther` }),
  },
  UpdateGlobalTable: {
    input: () => ({ GlobalTableName: TableName, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }),
    needs: () => ({ UpdateGlobalTable: [globalTable, table] }),
  },
  UpdateGlobalTableSettings: {
    input: () => ({ GlobalTableName: TableName }),
    needs: () => ({ UpdateGlobalTableSettings: [globalTable, table] }),
  },
  UpdateItem: { input: () => ({ TableName, Key }), needs: on('UpdateItem') },
  UpdateTable: { input: () => ({ TableName, DeletionProtectionEnabled: false }), needs: on('UpdateTable') },
  UpdateTableReplicaAutoScaling: { input: () => ({ TableName }), needs: on('UpdateTableReplicaAutoScaling') },
  UpdateTimeToLive: {
    input: () => ({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } }),
    needs: on('UpdateTimeToLive'),
  },
}

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

/** Why somebody is refused, as AccessDeniedException ends; undefined: nobody is refused. */
type Refusal = RegExp | undefined

interface Situation {
  readonly policies: (needs: Needs) => UserPolicies
  readonly refusal: Refusal
}

const ofIdentity = /because no identity-based policy allows the (dynamodb|s3):\w+ action$/
/** In this order, as what is allowed changes the tables. */
const situations: { readonly [name: string]: Situation } = {
  'no permission': { policies: () => ({}), refusal: ofIdentity },
  'an explicit deny': {
    policies: () => ({ identity: [everything, { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }] }),
    refusal: /with an explicit deny in an identity-based policy$/,
  },
  'a boundary without it': {
    policies: () => ({ identity: [everything], boundary: [{ ...everything, Action: 'iam:*' }] }),
    refusal: /because no permissions boundary allows the dynamodb:\w+ action$/,
  },
  'a condition that is false': {
    policies: () => ({ identity: [{ ...everything, Condition: { StringEquals: { 'aws:username': 'bob' } } }] }),
    refusal: ofIdentity,
  },
  'a policy of another resource': {
    policies: () => ({ identity: [{ ...everything, Resource: `${table}2` }] }),
    refusal: ofIdentity,
  },
  'the exact permission': {
    policies: (needs) => ({
      identity: Object.entries(needs).map(([action, Resource]) => ({ Effect: 'Allow', Action: named(action), Resource })),
    }),
    refusal: undefined,
  },
  'a wildcard': { policies: () => ({ identity: [{ ...everything, Action: ['dynamodb:*', 's3:*'] }] }), refusal: undefined },
}

async function open(identities: TestIdentities): Promise<{ readonly service: Service; readonly made: Made }> {
  const service = await openTestService('steady', {
    identities: () => identities,
    signatureClock: new ManualClock(startMs),
    tableStateDelayMs: 0,
  })
  const asRoot = async (operation: string, input: object): Promise<Reply['body']> => {
    const { status, body } = await callAs('root', service, operation, input)
    assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
    return body
  }
  await asRoot('CreateTable', {
    ...music,
    AttributeDefinitions: [...keys.AttributeDefinitions, { AttributeName: 'o', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      { IndexName: 'ByOther', KeySchema: [{ AttributeName: 'o', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
    VectorIndexes: [vectors],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  })
  for (const pk of ['a', 'b']) await asRoot('PutItem', { TableName, Item: { pk: { S: pk }, a: { N: '1' } } })
  const { Table } = (await asRoot('DescribeTable', { TableName })) as { readonly Table: { readonly LatestStreamArn: string } }
  const stream = Table.LatestStreamArn
  const { StreamDescription } = (await asRoot('DescribeStream', { StreamArn: stream })) as {
    readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] }
  }
  const shard = StreamDescription.Shards[0]?.ShardId ?? ''
  const { ShardIterator: iterator } = (await asRoot('GetShardIterator', {
    StreamArn: stream,
    ShardId: shard,
    ShardIteratorType: 'TRIM_HORIZON',
  })) as { readonly ShardIterator: string }
  const { BackupDetails } = (await asRoot('CreateBackup', { TableName, BackupName: 'Kept' })) as {
    readonly BackupDetails: { readonly BackupArn: string }
  }
  await service.control.runJobs()
  return { service, made: { stream, shard, iterator, backup: BackupDetails.BackupArn } }
}

/** Of the request, or of all members of a batch of statements. */
function refusalIn({ exception, message, body }: Reply): string | undefined {
  if (exception === 'AccessDeniedException') return message
  const { Responses = [] } = body as {
    readonly Responses?: readonly { readonly Error?: { readonly Code: string; readonly Message: string } }[]
  }
  const [first] = Array.isArray(Responses) ? Responses : []
  return first?.Error?.Code === 'AccessDenied' ? first.Error.Message : undefined
}

function assertRefusal(reply: Reply, expected: Refusal, needs: Needs): void {
  const found = refusalIn(reply)
  if (expected === undefined) {
    assert.equal(found, undefined)
    return
  }
  assert.ok(found !== undefined, JSON.stringify(reply.body))
  assert.match(found, expected)
  const [[action = '', resource] = []] = Object.entries(needs)
  const shown = resource === '*' ? 'arn:aws:dynamodb:us-east-1:123456789012:table/*' : [resource].flat()[0]
  assert.ok(found.startsWith(`User: ${userArn} is not authorized to perform: ${named(action)} on resource: ${shown} `), found)
}

describe('Authorisation', () => {
  for (const name of Object.keys(handlers) as OperationName[]) {
    test(`of ${name} goes by policies`, async () => {
      const row = rows[name]
      assert.ok(row !== undefined, `${name} answers, and no row says what it needs`)
      const identities = new TestIdentities()
      const { service, made } = await open(identities)
      try {
        const needs = row.needs(made)
        for (const { policies, refusal } of Object.values(situations).filter((each) => each.refusal !== undefined)) {
          identities.setPolicies(policies(needs))
          assertRefusal(await callAs('user', service, name, row.input(made)), refusal, needs)
        }
        await playResourcePolicy(service, identities, { name, row, made })
        for (const { policies, refusal } of Object.values(situations).filter((each) => each.refusal === undefined)) {
          identities.setPolicies(policies(needs))
          assertRefusal(await callAs('user', service, name, row.input(made)), refusal, needs)
        }
      } finally {
        await service.close()
      }
    })
  }

  test('of every operation is by the actions of the table of operations', () => {
    for (const [name, { needs }] of Object.entries(rows)) {
      const known = new Set([
        ...actionsOf(operations[name as OperationName]),
        'TagResource',
        'PutResourcePolicy',
        ...(name.startsWith('Restore') ? filling : []),
      ])
      for (const action of Object.keys(needs({ stream: '', shard: '', iterator: '', backup: '' })))
        assert.ok(known.has(action) || action.startsWith('s3:'), `${name}: ${action}`)
    }
  })
})

interface Played {
  readonly name: OperationName
  readonly row: Row
  readonly made: Made
}

/** The policy of the resource alone lets the user do what such policies can let, and nothing else. */
async function playResourcePolicy(service: Service, identities: TestIdentities, { name, row, made }: Played): Promise<void> {
  const needs = row.needs(made)
  identities.setPolicies({})
  const isOnStream = Object.values(needs).flat().includes(made.stream)
  const grantable = isOnStream ? policyActionsOfStream : policyActionsOfTable
  const refused = Object.entries(needs).filter(
    ([action, resource]) => !(grantable.has(action) && (isOnStream || [resource].flat().every((each) => each.startsWith(`${table}`)))),
  )
  const Action = [...grantable].map((action) => `dynamodb:${action}`)
  const ResourceArn = isOnStream ? made.stream : table
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: userArn },
    Action,
    Resource: isOnStream ? made.stream : [table, `${table}/index/*`],
  }
  const put = await callAs('root', service, 'PutResourcePolicy', { ResourceArn, Policy: JSON.stringify({ Statement }) })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  // What takes the table or its policy away is let last, by other means.
  if (name === 'DeleteTable') return
  assertRefusal(
    await callAs('user', service, name, row.input(made)),
    refused.length === 0 ? undefined : ofIdentity,
    Object.fromEntries(refused),
  )
  await callAs('root', service, 'DeleteResourcePolicy', { ResourceArn })
}
