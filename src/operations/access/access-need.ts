/** What a request must be allowed: an action on a resource, with the condition keys that the request gives (iam-dynamodb-actions.md). */
import { indexArn, isArn, tableArn, tableNameOf } from '../../api/table-name.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'

/** What needs are found by. */
export type AccessHome = Pick<MeteredEngine, 'account' | 'region' | 'catalog'>

export interface AccessNeed {
  /** Without `dynamodb:`. */
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

/** A table as requests name it, whether it is there or not. */
export interface NamedTable {
  readonly table: Table | undefined
  readonly arn: string
}

export function namedTable({ account, region, catalog }: AccessHome, nameOrArn: string): NamedTable {
  const tableName = tableNameOf(nameOrArn)
  return { table: catalog.find(tableName), arn: isArn(nameOrArn) ? nameOrArn : tableArn({ region, account, tableName }) }
}

/** The ARN of the index if the request names one, and otherwise of the table. */
export function readArn({ account, region }: AccessHome, nameOrArn: string, indexName: string | undefined): string {
  if (indexName === undefined) return isArn(nameOrArn) ? nameOrArn : tableArn({ region, account, tableName: nameOrArn })
  return indexArn({ region, account, tableName: tableNameOf(nameOrArn) }, indexName)
}
