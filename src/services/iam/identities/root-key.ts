/**
 * The first key of a server with `--auth iam`: it belongs to the root user, who makes everybody else. It comes from the environment, or
 * is made at the first start and handed to whoever started the server.
 */
import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { SealingKeys } from '../../../base/sealing.ts'
import type { RootKey, RootKeyPlace } from '../../wing.ts'
import { accessKeyPurpose } from './entity.ts'
import { newAccessKeyId, newSecretAccessKey } from './identity-ids.ts'
import type { IdentityRecords } from './identity-records.ts'

export interface RootKeyParts {
  readonly identities: IdentityRecords
  readonly keys: SealingKeys
  readonly account: string
  readonly clock: Clock
  readonly random: Random
}

/** Makes one, unless the root user has a key. It is in its place before it is in the store, so that none is lost in between. */
export async function makeRootKey({ identities, keys, account, clock, random }: RootKeyParts, place: RootKeyPlace): Promise<void> {
  if (identities.accessKeysOf(account).length > 0) return
  const kept = await place.read()
  const rootKey: RootKey = kept ?? {
    accessKeyId: newAccessKeyId('accessKey', account, random),
    secretAccessKey: newSecretAccessKey(random),
  }
  if (kept === undefined) await place.write(rootKey)
  const name = rootKey.accessKeyId
  const secret = keys.seal(rootKey.secretAccessKey, accessKeyPurpose(name))
  const isKept = await identities.change((turn) => {
    // Another server may have been first.
    if (identities.accessKeysOf(account).length > 0) return identities.find('access-key', name)?.ownerId === account
    turn.put({ kind: 'access-key', name, ownerId: account, isActive: true, createdMs: clock.now(), secret })
    return true
  })
  if (!isKept) await place.remove()
}
