/** Access keys of users and of the root user. The secret is told once, and lies in the store sealed. */
import { IamError, quotaExceeded } from '../contract/errors.ts'
import { accessKeysPerUserMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import { type AccessKey, accessKeyPurpose, type User } from '../identities/entity.ts'
import { newAccessKeyId, newSecretAccessKey } from '../identities/identity-ids.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { describeAccessKey, seconds } from './describe.ts'
import { checkChangeable, findAccessKey, namedOrAsking, noSuchAccessKey } from './find-entity.ts'
import type { IamContext } from './iam-context.ts'
import { pageOf } from './page.ts'

interface KeyOwner {
  readonly id: string
  readonly name: string
  readonly isFromFile?: true
}

export async function createAccessKey(context: IamContext, input: Iam<'CreateAccessKeyInput'>): Promise<Iam<'CreateAccessKeyOutput'>> {
  const { engine, identities, vault } = context
  const keys = await vault.openForRequest()
  const name = newAccessKeyId('accessKey', engine.account, engine.random)
  const secret = newSecretAccessKey(engine.random)
  const sealed = keys.seal(secret, accessKeyPurpose(name))
  const { owner, accessKey } = await identities.change((turn) => {
    const keyOwner = ownerOf(context, namedOrAsking(context, input))
    checkChangeable(keyOwner.isFromFile, `The user ${keyOwner.name}`)
    if (identities.accessKeysOf(keyOwner.id).length >= accessKeysPerUserMax) {
      throw quotaExceeded('AccessKeysPerUser', accessKeysPerUserMax)
    }
    const made: AccessKey = {
      kind: 'access-key',
      name,
      ownerId: keyOwner.id,
      isActive: true,
      createdMs: engine.clock.now(),
      secret: sealed,
    }
    turn.put(made)
    return { owner: keyOwner, accessKey: made }
  })
  const { createdMs } = accessKey
  return {
    AccessKey: { UserName: owner.name, AccessKeyId: name, Status: 'Active', SecretAccessKey: secret, CreateDate: seconds(createdMs) },
  }
}

export async function updateAccessKey(context: IamContext, input: Iam<'UpdateAccessKeyInput'>): Promise<void> {
  // The model has it among the values; it is for AWS to set.
  if (input.Status === 'Expired') throw new IamError('InvalidInputException', 'The status of an access key is Active or Inactive.')
  await context.identities.change((turn) => {
    turn.put({ ...changeableAccessKey(context, input), isActive: input.Status === 'Active' })
  })
}

export async function deleteAccessKey(context: IamContext, input: Iam<'DeleteAccessKeyInput'>): Promise<void> {
  await context.identities.change((turn) => turn.remove(changeableAccessKey(context, input)))
}

export async function listAccessKeys(context: IamContext, input: Iam<'ListAccessKeysInput'>): Promise<Iam<'ListAccessKeysOutput'>> {
  const owner = ownerOf(context, namedOrAsking(context, input))
  const { items, next } = pageOf(context.identities.accessKeysOf(owner.id), input, ({ name }) => foldedName(name))
  return { AccessKeyMetadata: items.map((each) => describeAccessKey(owner.name, each)), ...next }
}

/** As AWS says it: what is not known is `N/A`. */
export async function getAccessKeyLastUsed(
  { engine, identities, keyUses }: IamContext,
  { AccessKeyId }: Iam<'GetAccessKeyLastUsedInput'>,
): Promise<Iam<'GetAccessKeyLastUsedOutput'>> {
  const accessKey = identities.find('access-key', AccessKeyId)
  const owner = accessKey?.ownerId === engine.account ? { name: 'root' } : accessKey && identities.userOfId(accessKey.ownerId)
  // [I] AWS tells nobody of a key that there is not; here whoever may ask of all keys is.
  if (accessKey?.name !== AccessKeyId || owner === undefined) throw noSuchAccessKey(AccessKeyId)
  const { atMs, service = 'N/A', region = 'N/A' } = keyUses.of(accessKey) ?? {}
  return {
    UserName: owner.name,
    AccessKeyLastUsed: { ...(atMs !== undefined && { LastUsedDate: seconds(atMs) }), ServiceName: service, Region: region },
  }
}

interface KeyNamed {
  readonly UserName?: string
  readonly AccessKeyId: string
}

function changeableAccessKey(context: IamContext, input: KeyNamed): AccessKey {
  const owner = ownerOf(context, namedOrAsking(context, input))
  const found = findAccessKey(context, owner.id, input.AccessKeyId)
  checkChangeable(found.isFromFile, `The access key ${found.name}`)
  return found
}

/** AWS gives the root user's keys no name of a user. [I] */
function ownerOf({ engine }: IamContext, user: User | 'root'): KeyOwner {
  return user === 'root' ? { id: engine.account, name: 'root' } : user
}
