/** What UpdateTable makes of a table's stream, encryption, table class and deletion protection (operations.md §5.2, errors.md §5). */
import { invalid } from '../../../api/errors.ts'
import type { TableHome } from '../../../api/table-name.ts'
import { kmsKeyArn } from '../../../engine/catalog/kms-key-arn.ts'
import type { Table } from '../../../engine/schema/table.ts'
import { streamLabelAt } from '../stream-label.ts'
import { checkTableClass } from './check-settings.ts'
import { encryptionSetting } from './define-table.ts'
import { lastProtectionChange, timesAfterChange, timesAfterEncryption } from './recent-changes.ts'
import type { EncryptionRequest, StreamRequest, UpdateTableRequest } from './request.ts'

export interface SettingTimes {
  readonly nowMs: number
  /** How long transient states last. */
  readonly delayMs: number
  /** Of the newest stream of a table of this name, if there has been one. */
  readonly lastStreamLabel: string | undefined
}

/** Throws when something asked for is not possible. */
export function withSettings(home: TableHome, table: Table, request: UpdateTableRequest, times: SettingTimes): Table {
  const { nowMs } = times
  const { StreamSpecification, SSESpecification, TableClass, DeletionProtectionEnabled } = request
  let updated = table
  if (StreamSpecification !== undefined) updated = withStream(updated, StreamSpecification, times)
  if (SSESpecification !== undefined) updated = withEncryption(home, updated, SSESpecification, nowMs)
  if (TableClass !== undefined) updated = withTableClass(updated, TableClass, nowMs)
  if (DeletionProtectionEnabled !== undefined) updated = withDeletionProtection(updated, DeletionProtectionEnabled, times)
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

/** Only the very ARN of the key in use is no change; every other way to name it counts and takes its time as one. */
function withEncryption(home: TableHome, table: Table, request: EncryptionRequest, nowMs: number): Table {
  const current = table.upcomingEncryption === undefined ? table.encryption : table.upcomingEncryption.to
  const to = encryptionSetting(request)
  if (to === undefined && current === undefined) {
    throw invalid('One or more parameter values were invalid: Table is already encrypted by default')
  }
  if (request.KMSMasterKeyId !== undefined && current !== undefined && request.KMSMasterKeyId === kmsKeyArn(home, current.keyId)) {
    throw invalid(
      'One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key',
    )
  }
  return {
    ...table,
    upcomingEncryption: to === undefined ? {} : { to },
    recentChanges: { ...table.recentChanges, encryptionMs: timesAfterEncryption(table.recentChanges, nowMs) },
  }
}

function withDeletionProtection(table: Table, deletionProtection: boolean, times: SettingTimes): Table {
  const deletionProtectionMs = lastProtectionChange(table, deletionProtection, times)
  if (deletionProtectionMs === undefined) return table
  return { ...table, deletionProtection, recentChanges: { ...table.recentChanges, deletionProtectionMs } }
}

/** To the class that it has: accepted as long as a change would be, and none. */
function withTableClass(table: Table, requested: string, nowMs: number): Table {
  const tableClass = checkTableClass(requested)
  const tableClassMs = timesAfterChange('tableClassMs', table.recentChanges, nowMs)
  if (tableClass === table.tableClass) return table
  return { ...table, upcomingTableClass: tableClass, recentChanges: { ...table.recentChanges, tableClassMs } }
}
