/**
 * The metrics that Stator can know, in one table (metrics-and-iam.md §1): what each is measured in, what it is about and when it
 * counts. CloudWatch's names and units, Prometheus' names and docs/metrics.md derive from it.
 */

/** In the words of CloudWatch. */
export const metricUnits = {
  AccountMaxReads: 'Count',
  AccountMaxTableLevelReads: 'Count',
  AccountMaxTableLevelWrites: 'Count',
  AccountMaxWrites: 'Count',
  AccountProvisionedReadCapacityUtilization: 'Percent',
  AccountProvisionedWriteCapacityUtilization: 'Percent',
  AgeOfOldestUnreplicatedRecord: 'Milliseconds',
  ConditionalCheckFailedRequests: 'Count',
  ConsumedChangeDataCaptureUnits: 'Count',
  ConsumedReadCapacityUnits: 'Count',
  ConsumedWriteCapacityUnits: 'Count',
  FailedToReplicateRecordCount: 'Count',
  DroppedEventCount: 'Count',
  Duration: 'Milliseconds',
  Errors: 'Count',
  FailedInvokeEventCount: 'Count',
  FilteredOutEventCount: 'Count',
  Invocations: 'Count',
  InvokedEventCount: 'Count',
  IteratorAge: 'Milliseconds',
  MaxProvisionedTableReadCapacityUtilization: 'Percent',
  MaxProvisionedTableWriteCapacityUtilization: 'Percent',
  OnDemandMaxReadRequestUnits: 'Count',
  OnDemandMaxWriteRequestUnits: 'Count',
  OnFailureDestinationDeliveredEventCount: 'Count',
  OnlineIndexConsumedWriteCapacity: 'Count',
  OnlineIndexPercentageProgress: 'Count',
  PolledEventCount: 'Count',
  ProvisionedReadCapacityUnits: 'Count',
  ProvisionedWriteCapacityUnits: 'Count',
  ReadAccountLimitThrottleEvents: 'Count',
  ReadKeyRangeThroughputThrottleEvents: 'Count',
  ReadMaxOnDemandThroughputThrottleEvents: 'Count',
  ReadProvisionedThroughputThrottleEvents: 'Count',
  ReadThrottleEvents: 'Count',
  ReplicationLatency: 'Milliseconds',
  ReturnedBytes: 'Bytes',
  ReturnedItemCount: 'Count',
  ReturnedRecordsCount: 'Count',
  SuccessfulRequestLatency: 'Milliseconds',
  SystemErrors: 'Count',
  ThrottledPutRecordCount: 'Count',
  ThrottledRequests: 'Count',
  Throttles: 'Count',
  TimeToLiveDeletedItemCount: 'Count',
  TransactionConflict: 'Count',
  UserErrors: 'Count',
  VectorSearchRequestBytes: 'Bytes',
  VectorWriteRequestBytes: 'Bytes',
  WriteAccountLimitThrottleEvents: 'Count',
  WriteKeyRangeThroughputThrottleEvents: 'Count',
  WriteMaxOnDemandThroughputThrottleEvents: 'Count',
  WriteProvisionedThroughputThrottleEvents: 'Count',
  WriteThrottleEvents: 'Count',
} as const

export type MetricName = keyof typeof metricUnits

/** What a series is about. `region` is empty as long as regions share their tables. */
export interface Dimensions {
  readonly region: string
  readonly TableName?: string
  readonly GlobalSecondaryIndexName?: string
  /** Of a vector index. Ours: what AWS measures of them is not known. */
  readonly IndexName?: string
  readonly Operation?: string
  readonly StreamLabel?: string
  /** What is done for the table elsewhere: EnableKinesisStreamingDestination. */
  readonly DelegatedOperation?: string
  /** Of Lambda. */
  readonly FunctionName?: string
  readonly EventSourceMappingUUID?: string
  /** Of a replica of a global table, the region that was told. */
  readonly ReceivingRegion?: string
}

export interface MetricFacts {
  /** Counter: what happens is added up. Gauge: how something stands, looked at now and then. Histogram: how long things take. */
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** The dimensions that its series have, those in brackets not all of them. Empty for those of the whole account. */
  readonly dimensions: string
  /** When it counts, and what. */
  readonly counts: string
  /** Left out: AWS/DynamoDB. */
  readonly namespace?: 'AWS/Lambda'
}

