/** A table as a server has it, with all that stands beside it. */
import { readyLooksMax, readyWaitMs } from '../limits.ts'
import type { EncryptionInput, IndexInput, Requests, StreamInput, TableInput, TableSpec, Tag, Units, Warm } from '../tables/table-spec.ts'
import { type Answer, askUnless, type Sender } from './sender.ts'

export interface DescribedIndex extends IndexInput {
  readonly IndexStatus?: string
}

/** The members of a TableDescription that are compared. */
export interface Described extends Pick<TableInput, 'TableName' | 'KeySchema' | 'AttributeDefinitions' | 'LocalSecondaryIndexes'> {
  readonly TableStatus?: string
  readonly TableArn: string
  readonly BillingModeSummary?: { readonly BillingMode?: string }
  readonly ProvisionedThroughput?: Units
  readonly OnDemandThroughput?: Requests
  readonly WarmThroughput?: Warm
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[]
  readonly StreamSpecification?: StreamInput
  readonly LatestStreamArn?: string
  readonly SSEDescription?: { readonly Status?: string; readonly KMSMasterKeyArn?: string } & EncryptionInput
  readonly TableClassSummary?: { readonly TableClass?: string }
  readonly DeletionProtectionEnabled?: boolean
  readonly VectorIndexes?: readonly { readonly IndexName: string }[]
}

export interface CurrentTable {
  readonly table: Described
  readonly ttl: { readonly Enabled: boolean; readonly AttributeName?: string }
  readonly recovery: { readonly PointInTimeRecoveryEnabled: boolean; readonly RecoveryPeriodInDays?: number }
  readonly tags: readonly Tag[]
  readonly policy: string | null
  readonly streamPolicy: string | null
  readonly scaling: readonly CurrentScaling[]
}

export interface CurrentScaling {
  readonly resourceId: string
  readonly dimension: string
  readonly min: number
  readonly max: number
  readonly policies: ReadonlyMap<string, Answer>
}

export async function describeTable(sender: Sender, tableName: string): Promise<Described | undefined> {
  const answer = await askUnless(sender, ['ResourceNotFoundException'], 'dynamodb', 'DescribeTable', { TableName: tableName })
  return answer?.['Table'] as Described | undefined
}

/** Undefined when there is no such table. What the spec says nothing of is not asked for. */
export async function currentTable(sender: Sender, spec: TableSpec): Promise<CurrentTable | undefined> {
  const table = await describeTable(sender, spec.input.TableName)
  if (table === undefined || table.TableStatus === 'DELETING') return undefined
  const { TableName, TableArn, LatestStreamArn, StreamSpecification } = { ...table, TableName: table.TableName }
  const streamArn = StreamSpecification?.StreamEnabled === true ? LatestStreamArn : undefined
  return {
    table,
    ttl: spec.ttl === undefined ? { Enabled: false } : await ttlOf(sender, TableName),
    recovery: spec.recovery === undefined ? { PointInTimeRecoveryEnabled: false } : await recoveryOf(sender, TableName),
    tags: spec.input.Tags === undefined ? [] : await tagsOf(sender, TableArn),
    policy: spec.policy === undefined ? null : await policyOf(sender, TableArn),
    streamPolicy: spec.streamPolicy === undefined || streamArn === undefined ? null : await policyOf(sender, streamArn),
    scaling: spec.scaling.length === 0 ? [] : await scalingOf(sender, TableName),
  }
}

/** The description, once it and its indexes are ACTIVE. Rejects when they are not after ten minutes, or the table is gone. */
export async function whenReady(sender: Sender, tableName: string): Promise<Described> {
  for (let looks = 0; looks < readyLooksMax; looks += 1) {
    const table = await describeTable(sender, tableName)
    if (table === undefined) throw new Error(`${tableName} is gone.`)
    const isReady = table.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === undefined || IndexStatus === 'ACTIVE') ?? true
    if (table.TableStatus === 'ACTIVE' && isReady) return table
    await sender.wait(readyWaitMs)
  }
  throw new Error(`${tableName} is not ready after ten minutes.`)
}

export async function whenGone(sender: Sender, tableName: string): Promise<void> {
  for (let looks = 0; looks < readyLooksMax; looks += 1) {
    if ((await describeTable(sender, tableName)) === undefined) return
    await sender.wait(readyWaitMs)
  }
  throw new Error(`${tableName} is not gone after ten minutes.`)
}

