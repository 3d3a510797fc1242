/** Definitions of tables that go with a copy: from what DescribeTable tells to what CreateTable takes. */
import { Refused } from '../../infrastructure/server/sender.ts'
import type { TableClient } from './copy-tables.ts'

export interface Described {
  readonly TableName: string
  readonly TableStatus?: string
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[]
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[]
  readonly BillingModeSummary?: { readonly BillingMode?: string }
  readonly ProvisionedThroughput?: Throughput
  readonly GlobalSecondaryIndexes?: readonly Index[]
  readonly LocalSecondaryIndexes?: readonly Index[]
  readonly StreamSpecification?: object
}

interface Throughput {
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

interface Index {
  readonly IndexName: string
  readonly KeySchema: object
  readonly Projection: object
  readonly ProvisionedThroughput?: Throughput
}

/** Undefined when there is no such table. */
export async function describe(client: TableClient, tableName: string): Promise<Described | undefined> {
  try {
    return (await client.ask<{ readonly Table: Described }>('DescribeTable', { TableName: tableName })).Table
  } catch (error) {
    if (error instanceof Refused && error.type === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** A CreateTable request, but for its name. */
export type TableDefinition = Pick<Described, 'KeySchema' | 'AttributeDefinitions'> & { readonly BillingMode?: string }

/** For a table like that one. */
export function definitionOf(described: Described): TableDefinition {
  const isOnDemand = described.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST'
  const index = ({ IndexName, KeySchema, Projection }: Index): object => ({ IndexName, KeySchema, Projection })
  const globals = described.GlobalSecondaryIndexes?.map((each) => ({
    ...index(each),
    ...(!isOnDemand && { ProvisionedThroughput: unitsOf(each.ProvisionedThroughput) }),
  }))
  return {
    KeySchema: described.KeySchema,
    AttributeDefinitions: described.AttributeDefinitions,
    BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...(!isOnDemand && { ProvisionedThroughput: unitsOf(described.ProvisionedThroughput) }),
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(described.LocalSecondaryIndexes && { LocalSecondaryIndexes: described.LocalSecondaryIndexes.map(index) }),
    ...(described.StreamSpecification && { StreamSpecification: described.StreamSpecification }),
  }
}

function unitsOf({ ReadCapacityUnits = 1, WriteCapacityUnits = 1 }: Throughput = {}): Throughput {
  return { ReadCapacityUnits, WriteCapacityUnits }
}
