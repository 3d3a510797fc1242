/**
 * What a table is, as plain immutable data: everything CreateTable said, and what has become of the table since. Everybody
 * above the store decides on these values; only `changeTables` replaces them.
 */
import { setOwn } from '../../base/own.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type ScalarType } from '../../values/attribute-value.ts'
import type { ContributorInsights } from './contributor-insights.ts'
import type { History } from './history.ts'
import type { KinesisDestination } from './kinesis-destination.ts'
import type { Replication } from './replication.ts'
import type { Restore } from './restore.ts'

/** What a client defines. The rest of a Table is ours. */
export interface TableDefinition {
  readonly name: string
  /** The attributes of all keys, sorted by name. */
  readonly attributes: readonly KeyAttribute[]
  /** One hash attribute, at most one range attribute. */
  readonly key: KeySchema
  /** Global ones in the request's order, then local ones in theirs: the order in which write errors name them. */
  readonly indexes: readonly SecondaryIndex[]
  readonly vectorIndexes: readonly VectorIndex[]
  readonly billingMode: BillingMode
  /** Present with billing mode PROVISIONED and only then. */
  readonly provisioned?: Throughput
  readonly onDemandMaxima?: OnDemandMaxima
  readonly warm: Throughput
  readonly stream?: StreamSetting
  readonly encryption?: EncryptionSetting
  readonly tableClass: TableClass
  /** CreateTable named the class: it is shown although it never changed. */
  readonly namesTableClass?: true
  readonly deletionProtection: boolean
  readonly tags: readonly Tag[]
}

/** What a resource says of who may use it. */
export interface AttachedPolicy {
  /** As it was put. */
  readonly text: string
  /** Another one for each document. */
  readonly revisionId: string
  /** Whom the ARNs in it mean (policies/bound-principals.ts). */
  readonly boundIds?: { readonly [arn: string]: string }
}

export interface Table extends TableDefinition {
  /** 1 or more, never used again; names the table in store keys. */
  readonly tableId: number
  /** TableId on the wire. */
  readonly uuid: string
  readonly status: TableStatus
  /** When a transient status ends, and when it began, in milliseconds since the epoch. */
  readonly statusDueMs?: number
  readonly statusSinceMs?: number
  /** Why the table is UPDATING. */
  readonly update?: TableUpdate
  /** What goes on while the table keeps its status. */
  readonly running?: readonly RunningChange[]
  readonly creationMs: number
  readonly policy?: AttachedPolicy
  /** When the table last became PAY_PER_REQUEST, if ever. */
  readonly onDemandSinceMs?: number
  /** Names the table's latest stream; stays when the stream is disabled. */
  readonly streamLabel?: string
  /** What applies when its update has ended; until then the old throughput stays in force (capacity.md §7.5). */
  readonly upcoming?: UpcomingThroughput
  readonly upcomingTableClass?: TableClass
  /** What the table is encrypted with when that has changed. */
  readonly upcomingEncryption?: { readonly to?: EncryptionSetting }
  readonly throughputHistory?: ThroughputHistory
  /** When the table class last changed, if ever. */
  readonly tableClassSinceMs?: number
  /** When settings with a limit on their changes were changed lately. */
  readonly recentChanges?: RecentChanges
  /** Expiry by an attribute; stays, disabled, while something of it must be remembered. */
  readonly timeToLive?: TimeToLive
  /** What it keeps of its past, once something of it was wanted. */
  readonly history?: History
  /** Of a table that was made from another. */
  readonly restore?: Restore
  /** Of the import that fills it, until all is there. */
  readonly importId?: string
  /** Of one that infrastructure code made. */
  readonly origin?: TableOrigin
  /** It holds the rows of the view of its name (views/). */
  readonly isView?: true
  /** Of one that is a replica of a global table, or was lately. */
  readonly replication?: Replication
  /** Of deleted indexes whose data is still to be swept: not free yet (jobs/sweep-deleted-indexes.ts). */
  readonly retiredIndexIds?: readonly number[]
  /** That of the index which was added last. */
  readonly lastIndexId?: number
  /** Where its changes are kept for those who take them on (outboxes/). */
  readonly outboxes?: readonly Outbox[]
  /** Of dropped outboxes whose changes are still to be swept (jobs/sweep-dropped-outboxes.ts). */
  readonly droppedOutboxIds?: readonly number[]
  /** In the order in which they were first enabled. */
  readonly kinesisDestinations?: readonly KinesisDestination[]
  /** Of the table and of its global indexes, by their ids; those that were ever wanted. */
  readonly insights?: readonly ContributorInsights[]
}

