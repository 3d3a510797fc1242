/**
 * Which changes may be made beside which others that are still under way: each is refused by the ones it does not go with, in their
 * words (operations.md §5.2; faults/reported.json "admission-while-updating"). Encryption, warm throughput and deletion protection
 * go with everything but themselves. Words without a capture follow those of their family [I].
 */
import { invalid, ServiceError } from '../../../api/errors.ts'
import { allIndexes, hasIndexInCreation, type Table } from '../../../engine/schema/table.ts'
import { inUse, tableInUse } from '../table-in-use.ts'
import { encryptionSetting } from './define-table.ts'
import { makesOrDeletesIndexes, type UpdateTableRequest } from './request.ts'

/** ResourceInUseException for what cannot be changed now. What an index refuses has been told before. */
export function checkAdmission(table: Table, request: UpdateTableRequest): void {
  const asked = askedBy(table, request)
  const refusal = refusalByTable(table, asked) ?? refusalByIndexes(table, asked) ?? refusalByEncryption(table, request)
  if (refusal !== undefined) throw refusal
}

/**
 * A table on its way from on-demand to provisioned answers the request to stay on demand as if it were one for the mode it has,
 * and goes on.
 */
export function isLostReversal({ update, billingMode }: Table, request: UpdateTableRequest): boolean {
  return update === 'billingMode' && billingMode === 'PROVISIONED' && request.BillingMode === 'PAY_PER_REQUEST'
}

/** DeleteTable: nothing at all may be under way. */
export function checkNothingUnderWay(table: Table): void {
  if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
  if (allIndexes(table).some(({ status }) => status !== 'ACTIVE')) {
    throw inUse('Cannot delete table while indexes are being created, updated, or deleted.')
  }
  if (table.update === 'stream') throw inUse('Cannot delete table while stream is being enabled/disabled.')
  if (table.status !== 'ACTIVE' || table.running !== undefined) throw inUse(`Table: ${table.name} is in the process of being updated.`)
}

interface Asked {
  readonly throughput: boolean
  readonly onDemand: boolean
  readonly stream: boolean
  readonly tableClass: boolean
  readonly index: boolean
  readonly warm: boolean
}

function askedBy(table: Table, request: UpdateTableRequest): Asked {
  const { BillingMode } = request
  const switches = BillingMode !== undefined && (BillingMode !== table.billingMode || table.update === 'billingMode')
  return {
    throughput: (request.ProvisionedThroughput !== undefined || switches) && !isLostReversal(table, request),
    onDemand: request.OnDemandThroughput !== undefined,
    stream: request.StreamSpecification !== undefined,
    tableClass: request.TableClass !== undefined,
    index: makesOrDeletesIndexes(request),
    warm: request.WarmThroughput !== undefined,
  }
}

function refusalByTable(table: Table, asked: Asked): ServiceError | undefined {
  switch (table.update) {
    case 'billingMode':
    case 'throughput':
      return refusalByThroughput(table, asked)
    case 'stream':
      return refusalByStream(table, asked)
    case 'tableClass':
      return refusalByTableClass(table, asked)
    case 'replicas':
      return Object.values(asked).includes(true) ? tableInUse(table) : undefined
    default:
      return undefined
  }
}

/** Ceilings are held against the mode that the table had. */
function refusalByThroughput({ name, update, billingMode }: Table, asked: Asked): ServiceError | undefined {
  const of = `Table: ${name}`
  if (asked.throughput) return inUse(`Table IOPS are currently being updated. ${of}`)
  if (asked.onDemand && update === 'billingMode') {
    if (billingMode === 'PROVISIONED') return inUse('OnDemandThroughput cannot be updated while BillingMode update is in progress')
    return invalid(
      'One or more parameter values were invalid: MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED',
    )
  }
  if (asked.stream) return inUse(`Can't enable or disable stream while table IOPS are being updated. ${of}`)
  if (asked.tableClass) return inUse(`Can't update table class while table IOPS are being updated. ${of}`)
  if (asked.index) return inUse(`Can't create or delete indexes while table IOPS are being updated. ${of}`)
  return undefined
}

