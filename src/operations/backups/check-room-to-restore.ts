/** Whether a table can be made by a restore: its name is free, and neither too many restores run nor too many tables are there. */
import { ServiceError } from '../../api/errors.ts'
import { restoresAtOnceMax } from '../../api/limits.ts'
import type { TableTurn } from '../../engine/catalog/change-tables.ts'

export function checkRoomToRestore(tables: TableTurn, name: string): void {
  const existing = tables.find(name)
  if (existing?.status === 'CREATING' || existing?.status === 'DELETING') {
    throw new ServiceError('TableInUseException', `Table is being ${existing.status === 'CREATING' ? 'created' : 'deleted'}: ${name}`)
  }
  if (existing !== undefined) throw new ServiceError('TableAlreadyExistsException', `Table already exists: ${name}`)
  let restoring = 0
  for (const { restore } of tables.all()) if (restore?.source !== undefined) restoring += 1
  if (restoring < restoresAtOnceMax) return
  // The words follow those of the other quotas [I].
  throw new ServiceError(
    'LimitExceededException',
    `Subscriber limit exceeded: Only ${restoresAtOnceMax} tables can be restored simultaneously`,
  )
}
