/** The metrics that Stator can know, with their units (metrics-and-iam.md §1). */

export const metricUnits = {
  ConditionalCheckFailedRequests: 'Count',
  ConsumedReadCapacityUnits: 'Count',
  ConsumedWriteCapacityUnits: 'Count',
  OnDemandMaxReadRequestUnits: 'Count',
  OnDemandMaxWriteRequestUnits: 'Count',
  OnlineIndexConsumedWriteCapacity: 'Count',
  OnlineIndexPercentageProgress: 'Count',
  OnlineIndexThrottleEvents: 'Count',
  ProvisionedReadCapacityUnits: 'Count',
  ProvisionedWriteCapacityUnits: 'Count',
  ReadAccountLimitThrottleEvents: 'Count',
  ReadKeyRangeThroughputThrottleEvents: 'Count',
  ReadMaxOnDemandThroughputThrottleEvents: 'Count',
  ReadProvisionedThroughputThrottleEvents: 'Count',
  ReadThrottleEvents: 'Count',
  ReturnedBytes: 'Bytes',
  ReturnedItemCount: 'Count',
  ReturnedRecordsCount: 'Count',
  SuccessfulRequestLatency: 'Milliseconds',
  SystemErrors: 'Count',
  ThrottledRequests: 'Count',
  TimeToLiveDeletedItemCount: 'Count',
  TransactionConflict: 'Count',
  UserErrors: 'Count',
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
  readonly Operation?: string
  readonly StreamLabel?: string
}
