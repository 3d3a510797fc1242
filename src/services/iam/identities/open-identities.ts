/** Identities as an open database has them, for the services that work with them: IAM, and STS beside it. */
import type { WingHouse } from '../../wing.ts'
import { type IdentityRecords, loadIdentities } from './identity-records.ts'
import { KeyUses } from './key-uses.ts'
import { StoredIdentities } from './stored-identities.ts'
import { Vault } from './vault.ts'

export interface OpenIdentities {
  readonly identities: IdentityRecords
  readonly vault: Vault
  readonly keyUses: KeyUses
  /** Only where policies decide who may do what. */
  readonly known: StoredIdentities | undefined
}

const opening = new WeakMap<WingHouse['records'], Promise<OpenIdentities>>()

/**
 * Once for an open database, whichever service asks first. Rejects with one sentence when the server key is needed at once and is not
 * there, or is another than that of the store; then they are opened again the next time.
 */
export function openIdentities(house: WingHouse): Promise<OpenIdentities> {
  const { records } = house
  let opened = opening.get(records)
  if (opened === undefined) {
    opened = open(house)
    opening.set(records, opened)
    opened.catch(() => opening.delete(records))
  }
  return opened
}

async function open({ engine, records, sealingKeys, access }: WingHouse): Promise<OpenIdentities> {
  const identities = await records.of(loadIdentities)
  const vault = new Vault(identities, sealingKeys)
  const { account, clock, leases, schedule } = engine
  const keyUses = new KeyUses(identities, clock, schedule)
  if (access === undefined) return { identities, vault, keyUses, known: undefined }
  const keys = await vault.open()
  const known = new StoredIdentities({ identities, keys, keyUses, account, clock, rootKey: access.rootKey, isShared: leases !== undefined })
  return { identities, vault, keyUses, known }
}
