/**
 * The table of all operations: everything that is said about an operation apart from its own file is said here or, for
 * its errors, in operation-errors.ts. Routing, checking, authorisation, metrics and documentation derive from it. Source:
 * operations.md §1, metrics-and-iam.md §2.
 */
import type { AnswerOf, ShapeOf } from './shapes.ts'
import type { Wording } from './wording.ts'

/** What an operation belongs to; the letters are those of operations.md §1. */
export const tiers = {
  DP: 'items',
  TX: 'transactions',
  PQ: 'PartiQL',
  VS: 'vector search',
  CP: 'tables',
  TTL: 'time to live',
  TAG: 'tags',
  LIM: 'limits and endpoints',
  RP: 'resource policies',
  BK: 'backups and point-in-time recovery',
  EXP: 'exports',
  IMP: 'imports',
  BLK: 'bulk operations',
  GT1: 'legacy global tables',
  AS: 'auto scaling of replicas',
  KDS: 'Kinesis destinations',
  CI: 'Contributor Insights',
  ST: 'streams',
} as const

export type Tier = keyof typeof tiers

interface OperationRow {
  readonly name: string
  readonly tier: Tier
  readonly access: 'read' | 'write' | 'readOrWrite'
  readonly wording: Wording
  /** ValidationExceptions found in the request alone are answered in the envelope `1 validation error detected: …` (errors.md §4.3). */
  readonly enveloped: boolean
}

