/**
 * What UpdateTable makes of billing mode, throughput, on-demand maxima and warm throughput, of a table and of its global indexes
 * (operations.md §5.2, errors.md §5 "UpdateTable", capacity.md §7.4–7.5). Provisioned and warm throughput change when the change has
 * run its time, all else at once.
 */
import { invalid, ServiceError } from '../../../api/errors.ts'
import type {
  BillingMode,
  GlobalIndex,
  OnDemandMaxima,
  RecentChanges,
  SecondaryIndex,
  Table,
  Throughput,
  ThroughputHistory,
  UpcomingThroughput,
} from '../../../engine/schema/table.ts'
import { decreasesToday, historyAfter, isDecrease, nextDecreaseMs } from '../../../engine/schema/throughput-history.ts'
import { checkAddedThroughput, checkInitialWarm, checkOnDemand, checkRaisedWarm, warmFloor } from './check-throughput.ts'
import { timesAfterChange } from './recent-changes.ts'
import type { GlobalIndexChange, OnDemandRequest, ThroughputRequest, UpdateTableRequest, WarmRequest } from './request.ts'

/** Throws when something asked for is not possible; then nothing is changed. */
export function withThroughput(table: Table, request: UpdateTableRequest, nowMs: number): Table {
  const billingMode = request.BillingMode ?? table.billingMode
  const updates = indexUpdates(request)
  checkModes(table, request, billingMode, updates)
  checkTable(table, request, billingMode, nowMs)
  const changed = changedTable(table, request, billingMode, nowMs)
  const indexes = table.indexes.map((index) => changedIndex(index, updates.get(index.name), { table, billingMode, nowMs }))
  return { ...changed, indexes }
}

type IndexUpdates = ReadonlyMap<string, GlobalIndexChange>

function indexUpdates({ GlobalSecondaryIndexUpdates = [] }: UpdateTableRequest): IndexUpdates {
  return new Map(GlobalSecondaryIndexUpdates.flatMap(({ Update }) => (Update === undefined ? [] : [[Update.IndexName, Update]])))
}

