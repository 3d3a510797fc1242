/**
 * How backups come and go. One turn says up to which change a backup holds the table, since everything that is decided behind it is of
 * another epoch; the items are copied afterwards (jobs/copy-backups.ts).
 */
import { dayMs } from '../../base/clock.ts'
import type { TableTurn } from '../catalog/change-tables.ts'
import { backupKey, copyKey } from '../keyspace/backup-keys.ts'
import { sweepKey } from '../keyspace/sweep-keys.ts'
import { systemBackupDays } from '../limits.ts'
import { type Backup, encodeBackup, encodeCopy } from '../schema/backup-record.ts'
import { currentEpoch, lastSecond, withNewEpoch } from '../schema/history.ts'
import type { Table } from '../schema/table.ts'
import { timedId } from '../schema/timed-id.ts'

interface Made {
  readonly region: string
  readonly nowMs: number
}

interface Counted {
  readonly sizeBytes: number
  readonly itemCount: number
}

/** A backup that is being made of what the table is in this turn. */
export function startBackup(tables: TableTurn, table: Table, name: string, counted: Counted, { region, nowMs }: Made): Backup {
  const itemsId = tables.takeId()
  const id = timedId(nowMs, itemsId)
  const history = withNewEpoch(table.history, nowMs)
  const cut = { epoch: currentEpoch(history).number - 1, second: lastSecond }
  const backup: Backup = {
    id,
    name,
    type: 'USER',
    status: 'CREATING',
    creationMs: nowMs,
    table: withoutPast(table),
    ...counted,
    itemsId,
    cut,
  }
  tables.replace({ ...table, history: { ...history, copies: [...(history.copies ?? []), { id, cut, isBackup: true }] } })
  tables.put(backupKey(region, id), encodeBackup(backup))
  tables.put(copyKey(itemsId), encodeCopy({ region, id, sourceId: table.tableId }))
  return backup
}

/** Removes the table. One with recovery on leaves a backup, which has its items as they are. */
export function removeTable(tables: TableTurn, table: Table, { region, nowMs }: Made): void {
  if (table.history?.recovery === undefined) {
    tables.remove(table)
    return
  }
  const id = timedId(nowMs, table.tableId)
  const expiryMs = nowMs + systemBackupDays * dayMs
  const backup: Backup = {
    id,
    name: `${table.name}$DeletedTableBackup`,
    type: 'SYSTEM',
    status: 'AVAILABLE',
    creationMs: nowMs,
    expiryMs,
    table: withoutPast(table),
    sizeBytes: 0,
    itemCount: 0,
    itemsId: table.tableId,
  }
  tables.removeButItems(table)
  tables.put(backupKey(region, id), encodeBackup(backup))
}

/** Its items are swept as those of a table are. */
export function deleteBackup(tables: TableTurn, region: string, { id, itemsId }: Backup): void {
  tables.delete(backupKey(region, id))
  // Whatever else is still to be swept of a table that it was.
  tables.put(sweepKey(itemsId), '')
}

/** What it kept, and to whom it told of its changes, is the table's own. */
function withoutPast(table: Table): Table {
  const {
    history: _,
    restore: _restore,
    outboxes: _outboxes,
    droppedOutboxIds: _dropped,
    kinesisDestinations: _destinations,
    isView: _isView,
    replication: _replication,
    ...rest
  } = table
  return rest
}
