/** What CPU time per request on each side of a shared database says about machines larger than the one it was measured on. */
import type { NodesRecord } from './records.ts'

export interface Sizing {
  /** Requests a second of a node that has a core to itself. */
  readonly nodeAtMost: number
  /** Requests a second for each core of the database. */
  readonly perDatabaseCore: number
  /** Cores of the database that one busy node keeps busy. */
  readonly databaseCoresPerNode: number
}

export function sizingOf({ figures }: NodesRecord): Sizing {
  const { cpuMicros, databaseCpuMicros = Number.NaN } = figures
  return { nodeAtMost: 1e6 / cpuMicros, perDatabaseCore: 1e6 / databaseCpuMicros, databaseCoresPerNode: databaseCpuMicros / cpuMicros }
}
