/** How the control plane refuses what a table in a transient state cannot take. */
import { ServiceError } from '../../api/errors.ts'
import type { Table } from '../../engine/schema/table.ts'

/** For a table that is CREATING or DELETING, or, of our own [I], that is not as somebody supposed. */
export function tableInUse({ name, status }: Pick<Table, 'name' | 'status'>): ServiceError {
  const doing = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted', ACTIVE: 'used' }[status]
  return inUse(`Table is being ${doing}: ${name}`)
}

/** `detail` says what is under way. */
export function inUse(detail: string): ServiceError {
  return new ServiceError('ResourceInUseException', `Attempt to change a resource which is still in use: ${detail}`)
}
