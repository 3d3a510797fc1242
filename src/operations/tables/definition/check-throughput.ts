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
  checkOnDemand(request.OnDemandThroughput, billingMode, { by: 'CreateTable' })
  for (const { IndexName, OnDemandThroughput } of GlobalSecondaryIndexes) {
    checkOnDemand(OnDemandThroughput, billingMode, { by: 'CreateTable', index: IndexName })
  }
  checkInitialWarm(request)
  for (const index of GlobalSecondaryIndexes) checkInitialWarm(index, index.IndexName)
}

function checkIndexThroughput(
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

/** The same of an index that UpdateTable adds, in other words. */
export function checkAddedThroughput(
  { IndexName, ProvisionedThroughput }: Pick<GlobalIndexRequest, 'IndexName' | 'ProvisionedThroughput'>,
  billingMode: BillingMode,
): void {
  if (billingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    throw invalid(
      `One or more parameter values were invalid: Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${IndexName}`,
    )
  }
  if (billingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput !== undefined) {
    throw invalid(
      `One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    )
  }
}

/** Whose ceilings are checked: those of the table, or of an index, which each operation puts in its own way. */
interface CeilingsOf {
  readonly by: 'CreateTable' | 'UpdateTable'
  readonly index?: string
  /** Updates also take -1, no ceiling. */
  readonly ceilingsMin?: number
}

export function checkOnDemand(onDemand: OnDemandRequest = {}, billingMode: BillingMode, { by, index, ceilingsMin = 1 }: CeilingsOf): void {
  for (const member of ['MaxReadRequestUnits', 'MaxWriteRequestUnits'] as const) {
    const units = onDemand[member]
    if (units === undefined) continue
    if (billingMode === 'PROVISIONED') {
      const ofIndex = index === undefined ? '' : ` for index${by === 'CreateTable' ? ':' : ' :'} ${index}`
      const when = by === 'CreateTable' ? 'when table BillingMode is PROVISIONED.' : 'when the table BillingMode is PROVISIONED'
      throw invalid(`One or more parameter values were invalid: ${member} for OnDemandThroughput${ofIndex} cannot be specified ${when}`)
    }
    if (units < ceilingsMin || units === 0) {
      const of = index === undefined ? 'table' : `index : ${index}`
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

/** Of a new table or index: at least what it starts with. */
export function checkInitialWarm(
  { WarmThroughput, ProvisionedThroughput }: { readonly WarmThroughput?: WarmRequest; readonly ProvisionedThroughput?: ThroughputRequest },
  index?: string,
): void {
  const initial =
    'initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial'
  checkWarm(WarmThroughput, warmFloor(ProvisionedThroughput), index, (units) =>
    ProvisionedThroughput === undefined ? initial : `${units} of ProvisionedThroughput`,
  )
}

/** Of one that is there: it never falls. */
export function checkRaisedWarm(warm: WarmRequest | undefined, current: Throughput, index?: string): void {
  checkWarm(warm, current, index, () => 'current WarmThroughput, decreasing WarmThroughput is not supported')
}

type UnitsName = 'ReadCapacityUnits' | 'WriteCapacityUnits'

function checkWarm(warm: WarmRequest = {}, floor: Throughput, index: string | undefined, wordsOf: (units: UnitsName) => string): void {
  const { ReadUnitsPerSecond = floor.readUnits, WriteUnitsPerSecond = floor.writeUnits } = warm
  const of = index === undefined ? 'table' : `index ${index}`
  if (ReadUnitsPerSecond < floor.readUnits) {
    throw invalid(
      `One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for ${of} is lower than ${wordsOf('ReadCapacityUnits')}`,
    )
  }
  if (WriteUnitsPerSecond < floor.writeUnits) {
    throw invalid(
      `One or more parameter values were invalid: Requested WriteUnitsPerSecond for WarmThroughput for ${of} is lower than ${wordsOf('WriteCapacityUnits')}`,
    )
  }
}