async function ttlOf(sender: Sender, TableName: string): Promise<CurrentTable['ttl']> {
  const { TimeToLiveDescription: told = {} } = (await sender.ask('dynamodb', 'DescribeTimeToLive', { TableName })) as {
    readonly TimeToLiveDescription?: { readonly TimeToLiveStatus?: string; readonly AttributeName?: string }
  }
  const { TimeToLiveStatus: status, AttributeName } = told
  return { Enabled: status === 'ENABLED' || status === 'ENABLING', ...(AttributeName !== undefined && { AttributeName }) }
}

async function recoveryOf(sender: Sender, TableName: string): Promise<CurrentTable['recovery']> {
  const { ContinuousBackupsDescription: told } = (await sender.ask('dynamodb', 'DescribeContinuousBackups', { TableName })) as {
    readonly ContinuousBackupsDescription?: {
      readonly PointInTimeRecoveryDescription?: { readonly PointInTimeRecoveryStatus?: string; readonly RecoveryPeriodInDays?: number }
    }
  }
  const { PointInTimeRecoveryStatus: status, RecoveryPeriodInDays } = told?.PointInTimeRecoveryDescription ?? {}
  return { PointInTimeRecoveryEnabled: status === 'ENABLED', ...(RecoveryPeriodInDays !== undefined && { RecoveryPeriodInDays }) }
}

async function tagsOf(sender: Sender, ResourceArn: string): Promise<readonly Tag[]> {
  const tags: Tag[] = []
  let NextToken: unknown
  do {
    const page: Answer = await sender.ask('dynamodb', 'ListTagsOfResource', { ResourceArn, ...(NextToken !== undefined && { NextToken }) })
    tags.push(...((page['Tags'] ?? []) as readonly Tag[]))
    NextToken = page['NextToken']
  } while (NextToken !== undefined)
  // Those of AWS itself are nobody's to take away.
  return tags.filter(({ Key }) => !Key.startsWith('aws:'))
}

async function policyOf(sender: Sender, ResourceArn: string): Promise<string | null> {
  const answer = await askUnless(sender, ['PolicyNotFoundException'], 'dynamodb', 'GetResourcePolicy', { ResourceArn })
  return (answer?.['Policy'] as string | undefined) ?? null
}

async function scalingOf(sender: Sender, tableName: string): Promise<readonly CurrentScaling[]> {
  const isOfTable = (resourceId: string): boolean => resourceId === `table/${tableName}` || resourceId.startsWith(`table/${tableName}/`)
  const targets = (await allOf(sender, 'DescribeScalableTargets', 'ScalableTargets')) as readonly Target[]
  const policies = (await allOf(sender, 'DescribeScalingPolicies', 'ScalingPolicies')) as readonly Policy[]
  return targets
    .filter(({ ResourceId }) => isOfTable(ResourceId))
    .map(({ ResourceId: resourceId, ScalableDimension: dimension, MinCapacity: min, MaxCapacity: max }) => ({
      resourceId,
      dimension,
      min,
      max,
      policies: new Map(
        policies
          .filter((each) => each.ResourceId === resourceId && each.ScalableDimension === dimension)
          .map((each) => [each.PolicyName, each.TargetTrackingScalingPolicyConfiguration ?? {}]),
      ),
    }))
}

interface Target {
  readonly ResourceId: string
  readonly ScalableDimension: string
  readonly MinCapacity: number
  readonly MaxCapacity: number
}

interface Policy {
  readonly ResourceId: string
  readonly ScalableDimension: string
  readonly PolicyName: string
  readonly TargetTrackingScalingPolicyConfiguration?: Answer
}

async function allOf(sender: Sender, operation: string, member: string): Promise<readonly unknown[]> {
  const all: unknown[] = []
  let NextToken: unknown
  do {
    const page: Answer = await sender.ask('scaling', operation, {
      ServiceNamespace: 'dynamodb',
      ...(NextToken !== undefined && { NextToken }),
    })
    all.push(...((page[member] ?? []) as readonly unknown[]))
    NextToken = page['NextToken']
  } while (NextToken !== undefined)
  return all
}
