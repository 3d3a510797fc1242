/**
 * From the ResourceArn of TagResource, UntagResource and ListTagsOfResource to the table it names, or to what is wrong with it:
 * operations.md §5.5.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { parseTableArn, type TableAddress } from '../../api/table-name.ts'
import type { TableTurn } from '../../engine/catalog/change-tables.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { tableInUse } from '../tables/update-table.ts'

type TagOperation = 'TagResource' | 'UntagResource' | 'ListTagsOfResource'

const dynamodbArnPattern = /^arn:aws[a-z-]*:dynamodb:([^:]*):([^:]*):([^:]+)$/
const tableResourcePattern = /^table\/[a-zA-Z0-9_.-]{3,255}(\/stream\/[^/]+)?$/

/**
 * Checks the form of the ARN, then its Region: ValidationException. Streams are named in the messages but have no tags, so a
 * stream is a resource that is not found [I].
 */
export function checkTaggedArn({ region }: MeteredEngine, resourceArn: string): void {
  if (!resourceArn.startsWith('arn:')) {
    throw invalid(`One or more parameter values were invalid: ARNs must start with 'arn:': ${resourceArn}`)
  }
  const [, arnRegion, account, resource] = dynamodbArnPattern.exec(resourceArn) ?? []
  if (arnRegion === undefined || account === undefined || resource === undefined) {
    throw invalid(`One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: ${resourceArn}`)
  }
  if (!tableResourcePattern.test(resource)) {
    throw invalid(
      `One or more parameter values were invalid: Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${resourceArn}`,
    )
  }
  if (arnRegion !== region || !/^[0-9]{12}$/.test(account)) {
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`)
  }
}

/** The name of the table of our own account. AccessDeniedException for one of another account, whether it is there or not. */
export function taggedTableName(engine: MeteredEngine, operation: TagOperation, resourceArn: string): string {
  const [, , account] = dynamodbArnPattern.exec(resourceArn) ?? []
  if (account !== engine.account) {
    throw new ServiceError(
      'AccessDeniedException',
      `User: arn:aws:iam::${engine.account}:root is not authorized to perform: dynamodb:${operation} on resource: ${resourceArn} because no resource-based policy allows the dynamodb:${operation} action`,
    )
  }
  const address: TableAddress | undefined = parseTableArn(resourceArn)
  if (address === undefined) throw taggedTableNotFound(operation, resourceArn)
  return address.tableName
}

/** The words differ by operation. */
export function taggedTableNotFound(operation: TagOperation, resourceArn: string): ServiceError {
  if (operation === 'UntagResource') return new ServiceError('ResourceNotFoundException', 'Requested resource not found')
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${resourceArn} not found`)
}

/** The table whose tags this turn changes. Tags are not changed while a table comes or goes [I]. */
export function tableToTag(tables: TableTurn, operation: TagOperation, resourceArn: string, name: string): Table {
  const table = tables.find(name)
  if (table === undefined) throw taggedTableNotFound(operation, resourceArn)
  if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
  return table
}
