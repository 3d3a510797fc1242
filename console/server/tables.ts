/** What tables are there, and what is known of one: asked for once for all that show it. */
import type { TableStatistics } from '../../src/server/control/table-statistics.ts'
import { slowPollMs } from '../limits.ts'
import { call, control } from './ask.ts'
import { type Polled, usePolled } from './polled.ts'

export interface KeyElement {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}

export interface IndexDescription {
  readonly IndexName: string
  readonly IndexStatus?: string
  readonly KeySchema: readonly KeyElement[]
  readonly Projection: { readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; readonly NonKeyAttributes?: readonly string[] }
  readonly ItemCount?: number
  readonly IndexSizeBytes?: number
}

export interface Units {
  readonly ReadCapacityUnits: number
  readonly WriteCapacityUnits: number
}

/** DescribeTable's, as far as the page goes by it. */
export interface TableDescription {
  readonly TableName: string
  readonly TableArn: string
  readonly TableStatus: string
  readonly KeySchema: readonly KeyElement[]
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[]
  readonly BillingModeSummary?: { readonly BillingMode: string }
  readonly ProvisionedThroughput?: Units
  readonly TableClassSummary?: { readonly TableClass: string }
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType?: string }
  readonly LatestStreamArn?: string
  readonly DeletionProtectionEnabled?: boolean
  readonly ItemCount: number
  readonly TableSizeBytes: number
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[]
  readonly LocalSecondaryIndexes?: readonly IndexDescription[]
  readonly CreationDateTime: number
}

export function useTables(everyMs: number): Polled<readonly TableStatistics[]> {
  return usePolled(
    'tables',
    everyMs,
    async (signal) => (await control<{ tables: readonly TableStatistics[] }>('GET', 'tables', {}, signal)).tables,
  )
}

export function useTable(name: string): Polled<TableDescription> {
  return usePolled(`table ${name}`, slowPollMs, (signal) => describeTable(name, signal))
}

async function describeTable(TableName: string, signal?: AbortSignal): Promise<TableDescription> {
  const { Table } = await call<{ Table: TableDescription }>('DescribeTable', { TableName }, undefined, signal)
  return Table
}

export function indexesOf(table: TableDescription): readonly IndexDescription[] {
  return [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]
}

export function keyNames(schema: readonly KeyElement[]): readonly string[] {
  return schema.map(({ AttributeName }) => AttributeName)
}

export function isOnDemand({ BillingModeSummary }: TableDescription): boolean {
  return BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST'
}
