/**
 * What a wing is: one AWS service beside DynamoDB, in a folder of its own. Its row makes it known (services.ts), its contract says
 * what can be asked, and once it is open it answers, and works by itself. Of the server it knows nothing.
 */
import type { SealingKeys } from '../base/sealing.ts'
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import type { FunctionHost } from '../functions/function-host.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { TableScaling } from '../metering/table-scaling.ts'
import type { Caller } from '../policies/caller.ts'
import type { ContextKeys, ContextValue } from '../policies/context-keys.ts'
import type { Identities } from '../policies/identities.ts'
import type { ProtocolName, ServiceContract } from '../protocols/service-contract.ts'
import type { KeyRange, Store } from '../storage/store.ts'
import type { Records } from './records.ts'

/** All that is known of a service before anything of it is loaded. */
export interface WingRow {
  /** That of its folder, and of its page in docs/. */
  readonly name: string
  /** The name in the credential scope of its requests; forms of several services are told apart by it. */
  readonly signingName: string
  /** What precedes the names of its actions in policies. Default: the same. */
  readonly actionPrefix?: string
  /** What precedes the operation in X-Amz-Target, and stands in the paths of Smithy RPC v2. */
  readonly targetPrefix?: string
  /** What paths of REST begin with, such as `/2015-03-31/functions`. */
  readonly paths?: readonly string[]
  readonly protocols: readonly ProtocolName[]
  /** What is answered in a form that nobody signed. */
  readonly unsignedOperations?: readonly string[]
  /** Where its records lie. If there are any, the wing is opened without being asked for. */
  readonly records?: KeyRange
  /** Of `versionedRecordsIds`: by which it is seen that another process has put some there. */
  readonly recordsId?: number
  /** The wings whose records it changes: they are open when it is. */
  readonly uses?: readonly string[]
  /** It is the one whose open wing has `identities`. */
  readonly keepsIdentities?: true
  /** It is the one whose open wing has `tableScaling`. */
  readonly scalesTables?: true
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
  /** The keys under which secrets are sealed. Rejects with one sentence that says what to do; left out, there are none. */
  readonly sealingKeys?: (() => Promise<SealingKeys>) | undefined
  /** Where identities and policies decide who may do what (`--auth iam`). Left out: everybody may do everything. */
  readonly access?: AccessOptions | undefined
  /** The functions that may be invoked. Left out: there are none. */
  readonly functions?: FunctionHost | undefined
}

export interface AccessOptions {
  /** Of the root user, if it is given from outside; it is not kept in the store. */
  readonly rootKey?: RootKey | undefined
  /** Where the root user's key goes that is made at the first start. Left out: none is made. */
  readonly rootKeyPlace?: RootKeyPlace | undefined
  /** Identities beside those of the store, which the API does not change. */
  readonly file?: IdentityFile | undefined
}

/** What it asks of files and variables throws an error of one sentence. */
export interface IdentityFile {
  /** Calls `use` with its text, now and whenever it changes. Rejects with what `use` throws the first time; later that is told to the log. */
  follow(use: (text: string) => void): Promise<void>
  textInFile(path: string): string
  secretInVariable(name: string): string | undefined
}

export interface RootKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Where whoever started the server finds it. */
export interface RootKeyPlace {
  /** One that was put there and may not have come into the store. */
  read(): Promise<RootKey | undefined>
  write(rootKey: RootKey): Promise<void>
  remove(): Promise<void>
}

export interface OpenWing {
  /** Rejects with a ClientError of the catalogue; what else it rejects with is a fault of ours. */
  run(call: WingCall): Promise<unknown>
  /** What an operation needs to be allowed. Left out: the action of its name, on everything. */
  needs?(call: Omit<WingCall, 'writing'>): readonly WingNeed[]
  /** What it does by itself, in this order. Each costs little when nothing is due, and may be done by several processes at a time. */
  readonly jobs: readonly Job[]
  /** Whom a server knows: of the wing that keeps identities, where they decide who may do what. */
  readonly identities?: Identities | undefined
  /**
   * For whoever wants all that was due to be done: what its jobs began and did not wait for. Resolves when nothing of it is under way any
   * more, with whether anything was.
   */
  rest?(): Promise<boolean>
  /** What is under way, in a few words each. */
  underWay?(): readonly string[]
  /** What DynamoDB's own operations ask of auto scaling: of the wing that scales tables, as the store is at the moment of the call. */
  tableScaling?(): Promise<TableScaling>
  /** Ends what it has running. */
  close?(): Promise<void>
}

/** One action on one resource that the caller must be allowed. */
export interface WingNeed {
  /** Without the service: `AttachUserPolicy`. */
  readonly action: string
  /** ARN, or `*`. */
  readonly resource: string
  /** Condition keys of the operation, in lower case. */
  readonly keys?: ReadonlyMap<string, ContextValue>
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
  /** Where policies decide who may do what: the condition keys that no operation gives. */
  readonly keys?: ContextKeys | undefined
}
