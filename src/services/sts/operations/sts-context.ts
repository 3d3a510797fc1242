/** What the operations of STS work with. */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Caller } from '../../../policies/caller.ts'
import type { ContextKeys } from '../../../policies/context-keys.ts'
import type { PoliciesOf } from '../../../policies/decide-access.ts'
import type { IdentityRecords } from '../../iam/identities/identity-records.ts'
import type { Vault } from '../../iam/identities/vault.ts'

export interface StsContext {
  readonly engine: MeteredEngine
  readonly identities: IdentityRecords
  /** What seals tokens. */
  readonly vault: Vault
  /** Who asks. */
  readonly caller: Caller
  /** Condition keys of the request, where policies decide who may do what. */
  readonly keys?: ContextKeys | undefined
  /** Of whoever asks, where policies decide who may do what; left out, everybody may do everything. */
  readonly policiesOf?: ((caller: Caller) => PoliciesOf) | undefined
}
