/** What the use of a table or a global index comes to, as far as it does not depend on prices: all that takes a look at every minute. */
import { burstSecondsMax } from '../../api/limits.ts'
import type { Table } from '../../engine/schema/table.ts'
import { type FixedCapacity, minutesRefusedBy, type ThroughputUse } from './capacity-over-time.ts'
import { type MonthlyThroughput, monthlyThroughput } from './throughput-cost.ts'

export interface LineUse {
  readonly month: MonthlyThroughput
  /** Minutes in which what is provisioned now, or the maximum on demand, would not have been enough. */
  readonly refusedAsSet: number
}

/** How a table or a global index is set. */
export type LineSetting = Pick<Table, 'provisioned' | 'onDemandMaxima'>

export function lineUse(setting: LineSetting, use: ThroughputUse): LineUse {
  return { month: monthlyThroughput(use), refusedAsSet: minutesRefusedBy(capacityNow(setting), use) }
}

/** What is provisioned for a table or a global index, or what on-demand throughput may come to: nothing of that is saved. */
function capacityNow({ provisioned, onDemandMaxima = {} }: LineSetting): FixedCapacity {
  if (provisioned !== undefined) return { ...provisioned, burstSeconds: burstSecondsMax }
  const { readUnitsMax = Number.MAX_SAFE_INTEGER, writeUnitsMax = Number.MAX_SAFE_INTEGER } = onDemandMaxima
  return { readUnits: readUnitsMax, writeUnits: writeUnitsMax, burstSeconds: 0 }
}
