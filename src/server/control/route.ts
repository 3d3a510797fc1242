/** What a route of the control endpoint is, and the members that many have. Apart from the table of routes, which is made of several files. */
import type { Advisor } from '../../advice/advisor.ts'
import type { AdviceProfile } from '../../advice/rule.ts'
import type { MovableClock } from '../../base/clock.ts'
import type { Pace } from '../../base/pace.ts'
import type { StorageOptions } from '../../engine/engine.ts'
import type { FunctionHost } from '../../functions/function-host.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Sinks } from '../../operations/sinks/sinks.ts'
import type { Identities } from '../../policies/identities.ts'
import type { SeenAccess } from '../../policies/seen-access.ts'
import type { PriceTable } from '../../services/cost/price-table.ts'
import type { CostsForAdvice } from '../advice/costs-for-advice.ts'
import type { Checks } from '../checks.ts'
import type { Faults } from '../faults/faults.ts'
import type { CallerCounts } from '../requests/caller-counts.ts'
import type { RequestFeed } from '../requests/request-feed.ts'
import type { StreamReaders } from '../streams/stream-readers.ts'
import type { Works } from '../works.ts'
import type { Member, MembersOf } from './members.ts'

/** What routes work on. One for the life of a server. */
export interface ControlContext {
  readonly engine: MeteredEngine
  readonly storage: StorageOptions['kind']
  /** What AWS asks for, as far as this server knows. */
  readonly prices: PriceTable
  readonly checks: Checks
  readonly works: Works
  /** Copies the database into a new file beside it; undefined where it is no folder of this server's. */
  readonly takeSnapshot?: (() => Promise<string>) | undefined
  /** Whom this server knows; undefined: nobody is asked who they are. */
  readonly identities?: Identities | undefined
  readonly seenAccess: SeenAccess
  /** What was asked of this process. */
  readonly feed: RequestFeed
  /** Which programs read streams; undefined: nothing is kept of what is asked. */
  readonly streamReaders?: StreamReaders | undefined
  readonly faults: Faults
  /** Those that this server was told of. */
  readonly sinks?: Sinks | undefined
  /** Undefined: no advice is given. */
  readonly advisor?: Advisor | undefined
  readonly adviceProfile: () => AdviceProfile
  /** Of this moment. */
  readonly costsForAdvice: () => CostsForAdvice
  /** Who asked for how much; undefined: nobody is asked who they are. */
  readonly callers?: CallerCounts | undefined
  /** What invokes functions; undefined: there are none. */
  readonly functions?: FunctionHost | undefined
  /** What jobs began and is not done, in a few words each. */
  underWay(): readonly string[]
  /** Moves the clock, if it is to be moved. Resolves when nothing is due any more: in a cluster for tests on no node. */
  runJobs(move?: (clock: MovableClock) => void): Promise<void>
  /** Reads again what the server goes by. */
  reload(): Promise<readonly Reloaded[]>
}

/** Files that were read again. */
export interface Reloaded {
  readonly files: readonly string[]
  /** Why what was read before still holds. */
  readonly error?: string
}

export type ControlMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Route<Input, Output> {
  readonly method: ControlMethod
  /** Segments after `:` are members of the input. */
  readonly path: string
  /** A sentence for the documentation. */
  readonly does: string
  /** What the answer is, for the documentation. */
  readonly answers: string
  /** From the path; then from the body, or with GET and DELETE from the query. */
  readonly members: MembersOf<Input>
  /** It changes nothing, although it is posted. */
  readonly isRead?: true
  /** It changes nothing, but tells what items hold. */
  readonly tellsItems?: true
  /** It takes away what others rely on, or holds on the node that is asked and on no other: on a shared store a cluster for tests may have it. */
  readonly isForTests?: true
  /** What takes long is cut by `pace`, unless it changes something. */
  run(context: ControlContext, input: Input, pace: Pace): Output | Promise<Output>
  /** For who wants to be told as it happens: what makes server-sent events, until `gone` says that nobody listens. Throws ControlError. */
  follow?(context: ControlContext, input: Input): (gone: AbortSignal) => AsyncIterable<string>
}

export interface InRegion {
  readonly region?: string
}

export interface OfTable extends InRegion {
  readonly table: string
}

export const region: Member = { kind: 'region', does: 'with `--regions isolated`, which region is meant' }
export const table: Member = { kind: 'name', required: true, does: 'name of the table' }
