/** The sections of AWS's documentation that rules rest on. */
export interface Section {
  readonly title: string
  readonly url: string
}

export type DocumentCode =
  | 'K1'
  | 'K2'
  | 'K3'
  | 'Q1'
  | 'Q2'
  | 'Q3'
  | 'Q4'
  | 'E1'
  | 'E2'
  | 'C1'
  | 'C2'
  | 'C3'
  | 'C4'
  | 'C5'
  | 'G1'
  | 'G2'
  | 'G3'
  | 'G4'
  | 'G5'
  | 'G6'
  | 'G7'
  | 'L1'
  | 'B1'
  | 'B2'
  | 'B3'
  | 'T1'
  | 'T2'
  | 'X1'
  | 'M1'
  | 'M2'
  | 'M3'
  | 'M4'
  | 'M6'
  | 'M7'
  | 'D1'
  | 'D2'
  | 'D3'
  | 'D4'
  | 'S1'
  | 'S2'
  | 'A1'

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/'

function section(title: string, page: string): Section {
  return { title, url: page.startsWith('https:') ? page : `${guide}${page}` }
}

export const documentation: { readonly [Code in DocumentCode]: Section } = {
  K1: section('Best practices for designing and using partition keys effectively', 'bp-partition-key-design.html'),
  K2: section('Using write sharding to distribute workloads evenly', 'bp-partition-key-sharding.html'),
  K3: section('Key range throughput exceeded (hot partitions)', 'throttling-key-range-limit-exceeded-mitigation.html'),
  Q1: section('Best practices for querying and scanning data', 'bp-query-scan.html'),
  Q2: section('Scanning tables', 'Scan.html'),
  Q3: section('Paginating table query results', 'Query.Pagination.html'),
  Q4: section('PartiQL select statements', 'ql-reference.select.html'),
  E1: section('Error handling with DynamoDB', 'Programming.Errors.html'),
  E2: section('Retry behavior', 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html'),
  C1: section('Optimistic locking', 'BestPractices_OptimisticLocking.html'),
  C2: section('Handling concurrent updates', 'BestPractices_ImplementingVersionControl.html'),
  C3: section('Condition expressions', 'Expressions.ConditionExpressions.html'),
  C4: section('Read consistency', 'HowItWorks.ReadConsistency.html'),
  C5: section('Atomic counters', 'WorkingWithItems.html#WorkingWithItems.AtomicCounters'),
  G1: section('Using global secondary indexes', 'GSI.html'),
  G2: section('GSI write throttling and back pressure', 'gsi-throttling.html'),
  G3: section('Take advantage of sparse indexes', 'bp-indexes-general-sparse-indexes.html'),
  G4: section('Multi-attribute keys', 'GSI.DesignPattern.MultiAttributeKeys.html'),
  G5: section('General guidelines for secondary indexes', 'bp-indexes-general.html'),
  G6: section('Write sharding of global secondary indexes', 'bp-indexes-gsi-sharding.html'),
  G7: section('Using global secondary indexes to create an eventually consistent replica', 'bp-indexes-gsi-replica.html'),
  L1: section('Item collections in local secondary indexes', 'LSI.html#LSI.ItemCollections'),
  B1: section('Storing large items and attributes', 'bp-use-s3-too.html'),
  B2: section('Constraints in DynamoDB', 'Constraints.html'),
  B3: section('Using sort keys to organize data', 'bp-sort-keys.html'),
  T1: section('Computing Time to Live', 'time-to-live-ttl-before-you-start.html'),
  T2: section('Working with expired items', 'ttl-expired-items.html'),
  X1: section('Managing complex workflows with transactions', 'transaction-apis.html'),
  M1: section('Evaluate your table capacity mode', 'CostOptimization_TableCapacityMode.html'),
  M2: section('Evaluate your auto scaling settings', 'CostOptimization_AutoScalingSettings.html'),
  M3: section('Evaluate your table class', 'CostOptimization_TableClass.html'),
  M4: section('Identify your unused resources', 'CostOptimization_UnusedResources.html'),
  M6: section('Evaluate your Streams usage', 'CostOptimization_StreamsUsage.html'),
  M7: section('Evaluate your provisioned capacity', 'CostOptimization_RightSizedProvisioning.html'),
  D1: section('In-memory acceleration with DAX', 'DAX.html'),
  D2: section('Best practices for designing tables', 'bp-table-design.html'),
  D3: section('Deletion protection', 'WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection'),
  D4: section('Point-in-time recovery', 'PointInTimeRecovery.html'),
  S1: section('Change data capture for DynamoDB Streams', 'Streams.html'),
  S2: section('DynamoDB Streams and Lambda triggers', 'Streams.Lambda.html'),
  A1: section('UpdateItem', 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html'),
}
