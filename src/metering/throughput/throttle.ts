/** How a request that is too much is refused: exception, message and reasons by the mode of the table (capacity.md §8). */

import { type ExceptionName, ServiceError } from '../../api/errors.ts'
import { indexArn, type TableHome, tableArn } from '../../api/table-name.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { ThrottleCause } from './throughput-gate.ts'
import type { ThroughputMeter } from './throughput-meter.ts'

/** One thing that had no capacity left. */
export interface Refusal extends Lack {
  readonly meter: ThroughputMeter
  /** What was to be read or written there. */
  readonly key: KeyBytes
}

/** The same, whoever counts it. */
export interface Lack {
  readonly meter: Lacking
  readonly access: Access
  readonly cause: ThrottleCause
}

type Lacking = Pick<ThroughputMeter, 'table' | 'index'>

/** The wire's name of a reason: one of sixteen. */
export function reasonName({ meter, access, cause }: Lack): string {
  return `${meter.index === undefined ? 'Table' : 'Index'}${access === 'read' ? 'Read' : 'Write'}${cause}`
}

/** What the client is told of the first refusal, with the reasons of all. */
export function throttled(first: Lack, refusals: readonly Lack[], owner: TableHome): ServiceError {
  const reasons = refusals.map((refusal) => ({ reason: reasonName(refusal), resource: resourceArn(refusal.meter, owner) }))
  const { meter, cause } = first
  const members = { ThrottlingReasons: reasons }
  if (cause === 'AccountLimitExceeded') {
    return new ServiceError(
      'RequestLimitExceeded',
      'Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support request a limit increase',
      { members },
    )
  }
  if (isProvisioned(first)) {
    return new ServiceError('ProvisionedThroughputExceededException', provisionedMessage(meter), { members })
  }
  return new ServiceError('ThrottlingException', onDemandMessage(meter, cause), { members: { throttlingReasons: reasons } })
}

/** A cause that is of one mode alone says so by itself. */
function isProvisioned({ meter: { index, table }, cause }: Lack): boolean {
  if (cause === 'ProvisionedThroughputExceeded') return true
  return cause !== 'MaxOnDemandThroughputExceeded' && (index ?? table).provisioned !== undefined
}

/** Whether something was refused for want of capacity. */
export function isThrottle(error: unknown): error is ServiceError {
  return error instanceof ServiceError && isThrottleName(error.exception)
}

export function isThrottleName(exception: ExceptionName): boolean {
  return throttleExceptions.has(exception)
}

const throttleExceptions: ReadonlySet<ExceptionName> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
])

function provisionedMessage({ index }: Lacking): string {
  return index === undefined
    ? 'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.'
    : 'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider provisioning your under-provisioned global secondary indexes with the UpdateTable API'
}

function onDemandMessage({ index }: Lacking, cause: ThrottleCause): string {
  if (cause === 'MaxOnDemandThroughputExceeded') return 'Throughput exceeds the maximum OnDemandThroughput configured on table or index'
  return index === undefined
    ? 'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html'
    : 'Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.'
}

function resourceArn({ table, index }: Lacking, owner: TableHome): string {
  const address = { ...owner, tableName: table.name }
  return index === undefined ? tableArn(address) : indexArn(address, index.name)
}
