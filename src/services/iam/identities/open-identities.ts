/** Identities as an open database has them, for the services that work with them: IAM, and STS beside it. */
import type { WingHouse } from '../../wing.ts'
import { type IdentityRecords, loadIdentities } from './identity-records.ts'
import { StoredIdentities } from './stored-identities.ts'
import { Vault } from './vault.ts'

export interface OpenIdentities {
  readonly identities: IdentityRecords
  readonly vault: Vault
  /** Only where policies decide who may do what. */
  readonly known: StoredIdentities | undefined
}

/** Rejects with one sentence when the server key is needed at once and is not there, or is another than that of the store. */
export async function openIdentities({ engine, records, sealingKeys, access }: WingHouse): Promise<OpenIdentities> {
  const identities = await records.of(loadIdentities)
  const vault = new Vault(identities, sealingKeys)
  if (access === undefined) return { identities, vault, known: undefined }
  const { account, clock, leases } = engine
  const keys = await vault.open()
  const known = new StoredIdentities({ identities, keys, account, clock, rootKey: access.rootKey, isShared: leases !== undefined })
  return { identities, vault, known }
}
