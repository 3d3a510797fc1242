/** Managed policies of users, groups and roles, and boundaries of users and roles: the same for all of them. */
import { noSuchEntity, quotaExceeded } from '../contract/errors.ts'
import { attachedPoliciesMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import { parseIdentityArn, policyArn } from '../identities/identity-arns.ts'
import { foldedName } from '../identities/identity-keys.ts'
import { attachablePolicy, changeableOwner, findOwner, type OwnerKind, type OwnerNames } from './find-entity.ts'
import type { IamHandler } from './iam-context.ts'
import { type PageRequest, pageOf } from './page.ts'

interface ArnNamed extends OwnerNames {
  readonly PolicyArn: string
}

const quotas = { user: 'PoliciesPerUser', group: 'PoliciesPerGroup', role: 'PoliciesPerRole' } as const

export function attachPolicy(kind: OwnerKind): IamHandler<ArnNamed> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const owner = changeableOwner(context, kind, input)
      const arn = policyArn(context.engine.account, attachablePolicy(context, input.PolicyArn))
      if (owner.attachedPolicies.includes(arn)) return
      if (owner.attachedPolicies.length >= attachedPoliciesMax) throw quotaExceeded(quotas[kind], attachedPoliciesMax)
      turn.put({ ...owner, attachedPolicies: [...owner.attachedPolicies, arn] })
    })
  }
}

export function detachPolicy(kind: OwnerKind): IamHandler<ArnNamed> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const owner = changeableOwner(context, kind, input)
      if (!owner.attachedPolicies.includes(input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
      turn.put({ ...owner, attachedPolicies: owner.attachedPolicies.filter((arn) => arn !== input.PolicyArn) })
    })
  }
}

/** One of the account's may be called like one of AWS's. */
function markOf({ PolicyName, PolicyArn }: { readonly PolicyName: string; readonly PolicyArn: string }): string {
  return `${foldedName(PolicyName)} ${PolicyArn}`
}

interface AttachedAsked extends OwnerNames, PageRequest {
  readonly PathPrefix?: string
}

export function listAttachedPolicies(kind: OwnerKind): IamHandler<AttachedAsked, Iam<'ListAttachedUserPoliciesOutput'>> {
  return async (context, input) => {
    const { PathPrefix = '/' } = input
    const policies = findOwner(context, kind, input)
      .attachedPolicies.flatMap((arn) => {
        const parsed = parseIdentityArn(arn)
        return parsed?.path.startsWith(PathPrefix) ? { PolicyName: parsed.name, PolicyArn: arn } : []
      })
      .sort((one, other) => (markOf(one) < markOf(other) ? -1 : 1))
    const { items, next } = pageOf(policies, input, markOf)
    return { AttachedPolicies: items, ...next }
  }
}

export function putBoundary(kind: 'user' | 'role'): IamHandler<OwnerNames & { readonly PermissionsBoundary: string }> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const owner = changeableOwner(context, kind, input)
      turn.put({ ...owner, boundary: policyArn(context.engine.account, attachablePolicy(context, input.PermissionsBoundary)) })
    })
  }
}

export function deleteBoundary(kind: 'user' | 'role'): IamHandler<OwnerNames> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const { boundary, ...owner } = changeableOwner(context, kind, input)
      // [I] The words for one that there is not.
      if (boundary === undefined) throw noSuchEntity(`The ${kind} with name ${owner.name} has no permissions boundary.`)
      turn.put(owner)
    })
  }
}
