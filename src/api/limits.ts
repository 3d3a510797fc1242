/**
 * Every quota, in one place, with its unit last in the name. Values: data-model.md §8 unless another source is named.
 */

// Requests and responses.
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
export const numberDigitsMax = 38
export const itemCollectionSizeBytesMax: number = 10 * 1024 * 1024 * 1024

// Expressions.
export const expressionSizeBytesMax = 4096
export const expressionOperatorsMax = 300
export const expressionInOperandsMax = 100
export const placeholderSizeBytesMax = 255
export const substitutionVariablesSizeBytesMax: number = 2 * 1024 * 1024

// PartiQL.
export const statementLengthMax = 8192
export const statementBatchMax = 25
export const statementTransactionMax = 100
export const statementInHashOperandsMax = 50
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
/** How much of all vector indexes is kept in memory between searches. */
export const vectorCacheBytesMax: number = 512 * 1024 * 1024
export const indexHashAttributesMax = 4
export const indexRangeAttributesMax = 4
export const nonKeyAttributesPerIndexMax = 20
export const nonKeyAttributesPerTableMax = 100
export const tableClassChangesPer30DaysMax = 2
export const encryptionChangesPerDayMax = 4
export const tagsMax = 50
/** [I] How many tags a page of ListTagsOfResource tells. */
export const tagsPageMax = 10
export const tagKeyLengthMax = 128
export const tagValueLengthMax = 256
export const resourcePolicySizeBytesMax: number = 20 * 1024
export const listTablesPageMax = 100

// Throughput.
export const partitionReadUnitsPerSecondMax = 3000
export const partitionWriteUnitsPerSecondMax = 1000
export const partitionSizeBytesMax: number = 10 * 1024 * 1024 * 1024
/** [I] Ours: so many partitions of a table or an index are told apart, then they are not split any more. */
export const partitionsPerTableMax = 1000
export const tableReadUnitsPerSecondMax = 40_000
export const tableWriteUnitsPerSecondMax = 40_000
export const accountReadUnitsPerSecondMax = 80_000
export const accountWriteUnitsPerSecondMax = 80_000
/** A single value above this is out of bounds rather than over a quota. */
export const provisionedUnitsMax: number = 10 ** 12
export const throughputDecreasesAtWillPerDayMax = 4
export const throughputDecreasesPerDayMax = 27
export const onDemandSwitchesPerDayMax = 4

// What is remembered of traffic. [I] Ours alone: AWS tells none of it.
/** Tables and indexes whose heat is kept: the ones used last. */
export const heatSpacesMax = 128
export const heatMinutesMax = 120
/** What the names of heavy keys take in one sketch. */
export const keyNamesBytesMax: number = 64 * 1024
export const hotKeysMax = 50
/** Of the units, or of the refused events, that a hot key stands for. */
export const hotKeyShareMin = 0.01
export const accessPatternsMax = 2000
/** Of each of the texts that say what a pattern asks for. */
export const accessPatternTextLengthMax = 1000
/** Kinds of members that a batch or a transaction is told by. */
export const accessPatternMembersMax = 10
/** Texts of clients by which patterns are found again without being printed, in letters. */
export const rawFormsLettersMax = 4_000_000
/** What a request is found by has at most so many parts: who writes more is counted with all others who do. */
export const rawFormPartsMax = 200

/** From the developer guide's best practices for the control plane. */
export const controlPlaneRequestsPerSecondMax = 2500

// Time to live.
export const timeToLiveChangeIntervalMs: number = 60 * 60 * 1000
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
/** [I] How far the control endpoint divides a stream. */
export const openShardsMax = 1000
export const shardReadersMax = 2

// Backups, exports, imports.
export const recoveryPeriodDaysMax = 35
export const exportsAtOnceMax = 300
export const exportWindowMsMin: number = 15 * 60 * 1000
export const exportWindowMsMax: number = 24 * 60 * 60 * 1000
export const importsAtOnceMax = 50
export const importObjectsMax = 50_000
export const replicasOfStrongTableMax = 3

// The control endpoint.
/** The most that one partition can be set to do in a second. */
export const partitionUnitsMax = 1_000_000
/** The most of anything that can be asked to happen so many times. */
export const settableCountMax = 1_000_000
export const controlBodyBytesMax: number = 64 * 1024
/** The longest delay or lag that can be set: a day. */
export const settableDelayMsMax: number = 24 * 60 * 60 * 1000
/** The clock can be set from 1970 to the end of the year 9999. */
export const settableTimeMsMax: number = Date.UTC(10_000, 0) - 1

// Metrics.
/** How long points of a minute are kept (CloudWatch: 15 days). */
export const metricPointAgeMsMax: number = 15 * 24 * 60 * 60 * 1000
/** [I] How many series are kept, of all metrics, tables and operations together. */
export const metricSeriesMax = 20_000
/** How many minutes of a series wait to be stored when storing fails. */
export const metricWaitingMinutesMax = 60