/** A log of the changes of a table for one destination. */
export interface Outbox {
  /** Never given twice, in no table. */
  readonly outboxId: number
  /** Whom it is for: unique in its table, and a label of its figures. */
  readonly destination: string
  /** No change is appended any more; those that are there are still to be taken on. */
  readonly isClosed?: true
}

/** By which an import of infrastructure code finds the tables again that it has made. */
export interface TableOrigin {
  /** The stack, or the files. */
  readonly source: string
  /** What the file calls it. */
  readonly id: string
  /** The file says that it stays when the file has it no more. */
  readonly isRetained: boolean
}

type TableStatus = 'CREATING' | 'UPDATING' | 'ACTIVE' | 'DELETING'
export type IndexStatus = TableStatus
/** What an UpdateTable is about that makes the table UPDATING; the first of these that it changes. */
export type TableUpdate = 'billingMode' | 'throughput' | 'stream' | 'tableClass' | 'indexes' | 'replicas'
export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST'
export type TableClass = 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS'
type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'
type DistanceFunction = 'COSINE' | 'EUCLIDEAN' | 'DOT_PRODUCT'

export interface KeyAttribute {
  readonly name: string
  readonly type: ScalarType
}

export interface KeySchema {
  readonly hash: readonly KeyAttribute[]
  readonly range: readonly KeyAttribute[]
}

export interface Projection {
  readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  /** Without duplicates, sorted by name. Empty unless the type is INCLUDE. */
  readonly nonKeyAttributes: readonly string[]
}

/** Capacity units, or request units per second. */
export interface Throughput {
  readonly readUnits: number
  readonly writeUnits: number
}

/** A change beside the status of the table, of which only the description of what changes tells. */
export interface RunningChange {
  /** `index` is the throughput of a global index, which is UPDATING meanwhile. */
  readonly kind: 'encryption' | 'warmThroughput' | 'index'
  /** 0 for the table itself. */
  readonly indexId: number
  /** When it ends, and when it began, in milliseconds since the epoch. */
  readonly dueMs: number
  readonly sinceMs: number
}

export interface UpcomingThroughput {
  readonly provisioned?: Throughput
  readonly warm?: Throughput
}

/** What became of provisioned throughput; times in milliseconds since the epoch. */
export interface ThroughputHistory {
  readonly lastIncreaseMs?: number
  readonly lastDecreaseMs?: number
  /** On the UTC day of the last decrease. */
  readonly decreases?: number
}

/** Times in milliseconds since the epoch, ascending; those too old to count may be missing. */
export interface RecentChanges {
  readonly toOnDemandMs?: readonly number[]
  readonly tableClassMs?: readonly number[]
  readonly encryptionMs?: readonly number[]
  /** The last one alone. */
  readonly deletionProtectionMs?: number
}

export interface TimeToLive {
  /** A top-level attribute: when the item expires, in seconds since the epoch. */
  readonly attributeName: string
  /** Whether it was last asked to be on. */
  readonly enabled: boolean
  /** When it was last enabled or disabled. Times in milliseconds since the epoch. */
  readonly changedMs?: number
  /** When ENABLING or DISABLING ends. */
  readonly statusDueMs?: number
  /** What is still to be done with the expiry order: its entries for older items written, or all deleted (jobs/build-expiry-orders.ts). */
  readonly orderWork?: 'fill' | 'clear'
}

