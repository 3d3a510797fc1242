/**
 * What AWS lets requests, items, tables and throughput of DynamoDB be: every quota, in one place, with its unit last in the name.
 * Values: data-model.md §8 unless another source is named. Ours stand in the limits file of their floor; the few below are of this one.
 */

// Requests and responses.
/** How long a client may remember the answer of DescribeEndpoints (operations.md §5.6). */
export const endpointCacheMinutes = 1440
export const requestBodyBytesMax: number = 16 * 1024 * 1024
export const responseBytesMax: number = 16 * 1024 * 1024
/** Query and Scan stop after evaluating this much. */
export const pageSizeBytesMax = 1_048_576
export const batchGetKeysMax = 100
export const batchWriteRequestsMax = 25
export const transactionActionsMax = 100
export const transactionSizeBytesMax: number = 4 * 1024 * 1024
export const clientRequestTokenLengthMax = 36
export const clientRequestTokenAgeMsMax: number = 10 * 60 * 1000
export const scanSegmentsMax = 1_000_000
export const validationErrorsMax = 10

// Items and attribute values.
export const itemSizeBytesMax = 409_600
export const keyHashBytesMax = 2048
export const keyRangeBytesMax = 1024
export const attributeNameBytesMax = 65_535
/** Of an attribute that is a key of a table or an index (data-model.md §3). */
export const keyAttributeNameBytesMax = 255
/** An attribute value at the top of an item is level 1 (data-model.md §6). */
export const nestingLevelsMax = 32
/** What an expression of a transaction may compare with; nothing of it can be stored (data-model.md §6). */
export const transactionValueLevelsMax = 33
/** Of a number ±0.DIGITS × 10^point: 38 digits, from 1E-130 to 9.99…E+125 (data-model.md §2). */
export const numberDigitsMax = 38
export const numberPointMin = -129
export const numberPointMax = 126
export const itemCollectionSizeBytesMax: number = 10 * 1024 * 1024 * 1024

// Expressions.
export const expressionSizeBytesMax = 4096
export const expressionOperatorsMax = 300
export const expressionInOperandsMax = 100
/** Names and indexes of a document path (expressions.md §4), and the index that is as large as Java's can be [I]. */
export const pathElementsMax = 32
export const pathIndexMax: number = 2 ** 31 - 1
export const placeholderSizeBytesMax = 255
export const substitutionVariablesSizeBytesMax: number = 2 * 1024 * 1024

// PartiQL.
export const statementLengthMax = 8192
export const statementBatchMax = 25
export const statementTransactionMax = 100
export const decomposedReadsMax = 50
export const statementInOperandsMax = 100

// Tables and indexes.
export const tableNameLengthMin = 3
export const tableNameLengthMax = 255
export const tableArnLengthMax = 1024
export const regionNameLengthMax = 32
export const tablesMax = 2500
export const tableChangesAtOnceMax = 500
export const tableChangesWithIndexesAtOnceMax = 250
export const restoresAtOnceMax = 50
export const localIndexesMax = 5
export const globalIndexesMax = 20
export const vectorIndexesMax = 5
export const vectorDimensionsMax = 4096
export const vectorMatchesMax = 100
/** [I] A quota is documented, its value is not. */
export const vectorInlineFiltersMax = 10
export const indexHashAttributesMax = 4
export const indexRangeAttributesMax = 4
export const nonKeyAttributesPerIndexMax = 20
export const nonKeyAttributesPerTableMax = 100
export const tableClassChangesPer30DaysMax = 2
export const encryptionChangesPerDayMax = 4
/** Without a change, before each that is more than those of a day. */
export const encryptionChangeIntervalSeconds = 21_600
/** Measured (api-quirks DDB-TABLE-003). */
export const deletionProtectionIntervalMs = 15_000
export const tagsMax = 50
export const tagKeyLengthMax = 128
export const tagValueLengthMax = 256
export const resourcePolicySizeBytesMax: number = 20 * 1024
export const listTablesPageMax = 100