/** Does what is asked for fit the billing mode that the table has or gets? */
function checkModes(table: Table, request: UpdateTableRequest, billingMode: BillingMode, updates: IndexUpdates): void {
  if (billingMode === 'PAY_PER_REQUEST' && request.ProvisionedThroughput !== undefined) {
    throw invalid(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  }
  if (billingMode === 'PROVISIONED' && table.billingMode === 'PAY_PER_REQUEST') {
    if (table.vectorIndexes.length > 0) {
      throw invalid('One or more parameter values were invalid: Vector indexes are only supported for PAY_PER_REQUEST tables')
    }
    for (const index of table.indexes) {
      if (index.kind !== 'global' || index.status === 'DELETING') continue
      if (updates.get(index.name)?.ProvisionedThroughput === undefined) throw missingIndexThroughput(index.name)
    }
  }
  for (const update of updates.values()) checkIndexMode(update, billingMode)
  for (const { Create } of request.GlobalSecondaryIndexUpdates ?? []) {
    if (Create === undefined) continue
    checkAddedThroughput(Create, billingMode)
    checkOnDemand(Create.OnDemandThroughput, billingMode, { by: 'UpdateTable', index: Create.IndexName })
    checkInitialWarm(Create, Create.IndexName)
  }
}

function checkIndexMode(update: GlobalIndexChange, billingMode: BillingMode): void {
  const { IndexName, ProvisionedThroughput, WarmThroughput } = update
  const OnDemandThroughput = Object.keys(update.OnDemandThroughput ?? {}).length === 0 ? undefined : update.OnDemandThroughput
  if (billingMode === 'PAY_PER_REQUEST' && (ProvisionedThroughput !== undefined || (OnDemandThroughput ?? WarmThroughput) === undefined)) {
    throw invalid(
      `One or more parameter values were invalid: The only Updates for index: ${IndexName} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    )
  }
  if (billingMode === 'PROVISIONED' && (ProvisionedThroughput ?? OnDemandThroughput ?? WarmThroughput) === undefined) {
    throw missingIndexThroughput(IndexName)
  }
}

function missingIndexThroughput(indexName: string): ServiceError {
  return invalid(`One or more parameter values were invalid: ProvisionedThroughput must be specified for index: ${indexName}`)
}

function checkTable(table: Table, request: UpdateTableRequest, billingMode: BillingMode, nowMs: number): void {
  const { provisioned } = table
  const asked = request.ProvisionedThroughput
  if (provisioned !== undefined && asked !== undefined) {
    if (isSame(provisioned, asked)) {
      throw invalid(
        `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${provisioned.readUnits}. Requested ReadCapacityUnits: ${asked.ReadCapacityUnits}. Current WriteCapacityUnits provisioned for the table: ${provisioned.writeUnits}. Requested WriteCapacityUnits: ${asked.WriteCapacityUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
      )
    }
    checkDecrease(table.throughputHistory, provisioned, asked, nowMs)
  }
  checkOnDemand(request.OnDemandThroughput, billingMode, { by: 'UpdateTable', ceilingsMin: -1 })
  checkRaisedWarm(request.WarmThroughput, table.warm)
}

function changedTable(table: Table, request: UpdateTableRequest, billingMode: BillingMode, nowMs: number): Table {
  const base = billingMode === table.billingMode ? table : inMode(table, billingMode, nowMs)
  return { ...base, ...changedThroughput(table, base, request, nowMs) }
}

function changedIndex(
  index: SecondaryIndex,
  update: GlobalIndexChange | undefined,
  { table, billingMode, nowMs }: { readonly table: Table; readonly billingMode: BillingMode; readonly nowMs: number },
): SecondaryIndex {
  if (index.kind === 'local' || index.status === 'DELETING') return index
  const base = billingMode === table.billingMode ? index : throughputInMode(index, billingMode)
  if (update === undefined) return base
  if (index.provisioned !== undefined && update.ProvisionedThroughput !== undefined) {
    checkIndexChange(index, index.provisioned, update.ProvisionedThroughput, nowMs)
  }
  checkOnDemand(update.OnDemandThroughput, billingMode, { by: 'UpdateTable', index: index.name, ceilingsMin: -1 })
  checkRaisedWarm(update.WarmThroughput, index.warm, index.name)
  const isUpdating = index.status === 'ACTIVE' && (update.ProvisionedThroughput ?? update.OnDemandThroughput) !== undefined
  return { ...base, ...changedThroughput(index, base, update, nowMs), status: isUpdating ? 'UPDATING' : index.status }
}

function checkIndexChange(index: GlobalIndex, provisioned: Throughput, asked: ThroughputRequest, nowMs: number): void {
  if (isSame(provisioned, asked)) {
    throw invalid(
      `The provisioned throughput for the index ${index.name} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for index ${index.name}: ${provisioned.readUnits}. Requested ReadCapacityUnits: ${asked.ReadCapacityUnits}. Current WriteCapacityUnits provisioned for index ${index.name}: ${provisioned.writeUnits}. Requested WriteCapacityUnits: ${asked.WriteCapacityUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    )
  }
  checkDecrease(index.throughputHistory, provisioned, asked, nowMs)
}

/** The words after the first sentence are from users' reports [I]. */
function checkDecrease(history: ThroughputHistory | undefined, from: Throughput, asked: ThroughputRequest, nowMs: number): void {
  if (!isDecrease(from, throughputOf(asked))) return
  const nextMs = nextDecreaseMs(history, nowMs)
  if (nextMs <= nowMs) return
  throw new ServiceError(
    'LimitExceededException',
    `Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: ${decreasesToday(history, nowMs)}. Last decrease at ${spokenTime(history?.lastDecreaseMs ?? nowMs)}. Next decrease can be made at ${spokenTime(nextMs)}`,
  )
}

interface HasThroughput {
  readonly provisioned?: Throughput
  readonly onDemandMaxima?: OnDemandMaxima
  readonly warm: Throughput
  readonly throughputHistory?: ThroughputHistory
}

interface ThroughputChange {
  readonly ProvisionedThroughput?: ThroughputRequest
  readonly OnDemandThroughput?: OnDemandRequest
  readonly WarmThroughput?: WarmRequest
}

/**
 * The members that a change sets. `before` is what was changed, `base` the same in the new billing mode. In on-demand maxima a
 * ceiling of -1 stands for one that was lifted: the answer of the request echoes it (`withoutLiftedCeilings`).
 */
function changedThroughput(before: HasThroughput, base: HasThroughput, change: ThroughputChange, nowMs: number): ThroughputMembers {
  const { ProvisionedThroughput, OnDemandThroughput, WarmThroughput } = change
  const { MaxReadRequestUnits: readUnitsMax, MaxWriteRequestUnits: writeUnitsMax } = OnDemandThroughput ?? {}
  const provisioned = ProvisionedThroughput === undefined ? undefined : throughputOf(ProvisionedThroughput)
  const warm = {
    readUnits: WarmThroughput?.ReadUnitsPerSecond ?? base.warm.readUnits,
    writeUnits: WarmThroughput?.WriteUnitsPerSecond ?? base.warm.writeUnits,
  }
  const inForce = before.provisioned
  const isUpcoming = provisioned !== undefined && inForce !== undefined
  const upcoming = { ...(isUpcoming ? { provisioned } : {}), ...(WarmThroughput === undefined ? {} : { warm }) }
  return {
    ...(isUpcoming ? { throughputHistory: historyAfter(before.throughputHistory, inForce, provisioned, nowMs) } : {}),
    ...(provisioned === undefined || isUpcoming ? {} : { provisioned }),
    ...(OnDemandThroughput === undefined
      ? {}
      : {
          onDemandMaxima: {
            ...base.onDemandMaxima,
            ...(readUnitsMax === undefined ? {} : { readUnitsMax }),
            ...(writeUnitsMax === undefined ? {} : { writeUnitsMax }),
          },
        }),
    ...(Object.keys(upcoming).length === 0 ? {} : { upcoming }),
  }
}

interface ThroughputMembers {
  readonly provisioned?: Throughput
  readonly throughputHistory?: ThroughputHistory
  readonly onDemandMaxima?: OnDemandMaxima
  readonly upcoming?: UpcomingThroughput
}

function inMode(table: Table, billingMode: BillingMode, nowMs: number): Table {
  const base = throughputInMode(table, billingMode)
  if (billingMode === 'PROVISIONED') return { ...base, billingMode }
  const recentChanges: RecentChanges = {
    ...table.recentChanges,
    toOnDemandMs: timesAfterChange('toOnDemandMs', table.recentChanges, nowMs),
  }
  return { ...base, billingMode, onDemandSinceMs: nowMs, recentChanges }
}

/** On demand nothing is provisioned, and the floor of warm throughput holds; provisioned tables have no on-demand maxima. */
function throughputInMode<Of extends HasThroughput>(of: Of, billingMode: BillingMode): Of {
  const { provisioned: _, onDemandMaxima: __, ...rest } = of
  if (billingMode === 'PROVISIONED') return rest as Of
  const floor = warmFloor(undefined)
  const warm = { readUnits: Math.max(of.warm.readUnits, floor.readUnits), writeUnits: Math.max(of.warm.writeUnits, floor.writeUnits) }
  return { ...rest, warm } as Of
}

/** The table as it is kept: a ceiling that was lifted is none. */
export function withoutLiftedCeilings(table: Table): Table {
  return { ...kept(table), indexes: table.indexes.map((index) => (index.kind === 'global' ? kept(index) : index)) }
}

function kept<Of extends HasThroughput>(of: Of): Of {
  const { onDemandMaxima, ...rest } = of
  if (onDemandMaxima === undefined) return of
  const { readUnitsMax, writeUnitsMax } = onDemandMaxima
  const maxima = {
    ...(readUnitsMax === undefined || readUnitsMax < 0 ? {} : { readUnitsMax }),
    ...(writeUnitsMax === undefined || writeUnitsMax < 0 ? {} : { writeUnitsMax }),
  }
  return (Object.keys(maxima).length === 0 ? rest : { ...rest, onDemandMaxima: maxima }) as Of
}

function isSame(current: Throughput, asked: ThroughputRequest): boolean {
  return current.readUnits === asked.ReadCapacityUnits && current.writeUnits === asked.WriteCapacityUnits
}

function throughputOf({ ReadCapacityUnits, WriteCapacityUnits }: ThroughputRequest): Throughput {
  return { readUnits: ReadCapacityUnits, writeUnits: WriteCapacityUnits }
}

/** `Saturday, September 3, 2016 11:34:06 AM UTC` */
function spokenTime(timeMs: number): string {
  const time = new Date(timeMs)
  const day = time.toLocaleDateString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' })
  const hour = time.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZone: 'UTC' })
  return `${day} ${hour.replace(/\s/u, ' ')} UTC`
}
