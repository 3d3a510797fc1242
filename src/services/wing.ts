/**
 * What a wing is: one AWS service beside DynamoDB, in a folder of its own. Its row makes it known (services.ts), its contract says
 * what can be asked, and once it is open it answers, and works by itself. Of the server it knows nothing.
 */
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { Caller } from '../policies/caller.ts'
import type { ProtocolName, ServiceContract } from '../protocols/service-contract.ts'
import type { KeyRange, Store } from '../storage/store.ts'
import type { Records } from './records.ts'

/** All that is known of a service before anything of it is loaded. */
export interface WingRow {
  /** That of its folder, and of its page in docs/. */
  readonly name: string
  /** The name in the credential scope of its requests; forms of several services are told apart by it. */
  readonly signingName: string
  /** What precedes the operation in X-Amz-Target, and stands in the paths of Smithy RPC v2. */
  readonly targetPrefix?: string
  /** What paths of REST begin with, such as `/2015-03-31/functions`. */
  readonly paths?: readonly string[]
  readonly protocols: readonly ProtocolName[]
  /** Where its records lie. If there are any, the wing is opened without being asked for. */
  readonly records?: KeyRange
  /** Of `versionedRecordsIds`: by which it is seen that another process has put some there. */
  readonly recordsId?: number
  /** The wings whose records it changes: they are open when it is. */
  readonly uses?: readonly string[]
  load(): Promise<Wing>
}

/** The code of a wing. Of a database it has seen nothing yet. */
export interface Wing {
  /** For the log. */
  readonly title: string
  readonly contract: ServiceContract
  /** Carries its records over from format 1; may be done again. Left out: they are the same. */
  carryOver?(store: Store): Promise<void>
  open(house: WingHouse): Promise<OpenWing>
}

/** What a wing works with: one open database. */
export interface WingHouse {
  /** As the server's own region sees it. */
  readonly engine: MeteredEngine
  /** What this wing and others keep in the store. */
  readonly records: Records
}

export interface OpenWing {
  /** Rejects with a ClientError of the catalogue; what else it rejects with is a fault of ours. */
  run(call: WingCall): Promise<unknown>
  /** What it does by itself, in this order. Each costs little when nothing is due, and may be done by several processes at a time. */
  readonly jobs: readonly Job[]
  /** Ends what it has running. */
  close?(): Promise<void>
}

export interface WingCall {
  /** As the region sees it that the request is signed for. */
  readonly engine: MeteredEngine
  readonly caller: Caller
  /** One of the contract's. */
  readonly operation: string
  /** What the request carried, not yet held against the shapes. */
  readonly raw: unknown
  /** Whether numbers and times are text in it, or numbers. */
  readonly writing: 'text' | 'typed'
}