// Throughput.
/** What one unit reads or writes (capacity.md §1), and the least that a write to a vector index is charged (capacity.md §3). */
export const readUnitBytes = 4096
export const writeUnitBytes = 1024
export const vectorWriteBytesMin = 1024
export const partitionReadUnitsPerSecondMax = 3000
export const partitionWriteUnitsPerSecondMax = 1000
export const partitionSizeBytesMax: number = 10 * 1024 * 1024 * 1024
export const tableReadUnitsPerSecondMax = 40_000
export const tableWriteUnitsPerSecondMax = 40_000
export const accountReadUnitsPerSecondMax = 80_000
export const accountWriteUnitsPerSecondMax = 80_000
/** A single value above this is out of bounds rather than over a quota. */
export const provisionedUnitsMax: number = 10 ** 12
export const throughputDecreasesAtWillPerDayMax = 4
export const throughputDecreasesPerDayMax = 27
export const onDemandSwitchesPerDayMax = 4

/** Unused capacity is kept for so long (capacity.md §7.2). */
export const burstSecondsMax = 300
/** On demand, more than twice the peak that is so old may be throttled (capacity.md §7.3). */
export const peakMaturesAfterMinutes = 30
/** What every on-demand table or index can serve at once (capacity.md §7.4). */
export const onDemandWarmThroughput = { readUnits: 12_000, writeUnits: 4_000 } as const
/** Which takes so many partitions (capacity.md §7.1). */
export const onDemandPartitionsMin = 4

/** From the developer guide's best practices for the control plane. */
export const controlPlaneRequestsPerSecondMax = 2500

// Time to live.
/** Measured: refused after 1,811 seconds and done after 1,872 (api-quirks DDB-TABLE-143). */
export const timeToLiveChangeIntervalMs: number = 31 * 60 * 1000
/** [I] Five years of 365 days: what expired before is left alone. */
export const expiryAgeSecondsMax: number = 5 * 365 * 24 * 60 * 60

// Streams.
export const streamRecordAgeMsMax: number = 24 * 60 * 60 * 1000
export const streamPageRecordsMax = 1000
export const streamPageSizeBytesMax: number = 1024 * 1024
export const shardIteratorAgeMsMax: number = 15 * 60 * 1000
export const streamsPageMax = 100
/** How long a shard takes records, about (indexes-streams-ttl-transactions.md §5). */
export const shardAgeMsMax: number = 4 * 60 * 60 * 1000
export const shardReadersMax = 2

// Backups, exports, imports.
/** Of a page, and what a page has if nothing is said. */
export const backupsListedMax = 100
/** ListContributorInsights. */
export const contributorInsightsListedMax = 100
export const recoveryPeriodDaysMax = 35
/** How far LatestRestorableDateTime is behind now. */
export const recoveryLagMs: number = 5 * 60 * 1000
export const exportsAtOnceMax = 300
/** Exports, imports and bulk operations are told for so long, and their client tokens remembered (backup-export-import.md §5.1). */
export const transferAgeDaysMax = 90
export const transferTokenAgeMsMax: number = 8 * 60 * 60 * 1000
/** Of a page, and what a page has if nothing is said. */
export const transfersListedMax = 25
/** [I] AWS tells that there are quotas, and what a page has if nothing is said. */
export const bulkOperationsAtOnceMax = 50
export const bulkOperationsListedDefault = 10
export const bulkOperationsListedMax = 100
/** An incremental export is billed as at least so much. */
export const incrementalExportBytesMin: number = 10 * 1024 * 1024
export const exportWindowMsMin: number = 15 * 60 * 1000
export const exportWindowMsMax: number = 24 * 60 * 60 * 1000
export const importsAtOnceMax = 50
export const importObjectsMax = 50_000
export const replicasOfStrongTableMax = 3
/** The sets of Regions in one of which all members of a global table with strong consistency are (global-tables-and-kinesis.md §1). */
export const strongRegionSets: readonly (readonly string[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
]
/** How long a replica from which another was made is not deleted (Terraform and CDK quote the refusal). */
export const replicaSourceKeptMs: number = 24 * 60 * 60 * 1000

// Bodies, as AWS reads and prints them.
/** AWS checks a body of about 62 attribute values inside each other with its older layer; each is two levels of JSON (errors.md §4.3). */
export const deepBodyLevelsMax = 126

// Ours, on this floor. [I]
/**
 * Attribute values inside attribute values are made regular down to this level and left alone below it, so that no body can exhaust the
 * stack. The values floor refuses them for their depth before it looks at what they hold.
 */
export const conformedValueLevelsMax = 40
/** AWS prints values whole in its messages, however long; nobody reads beyond this. */
export const printedLengthMax = 65_536
/** What is nested deeper is printed as `...`: every value must be printable without exhausting the stack. */
export const printedLevelsMax = 64
