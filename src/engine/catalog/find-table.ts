/**
 * From the table name or ARN in a request to the table it means, or to the exception that says there is none. That an ARN is of this
 * Region and account has been seen to before (server/check-arns.ts).
 */
import { ServiceError } from '../../api/errors.ts'
import { tableNameOf } from '../../api/table-name.ts'
import type { Table } from '../schema/table.ts'
import type { TableView } from './catalog-records.ts'

/** The table a data-plane call means. ResourceNotFoundException unless it is ACTIVE or UPDATING (operations.md §0). */
export function activeTable(view: TableView, nameOrArn: string): Table {
  const table = view.find(tableNameOf(nameOrArn))
  if (table === undefined || !isServing(table)) throw resourceNotFound()
  return table
}

/** True when the table takes reads and writes of items. */
export function isServing({ status }: Table): boolean {
  return status === 'ACTIVE' || status === 'UPDATING'
}

/** How every data-plane call says that there is no such table. */
export function resourceNotFound(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'Requested resource not found')
}

/** How the control plane says it. */
export function tableNotFound(tableName: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${tableName} not found`)
}
