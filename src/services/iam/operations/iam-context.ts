/** What the operations of IAM work with. */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Caller } from '../../../policies/caller.ts'
import type { IdentityRecords } from '../identities/identity-records.ts'
import type { KeyUses } from '../identities/key-uses.ts'
import type { Vault } from '../identities/vault.ts'

export interface IamContext {
  readonly engine: MeteredEngine
  readonly identities: IdentityRecords
  /** What seals secrets. */
  readonly vault: Vault
  readonly keyUses: KeyUses
  /** Who asks. */
  readonly caller: Caller
}

/** An operation. It rejects with an IamError, or throws it. */
export type IamHandler<Input, Output = void> = (context: IamContext, input: Input) => Promise<Output>
