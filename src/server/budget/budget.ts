/**
 * How the memory that a server may take is divided among what it takes it for. A little less than half of it is for what requests hold, as far as that
 * is counted; the rest is for the process itself and for what has been let go of and not yet been collected.
 *
 * | part | what for |
 * | --- | --- |
 * | three sixteenths | requests at work (admission.ts) |
 * | a sixteenth | bodies of requests that wait to begin |
 * | three thirty-seconds | requests that are not whole: bodies and heads on their way |
 * | an eighth | answers that clients have not taken |
 */
import { connectionsMaxDefault, memoryBudgetBytesDefault } from '../limits.ts'
import { Admission } from './admission.ts'
import type { Collector } from './collector.ts'
import { HeldBytes } from './held-bytes.ts'
import { Newcomers } from './newcomers.ts'
import { OpenConnections } from './open-connections.ts'

export interface Budget {
  readonly admission: Admission
  /** What has come of requests that are not whole. */
  readonly arriving: HeldBytes
  /** What is left of answers. */
  readonly leaving: HeldBytes
  readonly connections: OpenConnections
  readonly newcomers: Newcomers
}

export interface BudgetOptions {
  /** Of the whole process, but for a database that is kept in memory. */
  readonly memoryBytes: number
  readonly connectionsMax: number
}

export const defaultBudget: BudgetOptions = { memoryBytes: memoryBudgetBytesDefault, connectionsMax: connectionsMaxDefault }

/** With a `collector` what requests let go of is collected in time. */
export function budgetOf({ memoryBytes, connectionsMax }: BudgetOptions, collector?: Collector): Budget {
  const onFreed = collector && ((bytes: number) => collector.noteFreed(bytes))
  const newcomers = new Newcomers()
  return {
    admission: new Admission({ workBytesMax: (memoryBytes * 3) / 16, waitingBytesMax: memoryBytes / 16, newcomers, onFreed }),
    arriving: new HeldBytes((memoryBytes * 3) / 32, onFreed),
    leaving: new HeldBytes(memoryBytes / 8, onFreed),
    connections: new OpenConnections(connectionsMax, newcomers),
    newcomers,
  }
}
