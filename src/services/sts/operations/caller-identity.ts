/** GetCallerIdentity and GetAccessKeyInfo: who asks, and whose account a key is of. */
import { accountOfAccessKey } from '../../iam/identities/identity-ids.ts'
import { validationError } from '../contract/errors.ts'
import type { Sts } from '../contract/shapes.ts'
import type { StsContext } from './sts-context.ts'

/** Nobody needs a permission for it. */
export async function getCallerIdentity({ caller }: StsContext): Promise<Sts<'GetCallerIdentityOutput'>> {
  return { UserId: caller.userId, Account: caller.accountId, Arn: caller.arn }
}

/** The account stands in the id: whether there still is such a key is not asked. */
export async function getAccessKeyInfo(
  _: StsContext,
  { AccessKeyId }: Sts<'GetAccessKeyInfoInput'>,
): Promise<Sts<'GetAccessKeyInfoOutput'>> {
  const account = accountOfAccessKey(AccessKeyId)
  // [I] The words for an id that was never given.
  if (account === undefined) throw validationError(`Invalid Access Key ID: ${AccessKeyId}`)
  return { Account: account }
}