/** Ceilings in request units per second; an absent one is no ceiling. */
export interface OnDemandMaxima {
  readonly readUnitsMax?: number
  readonly writeUnitsMax?: number
}

export type SecondaryIndex = GlobalIndex | LocalIndex

interface IndexBase {
  /** 1 to 254, unique within the table (vector indexes included); names the index in store keys. */
  readonly indexId: number
  readonly name: string
  readonly key: KeySchema
  readonly projection: Projection
  readonly status: IndexStatus
  /** Present while an index added to an existing table is CREATING: false while it is allocated, then true. */
  readonly backfilling?: boolean
  /** An added index does not become ACTIVE before this, and waits for it since then, in milliseconds since the epoch. */
  readonly activeFromMs?: number
  readonly activeSinceMs?: number
}

export interface GlobalIndex extends IndexBase {
  readonly kind: 'global'
  /** Its changes wait in a queue, because it lags or because earlier ones still wait (changes/index-queue.ts). */
  readonly isQueued?: true
  readonly provisioned?: Throughput
  readonly onDemandMaxima?: OnDemandMaxima
  readonly warm: Throughput
  readonly upcoming?: UpcomingThroughput
  readonly throughputHistory?: ThroughputHistory
}

/** Shares the table's throughput, hash attribute and partitions. */
export interface LocalIndex extends IndexBase {
  readonly kind: 'local'
}

export interface VectorIndex {
  readonly indexId: number
  readonly name: string
  readonly vectorAttribute: string
  /** How many numbers a vector has: 1 to 4096. */
  readonly dimensions: number
  readonly distance: DistanceFunction
  readonly projection: Projection
  /** In the request's order. */
  readonly searchSchema: readonly SearchAttribute[]
  readonly status: IndexStatus
  readonly backfilling?: boolean
  readonly activeFromMs?: number
  readonly activeSinceMs?: number
}

interface SearchAttribute extends KeyAttribute {
  readonly role: 'HASH' | 'INLINE_FILTER'
}

/** Only an enabled stream has a setting; see `Table.streamLabel`. */
export interface StreamSetting {
  readonly viewType: StreamViewType
}

/** Encryption with a KMS key; without a `keyId` with the one AWS manages. */
export interface EncryptionSetting {
  readonly keyId?: string
}

export interface Tag {
  readonly key: string
  readonly value: string
}

/** Indexes of all kinds. */
export function allIndexes(table: TableDefinition): readonly (SecondaryIndex | VectorIndex)[] {
  return [...table.indexes, ...table.vectorIndexes]
}

/**
 * The index as it is now, of the table under its name now; undefined when table or index are others, or gone. Ids of indexes are
 * used again last of all (operations/tables/definition/change-indexes.ts), so the id tells whether it is the same.
 */
export function sameIndex(
  latest: Table | undefined,
  { tableId }: Pick<Table, 'tableId'>,
  { indexId }: { readonly indexId: number },
): SecondaryIndex | VectorIndex | undefined {
  return latest?.tableId === tableId ? allIndexes(latest).find((index) => index.indexId === indexId) : undefined
}

/** True while an index is being built: the table cannot be deleted then (operations.md §5.3). */
export function hasIndexInCreation(table: TableDefinition): boolean {
  return allIndexes(table).some((index) => index.status === 'CREATING')
}

/** All attributes of a key, the partition key's first. */
export function attributesOfKey({ hash, range }: KeySchema): readonly KeyAttribute[] {
  return [...hash, ...range]
}

/** Those of these attributes that are of the key. */
export function keyAttributesIn(key: KeySchema, attributes: AttributeMap): { readonly [name: string]: AttributeValue } {
  const found: Record<string, AttributeValue> = {}
  for (const { name } of attributesOfKey(key)) {
    const value = attributeOf(attributes, name)
    if (value !== undefined) setOwn(found, name, value)
  }
  return found
}