/** The shapes of input and output are named after the operation: `GetItemInput`, `GetItemOutput`. */
export const operations = {
  GetItem: { name: 'GetItem', tier: 'DP', access: 'read', wording: 'current', enveloped: false },
  PutItem: { name: 'PutItem', tier: 'DP', access: 'write', wording: 'current', enveloped: true },
  UpdateItem: { name: 'UpdateItem', tier: 'DP', access: 'write', wording: 'current', enveloped: true },
  DeleteItem: { name: 'DeleteItem', tier: 'DP', access: 'write', wording: 'current', enveloped: true },
  Query: { name: 'Query', tier: 'DP', access: 'read', wording: 'current', enveloped: false },
  Scan: { name: 'Scan', tier: 'DP', access: 'read', wording: 'older', enveloped: false },
  BatchGetItem: { name: 'BatchGetItem', tier: 'DP', access: 'read', wording: 'current', enveloped: false },
  BatchWriteItem: { name: 'BatchWriteItem', tier: 'DP', access: 'write', wording: 'older', enveloped: false },
  TransactGetItems: { name: 'TransactGetItems', tier: 'TX', access: 'read', wording: 'older', enveloped: false },
  TransactWriteItems: { name: 'TransactWriteItems', tier: 'TX', access: 'write', wording: 'older', enveloped: false },
  ExecuteStatement: { name: 'ExecuteStatement', tier: 'PQ', access: 'readOrWrite', wording: 'older', enveloped: false },
  BatchExecuteStatement: { name: 'BatchExecuteStatement', tier: 'PQ', access: 'readOrWrite', wording: 'older', enveloped: false },
  ExecuteTransaction: { name: 'ExecuteTransaction', tier: 'PQ', access: 'readOrWrite', wording: 'older', enveloped: false },
  SearchVectors: { name: 'SearchVectors', tier: 'VS', access: 'read', wording: 'older', enveloped: false },
  CreateTable: { name: 'CreateTable', tier: 'CP', access: 'write', wording: 'older', enveloped: false },
  UpdateTable: { name: 'UpdateTable', tier: 'CP', access: 'write', wording: 'older', enveloped: false },
  DeleteTable: { name: 'DeleteTable', tier: 'CP', access: 'write', wording: 'older', enveloped: false },
  DescribeTable: { name: 'DescribeTable', tier: 'CP', access: 'read', wording: 'older', enveloped: false },
  ListTables: { name: 'ListTables', tier: 'CP', access: 'read', wording: 'older', enveloped: false },
  UpdateTimeToLive: { name: 'UpdateTimeToLive', tier: 'TTL', access: 'write', wording: 'older', enveloped: false },
  DescribeTimeToLive: { name: 'DescribeTimeToLive', tier: 'TTL', access: 'read', wording: 'older', enveloped: false },
  TagResource: { name: 'TagResource', tier: 'TAG', access: 'write', wording: 'older', enveloped: false },
  UntagResource: { name: 'UntagResource', tier: 'TAG', access: 'write', wording: 'older', enveloped: false },
  ListTagsOfResource: { name: 'ListTagsOfResource', tier: 'TAG', access: 'read', wording: 'older', enveloped: false },
  DescribeLimits: { name: 'DescribeLimits', tier: 'LIM', access: 'read', wording: 'older', enveloped: false },
  DescribeEndpoints: { name: 'DescribeEndpoints', tier: 'LIM', access: 'read', wording: 'older', enveloped: false },
  PutResourcePolicy: { name: 'PutResourcePolicy', tier: 'RP', access: 'write', wording: 'older', enveloped: false },
  GetResourcePolicy: { name: 'GetResourcePolicy', tier: 'RP', access: 'read', wording: 'older', enveloped: false },
  DeleteResourcePolicy: { name: 'DeleteResourcePolicy', tier: 'RP', access: 'write', wording: 'older', enveloped: false },
  CreateBackup: { name: 'CreateBackup', tier: 'BK', access: 'write', wording: 'older', enveloped: false },
  DeleteBackup: { name: 'DeleteBackup', tier: 'BK', access: 'write', wording: 'older', enveloped: false },
  DescribeBackup: { name: 'DescribeBackup', tier: 'BK', access: 'read', wording: 'older', enveloped: false },
  ListBackups: { name: 'ListBackups', tier: 'BK', access: 'read', wording: 'older', enveloped: false },
  RestoreTableFromBackup: { name: 'RestoreTableFromBackup', tier: 'BK', access: 'write', wording: 'older', enveloped: false },
  RestoreTableToPointInTime: { name: 'RestoreTableToPointInTime', tier: 'BK', access: 'write', wording: 'older', enveloped: false },
  DescribeContinuousBackups: { name: 'DescribeContinuousBackups', tier: 'BK', access: 'read', wording: 'older', enveloped: false },
  UpdateContinuousBackups: { name: 'UpdateContinuousBackups', tier: 'BK', access: 'write', wording: 'older', enveloped: false },
  ExportTableToPointInTime: { name: 'ExportTableToPointInTime', tier: 'EXP', access: 'write', wording: 'older', enveloped: false },
  DescribeExport: { name: 'DescribeExport', tier: 'EXP', access: 'read', wording: 'older', enveloped: false },
  ListExports: { name: 'ListExports', tier: 'EXP', access: 'read', wording: 'older', enveloped: false },
  ImportTable: { name: 'ImportTable', tier: 'IMP', access: 'write', wording: 'older', enveloped: false },
  DescribeImport: { name: 'DescribeImport', tier: 'IMP', access: 'read', wording: 'older', enveloped: false },
  ListImports: { name: 'ListImports', tier: 'IMP', access: 'read', wording: 'older', enveloped: false },
  StartBulkPutItems: { name: 'StartBulkPutItems', tier: 'BLK', access: 'write', wording: 'older', enveloped: false },
  DescribeBulkOperation: { name: 'DescribeBulkOperation', tier: 'BLK', access: 'read', wording: 'older', enveloped: false },
  ListBulkOperations: { name: 'ListBulkOperations', tier: 'BLK', access: 'read', wording: 'older', enveloped: false },
  CancelBulkOperation: { name: 'CancelBulkOperation', tier: 'BLK', access: 'write', wording: 'older', enveloped: false },
  CreateGlobalTable: { name: 'CreateGlobalTable', tier: 'GT1', access: 'write', wording: 'older', enveloped: false },
  UpdateGlobalTable: { name: 'UpdateGlobalTable', tier: 'GT1', access: 'write', wording: 'older', enveloped: false },
  DescribeGlobalTable: { name: 'DescribeGlobalTable', tier: 'GT1', access: 'read', wording: 'older', enveloped: false },
  ListGlobalTables: { name: 'ListGlobalTables', tier: 'GT1', access: 'read', wording: 'older', enveloped: false },
  DescribeGlobalTableSettings: { name: 'DescribeGlobalTableSettings', tier: 'GT1', access: 'read', wording: 'older', enveloped: false },
  UpdateGlobalTableSettings: { name: 'UpdateGlobalTableSettings', tier: 'GT1', access: 'write', wording: 'older', enveloped: false },
  DescribeTableReplicaAutoScaling: {
    name: 'DescribeTableReplicaAutoScaling',
    tier: 'AS',
    access: 'read',
    wording: 'older',
    enveloped: false,
  },
  UpdateTableReplicaAutoScaling: { name: 'UpdateTableReplicaAutoScaling', tier: 'AS', access: 'write', wording: 'older', enveloped: false },
  EnableKinesisStreamingDestination: {
    name: 'EnableKinesisStreamingDestination',
    tier: 'KDS',
    access: 'write',
    wording: 'older',
    enveloped: false,
  },
  DisableKinesisStreamingDestination: {
    name: 'DisableKinesisStreamingDestination',
    tier: 'KDS',
    access: 'write',
    wording: 'older',
    enveloped: false,
  },
  DescribeKinesisStreamingDestination: {
    name: 'DescribeKinesisStreamingDestination',
    tier: 'KDS',
    access: 'read',
    wording: 'older',
    enveloped: false,
  },
  UpdateKinesisStreamingDestination: {
    name: 'UpdateKinesisStreamingDestination',
    tier: 'KDS',
    access: 'write',
    wording: 'older',
    enveloped: false,
  },
  UpdateContributorInsights: { name: 'UpdateContributorInsights', tier: 'CI', access: 'write', wording: 'older', enveloped: false },
  DescribeContributorInsights: { name: 'DescribeContributorInsights', tier: 'CI', access: 'read', wording: 'older', enveloped: false },
  ListContributorInsights: { name: 'ListContributorInsights', tier: 'CI', access: 'read', wording: 'older', enveloped: false },
  ListStreams: { name: 'ListStreams', tier: 'ST', access: 'read', wording: 'older', enveloped: false },
  DescribeStream: { name: 'DescribeStream', tier: 'ST', access: 'read', wording: 'older', enveloped: false },
  GetShardIterator: { name: 'GetShardIterator', tier: 'ST', access: 'read', wording: 'older', enveloped: false },
  GetRecords: { name: 'GetRecords', tier: 'ST', access: 'read', wording: 'older', enveloped: false },
} as const

