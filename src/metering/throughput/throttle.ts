/** How a request that is too much is refused: exception, message and reasons by the mode of the table (capacity.md §8). */

import { type ExceptionName, ServiceError } from '../../api/errors.ts'
import { indexArn, type TableHome, tableArn } from '../../api/table-name.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { ThrottleCause } from './throughput-gate.ts'
import type { ThroughputMeter } from './throughput-meter.ts'

/** One thing that had no capacity left. */
export interface Refusal {
  readonly meter: ThroughputMeter
  readonly access: Access
  /** What was to be read or written there. */
  readonly key: KeyBytes
  readonly cause: ThrottleCause
}

/** The wire's name of a reason: one of sixteen. */
export function reasonName({ meter, access, cause }: Refusal): string {
  return `${meter.index === undefined ? 'Table' : 'Index'}${access === 'read' ? 'Read' : 'Write'}${cause}`
}

/** What the client is told of the first refusal, with the reasons of all. */
export function throttled(first: Refusal, refusals: readonly Refusal[], owner: TableHome): ServiceError {
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
  if ((meter.index ?? meter.table).provisioned !== undefined) {
    return new ServiceError('ProvisionedThroughputExceededException', provisionedMessage(meter), { members })
  }
  return new ServiceError('ThrottlingException', onDemandMessage(meter, cause), { members: { throttlingReasons: reasons } })
}

/** Whether something was refused for want of capacity. */
export function isThrottle(error: unknown): error is ServiceError {
  return error instanceof ServiceError && throttleExceptions.has(error.exception)
}

const throttleExceptions: ReadonlySet<ExceptionName> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
])

function provisionedMessage({ index }: ThroughputMeter): string {
  return index === undefined
    ? 'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.'
    : 'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider provisioning your under-provisioned global secondary indexes with the UpdateTable API'
}

function onDemandMessage({ index }: ThroughputMeter, cause: ThrottleCause): string {
  if (cause === 'MaxOnDemandThroughputExceeded') return 'Throughput exceeds the maximum OnDemandThroughput configured on table or index'
  return index === undefined
    ? 'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html'
    : 'Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.'
}

function resourceArn({ table, index }: ThroughputMeter, owner: TableHome): string {
  const address = { ...owner, tableName: table.name }
  return index === undefined ? tableArn(address) : indexArn(address, index.name)
}
