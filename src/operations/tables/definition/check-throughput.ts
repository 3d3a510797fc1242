/**
 * Does what a request says of throughput fit its billing mode? Points 2, 3 and 12 of the check order in errors.md §5
 * "CreateTable".
 */
import { invalid } from '../../../api/errors.ts'
import { onDemandWarmThroughput, provisionedUnitsMax } from '../../../api/limits.ts'
import type { BillingMode, Throughput } from '../../../engine/schema/table.ts'
import type { GlobalIndexRequest, OnDemandRequest, TableRequest, ThroughputRequest, WarmRequest } from './request.ts'

export function billingModeOf({ BillingMode = 'PROVISIONED' }: TableRequest): BillingMode {
  return BillingMode
}

/** Point 2. */
export function checkBillingMode(request: TableRequest): void {
  const isOnDemand = billingModeOf(request) === 'PAY_PER_REQUEST'
  if (isOnDemand && request.ProvisionedThroughput !== undefined) {
    throw invalid(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  }
  if (!isOnDemand && request.ProvisionedThroughput === undefined) {
    throw invalid(
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    )
  }
}

/** Point 3, of the table, then of its indexes. */
export function checkCapacityUnits({ ProvisionedThroughput, GlobalSecondaryIndexes = [] }: TableRequest): void {
  checkBounds(ProvisionedThroughput)
  for (const index of GlobalSecondaryIndexes) checkBounds(index.ProvisionedThroughput)
}

export function checkBounds(throughput: ThroughputRequest | undefined): void {
  if (throughput === undefined) return
  const { ReadCapacityUnits, WriteCapacityUnits } = throughput
  if (ReadCapacityUnits > provisionedUnitsMax) throw invalid(`Given value ${ReadCapacityUnits} for ReadCapacityUnits is out of bounds`)
  if (WriteCapacityUnits > provisionedUnitsMax) throw invalid(`Given value ${WriteCapacityUnits} for WriteCapacityUnits is out of bounds`)
}

/** Point 12, of the indexes' provisioned throughput, then of all on-demand maxima, then of all warm throughput [I]. */
export function checkThroughput(request: TableRequest): void {
  const billingMode = billingModeOf(request)
  const { GlobalSecondaryIndexes = [] } = request
  if (billingMode === 'PROVISIONED' && request.VectorIndexes !== undefined) {
    throw invalid('One or more parameter values were invalid: Vector indexes are only supported for PAY_PER_REQUEST tables')
  }
  for (const index of GlobalSecondaryIndexes) checkIndexThroughput(index, billingMode)
  checkOnDemand(request.OnDemandThroughput, billingMode, 'table')
  for (const index of GlobalSecondaryIndexes) checkOnDemand(index.OnDemandThroughput, billingMode, `index: ${index.IndexName}`)
  checkWarm(request.WarmThroughput, warmFloor(request.ProvisionedThroughput), 'table')
  for (const index of GlobalSecondaryIndexes) {
    checkWarm(index.WarmThroughput, warmFloor(index.ProvisionedThroughput), `index: ${index.IndexName}`)
  }
}

export function checkIndexThroughput(
  { IndexName, ProvisionedThroughput }: Pick<GlobalIndexRequest, 'IndexName' | 'ProvisionedThroughput'>,
  billingMode: BillingMode,
): void {
  if (billingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    throw invalid(`One or more parameter values were invalid: ProvisionedThroughput is not specified for index: ${IndexName}`)
  }
  if (billingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput !== undefined) {
    throw invalid(
      `One or more parameter values were invalid: ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    )
  }
}

/** `of` is `table` or names an index; for an index the words are inferred [I]. Updates also take -1, no ceiling: `ceilingsMin`. */
export function checkOnDemand(onDemand: OnDemandRequest = {}, billingMode: BillingMode, of: string, ceilingsMin = 1): void {
  for (const member of ['MaxReadRequestUnits', 'MaxWriteRequestUnits'] as const) {
    const units = onDemand[member]
    if (units === undefined) continue
    if (billingMode === 'PROVISIONED') {
      throw invalid(
        `One or more parameter values were invalid: ${member} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED`,
      )
    }
    if (units < ceilingsMin || units === 0) {
      throw invalid(
        `One or more parameter values were invalid: Requested ${member} for OnDemandThroughput for ${of} is outside of valid range`,
      )
    }
  }
}

/** A new table or index starts with these; less cannot be asked for. */
export function warmFloor(provisioned: ThroughputRequest | undefined): Throughput {
  if (provisioned === undefined) return onDemandWarmThroughput
  return { readUnits: provisioned.ReadCapacityUnits, writeUnits: provisioned.WriteCapacityUnits }
}

/** The words are UpdateTable's; those of CreateTable are not known [I]. */
export function checkWarm(warm: WarmRequest = {}, floor: Throughput, of: string): void {
  const { ReadUnitsPerSecond = floor.readUnits, WriteUnitsPerSecond = floor.writeUnits } = warm
  if (ReadUnitsPerSecond < floor.readUnits) {
    throw invalid(
      `One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for ${of} is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
    )
  }
  if (WriteUnitsPerSecond < floor.writeUnits) {
    throw invalid(
      `One or more parameter values were invalid: Requested WriteUnitsPerSecond for WarmThroughput for ${of} is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
    )
  }
}