export type OperationName = keyof typeof operations

/** A row of the table, with its literal types, so that a name leads to the types of input and output. */
export type Operation = OperationRow & (typeof operations)[OperationName]

/** What `checkInput` makes of the body of a request. */
export type InputOf<Name extends OperationName> = ShapeOf<`${Name}Input`>

/** What an operation answers. Items in it may be JSON text already. */
export type OutputOf<Name extends OperationName> = AnswerOf<`${Name}Output`>

/** The value of the header X-Amz-Target that calls the operation. Streams have a prefix of their own. */
export function targetOf(operation: Operation): string {
  return `${operation.tier === 'ST' ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810'}.${operation.name}`
}

const operationsByTarget: ReadonlyMap<string, Operation> = new Map(
  Object.values(operations).map((operation) => [targetOf(operation), operation]),
)

/** The operation that a header X-Amz-Target calls, if there is one. */
export function findOperation(target: string): Operation | undefined {
  return operationsByTarget.get(target)
}

/** The IAM actions it can need, without `dynamodb:`. Most operations are an action of their own name. */
export function actionsOf(operation: Operation): readonly string[] {
  return actionsByOperation.get(operation.name) ?? [operation.name]
}

const partiqlActions = ['PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete']
const actionsOnRestoredTable = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']

const actionsByOperation: ReadonlyMap<OperationName, readonly string[]> = new Map<OperationName, readonly string[]>([
  ['TransactGetItems', ['GetItem']],
  ['TransactWriteItems', ['ConditionCheckItem', 'PutItem', 'UpdateItem', 'DeleteItem']],
  ['ExecuteStatement', partiqlActions],
  ['BatchExecuteStatement', partiqlActions],
  ['ExecuteTransaction', [...partiqlActions, 'ConditionCheckItem']],
  ['RestoreTableFromBackup', ['RestoreTableFromBackup', ...actionsOnRestoredTable]],
  ['RestoreTableToPointInTime', ['RestoreTableToPointInTime', ...actionsOnRestoredTable]],
])