const ofTable = 'TableName [GlobalSecondaryIndexName]'
const ofIndex = 'TableName GlobalSecondaryIndexName'
const ofOperation = 'TableName Operation'
const ofStream = 'TableName Operation StreamLabel'
const ofDestination = 'TableName DelegatedOperation'
const ofAccount = ''
const ofFunction = 'FunctionName'
const ofMapping = 'EventSourceMappingUUID'

export const metricFacts: { readonly [Name in MetricName]: MetricFacts } = {
  AccountMaxReads: { kind: 'gauge', dimensions: ofAccount, counts: 'every five minutes: read units that the account may provision' },
  AccountMaxTableLevelReads: { kind: 'gauge', dimensions: ofAccount, counts: 'every five minutes: read units that a table may have' },
  AccountMaxTableLevelWrites: { kind: 'gauge', dimensions: ofAccount, counts: 'every five minutes: write units that a table may have' },
  AccountMaxWrites: { kind: 'gauge', dimensions: ofAccount, counts: 'every five minutes: write units that the account may provision' },
  AccountProvisionedReadCapacityUtilization: {
    kind: 'gauge',
    dimensions: ofAccount,
    counts: 'every five minutes: provisioned read units of all tables and indexes, of what the account may provision',
  },
  AccountProvisionedWriteCapacityUtilization: {
    kind: 'gauge',
    dimensions: ofAccount,
    counts: 'every five minutes: provisioned write units of all tables and indexes, of what the account may provision',
  },
  AgeOfOldestUnreplicatedRecord: {
    kind: 'gauge',
    dimensions: ofDestination,
    counts: 'every minute while a Kinesis destination is enabled: how long ago the oldest change was made that is still to be sent',
  },
  ConditionalCheckFailedRequests: {
    kind: 'counter',
    dimensions: 'TableName',
    counts: 'a condition of a write that failed, also one of a transaction',
  },
  ConsumedChangeDataCaptureUnits: {
    kind: 'counter',
    dimensions: ofDestination,
    counts: 'the units of changes that a Kinesis destination took: one for each started KB of the larger image; the samples are batches',
  },
  ConsumedReadCapacityUnits: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'the units of each request that reads; the samples are requests',
  },
  ConsumedWriteCapacityUnits: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'the units of each request that writes, also when its condition failed; the samples are requests',
  },
  FailedToReplicateRecordCount: {
    kind: 'counter',
    dimensions: ofDestination,
    counts:
      'a change that a Kinesis destination will never have: its record is too large, or it waited when the destination was disabled and took nothing',
  },
  DroppedEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records that are given up, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  Duration: { kind: 'histogram', dimensions: ofFunction, counts: 'how long each invocation took', namespace: 'AWS/Lambda' },
  Errors: {
    kind: 'counter',
    dimensions: ofFunction,
    counts: 'an invocation whose function failed; the samples are invocations',
    namespace: 'AWS/Lambda',
  },
  FailedInvokeEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records of each invocation that failed, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  FilteredOutEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records that no filter lets through, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  Invocations: { kind: 'counter', dimensions: ofFunction, counts: 'an invocation', namespace: 'AWS/Lambda' },
  InvokedEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records of each invocation, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  IteratorAge: {
    kind: 'histogram',
    dimensions: ofFunction,
    counts: 'at the end of each batch: how old its last record is',
    namespace: 'AWS/Lambda',
  },
  MaxProvisionedTableReadCapacityUtilization: {
    kind: 'gauge',
    dimensions: ofAccount,
    counts: 'every five minutes: provisioned read units of the greatest table or index, of what a table may have',
  },
  MaxProvisionedTableWriteCapacityUtilization: {
    kind: 'gauge',
    dimensions: ofAccount,
    counts: 'every five minutes: provisioned write units of the greatest table or index, of what a table may have',
  },
  OnDemandMaxReadRequestUnits: { kind: 'gauge', dimensions: ofTable, counts: 'every five minutes where a maximum is set: the maximum' },
  OnDemandMaxWriteRequestUnits: { kind: 'gauge', dimensions: ofTable, counts: 'every five minutes where a maximum is set: the maximum' },
  OnFailureDestinationDeliveredEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records of each failure that its destination was told of, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  OnlineIndexConsumedWriteCapacity: {
    kind: 'counter',
    dimensions: ofIndex,
    counts: 'the units of each entry that the backfill of an index writes',
  },
  OnlineIndexPercentageProgress: {
    kind: 'gauge',
    dimensions: ofIndex,
    counts: 'each step of the backfill of an index: how much of the table is done',
  },
  PolledEventCount: {
    kind: 'counter',
    dimensions: ofMapping,
    counts: 'the records that are read, where EventCount is asked for',
    namespace: 'AWS/Lambda',
  },
  ProvisionedReadCapacityUnits: { kind: 'gauge', dimensions: ofTable, counts: 'every five minutes in provisioned mode: the setting' },
  ProvisionedWriteCapacityUnits: { kind: 'gauge', dimensions: ofTable, counts: 'every five minutes in provisioned mode: the setting' },
  ReadAccountLimitThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a read throttled for the quota of the table in the account',
  },
  ReadKeyRangeThroughputThrottleEvents: { kind: 'counter', dimensions: ofTable, counts: 'a read throttled for the limit of its partition' },
  ReadMaxOnDemandThroughputThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a read throttled for the maximum that is set on demand',
  },
  ReadProvisionedThroughputThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a read throttled for the provisioned throughput',
  },
  ReadThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a read throttled, for whatever reason; each item of a batch is one',
  },
  ReplicationLatency: {
    kind: 'histogram',
    dimensions: 'TableName ReceivingRegion',
    counts: 'how long after it was made each change of a replica arrived at another one; the samples are changes',
  },
  ReturnedBytes: { kind: 'counter', dimensions: ofStream, counts: 'the size of the records of each GetRecords' },
  ReturnedItemCount: {
    kind: 'counter',
    dimensions: ofOperation,
    counts: 'the items that each Query, Scan and ExecuteStatement answers with',
  },
  ReturnedRecordsCount: { kind: 'counter', dimensions: ofStream, counts: 'the records of each GetRecords' },
  SuccessfulRequestLatency: {
    kind: 'histogram',
    dimensions: 'TableName Operation [StreamLabel]',
    counts: 'how long each request that succeeded took, from its arrival to its answer; the samples are requests',
  },
  SystemErrors: { kind: 'counter', dimensions: '[TableName] Operation', counts: 'a request answered with a status of 500 and more' },
  ThrottledPutRecordCount: {
    kind: 'counter',
    dimensions: ofDestination,
    counts: 'a record that a Kinesis destination was too busy for, each time; it is sent again',
  },
  ThrottledRequests: {
    kind: 'counter',
    dimensions: ofOperation,
    counts: 'a request that was throttled, or in observe mode would have been',
  },
  Throttles: {
    kind: 'counter',
    dimensions: ofFunction,
    counts: 'an invocation beyond the concurrency that is set',
    namespace: 'AWS/Lambda',
  },
  TimeToLiveDeletedItemCount: { kind: 'counter', dimensions: 'TableName', counts: 'an item deleted because its time to live was over' },
  TransactionConflict: { kind: 'counter', dimensions: 'TableName', counts: 'an item refused to a request because a transaction was at it' },
  UserErrors: {
    kind: 'counter',
    dimensions: ofAccount,
    counts: 'a request answered with a status of 400, unless it was throttled, its condition failed or a transaction was in its way',
  },
  VectorSearchRequestBytes: {
    kind: 'counter',
    dimensions: 'TableName IndexName',
    counts: 'the bytes that each SearchVectors consumes; the samples are requests. Not on AWS',
  },
  VectorWriteRequestBytes: {
    kind: 'counter',
    dimensions: 'TableName IndexName',
    counts: 'the bytes that each write of an item costs in a vector index. Not on AWS',
  },
  WriteAccountLimitThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a write throttled for the quota of the table in the account',
  },
  WriteKeyRangeThroughputThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a write throttled for the limit of its partition',
  },
  WriteMaxOnDemandThroughputThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a write throttled for the maximum that is set on demand',
  },
  WriteProvisionedThroughputThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a write throttled for the provisioned throughput',
  },
  WriteThrottleEvents: {
    kind: 'counter',
    dimensions: ofTable,
    counts: 'a write throttled, for whatever reason; each item of a batch is one',
  },
}

/** Under which CloudWatch has it. */
export function namespaceOf(name: MetricName): 'AWS/DynamoDB' | 'AWS/Lambda' {
  return metricFacts[name].namespace ?? 'AWS/DynamoDB'
}

export function isMetricName(text: string): text is MetricName {
  return Object.hasOwn(metricUnits, text)
}
