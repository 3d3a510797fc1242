/**
 * Passwords, devices, certificates and keys of other services: there are none here, and whoever looks for them before he deletes a user
 * (Terraform with force_destroy) is told so.
 */
import { noSuchEntity } from '../contract/errors.ts'
import { namedOrAsking, type OwnerNames } from './find-entity.ts'
import type { IamContext, IamHandler } from './iam-context.ts'

/** Of a user, or of whoever asks. */
export function listNone(member: string): IamHandler<OwnerNames, object> {
  return async (context, input) => {
    namedOrAsking(context, input)
    return { [member]: [], IsTruncated: false }
  }
}

export async function listVirtualMfaDevices(): Promise<{ readonly VirtualMFADevices: readonly never[]; readonly IsTruncated: false }> {
  return { VirtualMFADevices: [], IsTruncated: false }
}

/** [V] github.com/ansible/ansible#43197: `Login Profile for User … cannot be found.` */
export async function noLoginProfile(context: IamContext, input: OwnerNames): Promise<never> {
  const user = namedOrAsking(context, input)
  throw noSuchEntity(`Login Profile for User ${user === 'root' ? user : user.name} cannot be found.`)
}
