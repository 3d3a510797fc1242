/** DescribeLimits (operations.md §5.6): the quotas every account starts with. */
import {
  accountReadUnitsPerSecondMax,
  accountWriteUnitsPerSecondMax,
  tableReadUnitsPerSecondMax,
  tableWriteUnitsPerSecondMax,
} from '../../api/limits.ts'
import type { OutputOf } from '../../api/operations.ts'

export async function describeLimits(): Promise<OutputOf<'DescribeLimits'>> {
  return {
    AccountMaxReadCapacityUnits: accountReadUnitsPerSecondMax,
    AccountMaxWriteCapacityUnits: accountWriteUnitsPerSecondMax,
    TableMaxReadCapacityUnits: tableReadUnitsPerSecondMax,
    TableMaxWriteCapacityUnits: tableWriteUnitsPerSecondMax,
  }
}
