/** What a table is to be, whatever file said it: what CreateTable takes, and what is set once it is there. */
import type { Place } from '../documents/tree.ts'

export interface KeyElement {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}

export interface AttributeDefinition {
  readonly AttributeName: string
  readonly AttributeType: string
}

export interface Units {
  readonly ReadCapacityUnits: number
  readonly WriteCapacityUnits: number
}

export interface Requests {
  readonly MaxReadRequestUnits?: number
  readonly MaxWriteRequestUnits?: number
}

export interface Warm {
  readonly ReadUnitsPerSecond?: number
  readonly WriteUnitsPerSecond?: number
}

export interface IndexInput {
  readonly IndexName: string
  readonly KeySchema: readonly KeyElement[]
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] }
  readonly ProvisionedThroughput?: Units
  readonly OnDemandThroughput?: Requests
  readonly WarmThroughput?: Warm
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export interface StreamInput {
  readonly StreamEnabled: boolean
  readonly StreamViewType?: string
}

export interface EncryptionInput {
  readonly Enabled?: boolean
  readonly SSEType?: string
  readonly KMSMasterKeyId?: string
}

/** Of the shape CreateTableInput. */
export interface TableInput {
  readonly TableName: string
  readonly KeySchema: readonly KeyElement[]
  readonly AttributeDefinitions: readonly AttributeDefinition[]
  readonly BillingMode?: string
  readonly ProvisionedThroughput?: Units
  readonly OnDemandThroughput?: Requests
  readonly WarmThroughput?: Warm
  readonly GlobalSecondaryIndexes?: readonly IndexInput[]
  readonly LocalSecondaryIndexes?: readonly IndexInput[]
  readonly VectorIndexes?: readonly { readonly IndexName: string }[]
  readonly StreamSpecification?: StreamInput
  readonly SSESpecification?: EncryptionInput
  /** Left out: those that are there stay. */
  readonly Tags?: readonly Tag[]
  readonly TableClass?: string
  readonly DeletionProtectionEnabled?: boolean
  readonly ResourcePolicy?: string
}

/** What stands beside CreateTable. Whatever is left out stays as it is. */
export interface TableSpec {
  /** As the file calls it. */
  readonly id: string
  readonly place: Place
  readonly input: TableInput
  /** The file gives it none. */
  readonly isNameMade: boolean
  readonly ttl?: { readonly Enabled: boolean; readonly AttributeName?: string }
  readonly recovery?: { readonly PointInTimeRecoveryEnabled: boolean; readonly RecoveryPeriodInDays?: number }
  /** `null`: none. */
  readonly policy?: string | null
  readonly streamPolicy?: string | null
  readonly scaling: readonly ScalingSpec[]
  readonly seeds: readonly Seed[]
  /** A policy says that it stays when the file no longer has it, or when it is replaced. */
  readonly isRetained: boolean
}

/** Capacity that follows the load: a scalable target and what moves it. */
export interface ScalingSpec {
  /** Undefined: the table itself. */
  readonly indexName?: string
  readonly kind: 'Read' | 'Write'
  readonly min: number
  readonly max: number
  readonly policies: readonly {
    readonly name: string
    readonly configuration: { readonly [name: string]: unknown }
  }[]
  readonly schedules: readonly { readonly [name: string]: unknown }[]
}

/** Items that a file brings with it, in DynamoDB JSON. */
export interface Seed {
  readonly place: Place
  readonly items: readonly { readonly [name: string]: unknown }[]
}

/** Something that a file says and that is not done. */
export interface Note {
  readonly place: Place
  /** `Orders.KinesisStreamSpecification`. */
  readonly subject: string
  readonly reason: string
  /** Whether it makes of the whole something done in part. */
  readonly isPart: boolean
}

/** A table that cannot be made of what the file says. */
export interface Refusal {
  readonly id: string
  readonly place: Place
  readonly reason: string
}

/** What was read of all files. */
export interface Reading {
  readonly tables: readonly TableSpec[]
  readonly refused: readonly Refusal[]
  /** Resources that are left out, as the file wants it. */
  readonly skipped: readonly Refusal[]
  readonly notes: readonly Note[]
  /** Resources that are no tables, by kind. */
  readonly others: ReadonlyMap<string, number>
  /** What functions have in their environment, as far as it is known. */
  readonly variables: ReadonlyMap<string, string>
}
