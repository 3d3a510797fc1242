/**
 * A long work as people watch it (docs/jobs.md): what is done with which table, and how far it has come. It is made of what is stored,
 * anew whenever somebody looks, so that it outlasts a restart as the work itself does. Each kind of work has a source of its own.
 */
import type { MeteredEngine } from '../../metering/metered-engine.ts'

type WorkKind = 'backup' | 'restore' | 'branch' | 'backfill' | 'export' | 'import' | 'bulk put'

/** `waiting`: all is done but for a time that must pass. The last three have ended lately. */
type WorkState = 'running' | 'waiting' | 'cancelling' | 'done' | 'failed' | 'cancelled'

export interface Work {
  /** One segment of a path: letters, digits, `-`. No other work of any kind has it, ever. */
  readonly id: string
  readonly kind: WorkKind
  readonly region: string
  /** The name of the table that is read or filled. */
  readonly table: string
  /** What comes of it, besides: the name of an index, of a backup, of the other table; an ARN. */
  readonly makes?: string
  readonly state: WorkState
  /** Milliseconds since the epoch. */
  readonly startedMs: number
  readonly endedMs?: number
  /** 0 to 1, never going back but for a source that has grown. */
  readonly share: number
  /** Of totals that are estimated `done` may become more. */
  readonly itemsDone?: number
  readonly itemsTotal?: number
  readonly bytesDone?: number
  readonly bytesTotal?: number
  /** Why it failed. */
  readonly reason?: string
  readonly canBeCancelled: boolean
}

export interface WorkSource {
  /** All works of its kinds that are not over, and those that were lately if they are remembered, of all regions. */
  list(engine: MeteredEngine): Promise<readonly Work[]>
  /** Of one that can be cancelled. Resolves when it is durable that it goes no further. A ServiceError says why it was too late. */
  cancel?(engine: MeteredEngine, work: Work): Promise<void>
}

/** How far something has come of which `done` of `total` is there; of nothing all is. */
export function shareOf(done: number, total: number): number {
  return total <= 0 ? 1 : Math.min(1, done / total)
}
