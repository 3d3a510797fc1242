/** How many partitions a table has to begin with (capacity.md §7.1). Its stream starts with as many shards. */
import { onDemandPartitionsMin, partitionReadUnitsPerSecondMax, partitionWriteUnitsPerSecondMax } from '../../api/limits.ts'
import type { Table } from './table.ts'

/** From the provisioned throughput; without it as many as serve the warm throughput, which are 4 unless it was raised. */
export function partitionCount({ provisioned, warm }: Pick<Table, 'provisioned' | 'warm'>): number {
  if (provisioned !== undefined) return Math.max(1, Math.ceil(readShare(provisioned.readUnits) + writeShare(provisioned.writeUnits)))
  // [I] That reads and writes are served side by side here follows from 12,000 and 4,000 units being 4 partitions.
  return Math.max(onDemandPartitionsMin, Math.ceil(readShare(warm.readUnits)), Math.ceil(writeShare(warm.writeUnits)))
}

function readShare(units: number): number {
  return units / partitionReadUnitsPerSecondMax
}

function writeShare(units: number): number {
  return units / partitionWriteUnitsPerSecondMax
}
