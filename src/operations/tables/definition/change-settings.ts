/** What UpdateTable makes of a table's stream, encryption, table class and deletion protection (operations.md §5.2, errors.md §5). */
import { invalid } from '../../../api/errors.ts'
import type { Table } from '../../../engine/schema/table.ts'
import { streamLabelAt } from '../stream-label.ts'
import { checkTableClass } from './check-settings.ts'
import { encryptionSetting } from './define-table.ts'
import { timesAfterChange } from './recent-changes.ts'
import type { EncryptionRequest, StreamRequest, UpdateTableRequest } from './request.ts'

export interface SettingTimes {
  readonly nowMs: number
  /** Of the newest stream of a table of this name, if there has been one. */
  readonly lastStreamLabel: string | undefined
}

/** Throws when something asked for is not possible. */
export function withSettings(table: Table, request: UpdateTableRequest, times: SettingTimes): Table {
  const { nowMs } = times
  const { StreamSpecification, SSESpecification, TableClass, DeletionProtectionEnabled } = request
  let updated = table
  if (StreamSpecification !== undefined) updated = withStream(updated, StreamSpecification, times)
  if (SSESpecification !== undefined) updated = withEncryption(updated, SSESpecification, nowMs)
  if (TableClass !== undefined) updated = withTableClass(updated, TableClass, nowMs)
  if (DeletionProtectionEnabled !== undefined) updated = { ...updated, deletionProtection: DeletionProtectionEnabled }
  return updated
}

/** Every stream has a label of its own, which stays when the stream is disabled. */
function withStream(table: Table, { StreamEnabled, StreamViewType }: StreamRequest, { nowMs, lastStreamLabel }: SettingTimes): Table {
  if (StreamEnabled && StreamViewType !== undefined) {
    if (table.stream !== undefined) throw invalid(`Table already has an enabled stream: TableName: ${table.name}`)
    return { ...table, stream: { viewType: StreamViewType }, streamLabel: streamLabelAt(nowMs, table.streamLabel, lastStreamLabel) }
  }
  const { stream, ...rest } = table
  if (stream === undefined) throw invalid(`Table has no stream to disable: TableName: ${table.name}`)
  return rest
}

function withEncryption(table: Table, request: EncryptionRequest, nowMs: number): Table {
  const { encryption: before, ...rest } = table
  const encryption = encryptionSetting(request)
  if (encryption === undefined && before === undefined) throw invalid('Table is already encrypted by default')
  if (encryption !== undefined && before !== undefined && encryption.keyId === before.keyId) {
    throw invalid('Table is already encrypted with given KMSMasterKeyId')
  }
  return {
    ...rest,
    ...(encryption === undefined ? {} : { encryption }),
    recentChanges: { ...table.recentChanges, encryptionMs: timesAfterChange('encryptionMs', table.recentChanges, nowMs) },
  }
}

/** To the class that it has: accepted, and no change. */
function withTableClass(table: Table, requested: string, nowMs: number): Table {
  const tableClass = checkTableClass(requested)
  if (tableClass === table.tableClass) return table
  const tableClassMs = timesAfterChange('tableClassMs', table.recentChanges, nowMs)
  return { ...table, tableClass, tableClassSinceMs: nowMs, recentChanges: { ...table.recentChanges, tableClassMs } }
}
