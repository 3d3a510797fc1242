/**
 * Tables named by ARNs of another partition, Region or account, refused alike for every operation that takes an ARN in place of a name,
 * before it looks at anything else (faults/reported.json "region-of-arn"). Tags have words of their own and come later.
 */
import { accessDenied, invalid } from '../api/errors.ts'
import { isArn, partitionOf, type TableHome } from '../api/table-name.ts'

/** The members in which an input of any operation names tables or streams. */
interface Naming {
  readonly TableName?: unknown
  readonly SourceTableArn?: unknown
  readonly StreamArn?: unknown
  readonly ExclusiveStartStreamArn?: unknown
  readonly RequestItems?: unknown
  readonly TransactItems?: unknown
}

/** ValidationException for another partition or Region, AccessDeniedException for another account. */
export function checkArns(home: TableHome, input: Naming): void {
  const { TableName, SourceTableArn, StreamArn, ExclusiveStartStreamArn, RequestItems, TransactItems } = input
  const check = (name: unknown): void => {
    if (isNamedByArn(name)) checkArn(home, name)
  }
  check(TableName)
  check(SourceTableArn)
  check(StreamArn)
  check(ExclusiveStartStreamArn)
  // The requests of a batch of statements are a list, and name no tables here.
  for (const name of Object.keys(RequestItems ?? {})) check(name)
  if (!Array.isArray(TransactItems)) return
  // Of an operation that has no such member it is whatever was sent.
  for (const element of TransactItems as readonly ({ readonly [action: string]: Naming | null | undefined } | null)[]) {
    for (const action of Object.values(element ?? {})) check(action?.TableName)
  }
}

function isNamedByArn(name: unknown): name is string {
  return typeof name === 'string' && isArn(name)
}

function checkArn({ region, account }: TableHome, arn: string): void {
  const [, partition, service, arnRegion, arnAccount] = arn.split(':')
  if (service !== 'dynamodb') return
  if (partition !== partitionOf(region)) throw invalid(`1 validation error detected: Invalid AWS partition in '${arn}'`)
  if (arnRegion !== region) throw invalid(`1 validation error detected: Invalid AWS region in '${arn}'`)
  if (arnAccount !== account) throw accessDenied()
}