function refusalByStream({ name, stream, streamLabel }: Table, asked: Asked): ServiceError | undefined {
  const of = `Table: ${name} Stream: ${streamLabel} Operation: ${stream === undefined ? 'DISABLE' : 'ENABLE'}`
  if (asked.stream) return inUse(`A stream status change is currently in progress. ${of}`)
  if (asked.throughput) return inUse(`Can't change table IOPS when stream status is being updated. ${of}`)
  if (asked.onDemand) return inUse('OnDemandThroughput cannot be updated while stream status update is in progress')
  if (asked.tableClass) return inUse(`Can't update table class when stream status is being updated. ${of}`)
  if (asked.index) return inUse(`Can't create or delete an index when stream status is being updated. ${of}`)
  return undefined
}

function refusalByTableClass({ name, upcomingTableClass }: Table, asked: Asked): ServiceError | undefined {
  const to = `TableClassUpdateInProgress: ${upcomingTableClass}`
  const of = `Table: ${name} ${to}`
  if (asked.tableClass) return inUse(`Can't update table class when a table class update is in progress. ${of}`)
  if (asked.stream) return inUse(`Can't change stream status when a table class update is in progress. ${of}`)
  if (asked.throughput) return inUse(`Can't change table IOPS when a table class update is in progress. ${of}`)
  if (asked.onDemand) return inUse(`OnDemandThroughput cannot be updated while TableClass update is in progress. ${to}`)
  if (asked.index) return inUse(`Can't create or delete an index when a table class update is in progress. ${of}`)
  return undefined
}

/** An index that is being filled lets throughput and table class change; streams wait for it. */
function refusalByIndexes(table: Table, asked: Asked): ServiceError | undefined {
  const all = allIndexes(table)
  const states = [
    { doing: 'deleted', deed: 'deletion', found: all.filter(({ status }) => status === 'DELETING') },
    { doing: 'created', deed: 'creation', found: all.filter(({ backfilling }) => backfilling === false) },
  ]
  for (const { doing, deed, found } of states) {
    if (found.length === 0) continue
    const names = `[${found.map(({ name }) => name).join(', ')}]`
    const of = `Table: ${table.name} Indexes: ${names}`
    if (asked.throughput) return inUse(`Can't change table IOPS when an index is being ${doing}. ${of}`)
    if (asked.warm && doing === 'created') return inMaintenance()
    if (asked.stream && doing === 'deleted') return inUse(`Can't change stream status when an index is being deleted. ${of}`)
    if (asked.tableClass) return inUse(`Can't update table class when an index is being ${doing}. ${of}`)
    if (asked.onDemand) return inUse(`OnDemandThroughput cannot be updated while index ${deed} is in progress for indexes: ${names}`)
  }
  if (!asked.stream || !hasIndexInCreation(table)) return undefined
  const created = all.filter(({ status }) => status === 'CREATING').map(({ name }) => name)
  return inUse(`Can't change stream status when an index is being created. Table: ${table.name} Indexes: [${created.join(', ')}]`)
}

/** Status 500 all the same (api-quirks DDB-TABLE-458). */
function inMaintenance(): ServiceError {
  return new ServiceError('InternalServerError', 'Table is under system maintenance, please try again later')
}

/** What is being done already may be asked for again. */
function refusalByEncryption({ upcomingEncryption }: Table, { SSESpecification }: UpdateTableRequest): ServiceError | undefined {
  if (upcomingEncryption === undefined || SSESpecification === undefined) return undefined
  const { to } = upcomingEncryption
  const asked = encryptionSetting(SSESpecification)
  if ((to === undefined) === (asked === undefined) && to?.keyId === asked?.keyId) return undefined
  return inUse('Server-Side Encryption is still being updated')
}
