/** What a request must be allowed: an action on a resource, with the condition keys that the request gives (iam-dynamodb-actions.md). */
import { indexArn, partitionOf, tableArn, tableNameOf } from '../../api/table-name.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'

/** As policies name it: `dynamodb:GetItem`. */
export function actionOf({ service, action }: Pick<AccessNeed, 'service' | 'action'>): string {
  return `${service ?? 'dynamodb'}:${action}`
}

/** What needs are found by. */
export type AccessHome = Pick<MeteredEngine, 'account' | 'region' | 'catalog'>

export interface AccessNeed {
  /** Whose action it is. Left out: DynamoDB's. */
  readonly service?: 's3'
  /** Without its service. */
  readonly action: string
  /** ARN, or `*` for an action that has no resource. */
  readonly resource: string
  /** Those of DynamoDB and of tags. Asked only for what policies name. */
  readonly keys: ContextKeys
  /** Which of a batch of statements needs it. */
  readonly member?: number
}

export function noKeys(): undefined {
  return undefined
}

/** Fixed ones. A list without values is no value. */
export function fixedKeys(values: { readonly [key: string]: ContextValue | undefined }): ContextKeys {
  return (key) => (Object.hasOwn(values, key) ? values[key] : undefined)
}

/**
 * A table that a request names, whether it is there or not. Its ARN is made of the name that is found by and of where it is looked for:
 * a request may write another partition, region or account, which policies would be asked about and nobody else.
 */
export interface NamedTable {
  readonly table: Table | undefined
  readonly arn: string
}

export function namedTable({ account, region, catalog }: AccessHome, nameOrArn: string): NamedTable {
  const tableName = tableNameOf(nameOrArn)
  return { table: catalog.find(tableName), arn: tableArn({ region, account, tableName }) }
}

/** The ARN of the index if the request names one, and otherwise of the table. */
export function readArn({ account, region }: AccessHome, nameOrArn: string, indexName: string | undefined): string {
  const table = { region, account, tableName: tableNameOf(nameOrArn) }
  return indexName === undefined ? tableArn(table) : indexArn(table, indexName)
}

/** The ARN of whatever else DynamoDB has, such as a stream, as it is where it is looked for. */
export function homeArn({ account, region }: AccessHome, arn: string): string {
  const [, , service, , , ...rest] = arn.split(':')
  return service === 'dynamodb' ? `arn:${partitionOf(region)}:dynamodb:${region}:${account}:${rest.join(':')}` : arn
}
