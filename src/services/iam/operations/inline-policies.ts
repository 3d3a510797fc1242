/** Inline policies of users, groups and roles: Put…, Get…, Delete… and List…Policies are the same for all three. */
import { getOwn } from '../../../base/own.ts'
import { IamError, noSuchEntity } from '../contract/errors.ts'
import { groupInlineSizeMax, roleInlineSizeMax, userInlineSizeMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import type { PolicyOwner } from '../identities/entity.ts'
import { documentSize, parsedDocument } from './check-document.ts'
import { encodedDocument } from './describe.ts'
import { changeableOwner, findOwner, type OwnerKind, type OwnerNames } from './find-entity.ts'
import type { IamHandler } from './iam-context.ts'
import { type PageRequest, pageOf } from './page.ts'

const sizesMax = { user: userInlineSizeMax, group: groupInlineSizeMax, role: roleInlineSizeMax } as const

interface PolicyNamed extends OwnerNames {
  readonly PolicyName: string
}

export function putInlinePolicy(kind: OwnerKind): IamHandler<PolicyNamed & { readonly PolicyDocument: string }> {
  return async (context, input) => {
    parsedDocument('identity', input.PolicyDocument)
    await context.identities.change((turn) => {
      const owner = changeableOwner(context, kind, input)
      const inlinePolicies = { ...owner.inlinePolicies, [nameIn(owner, input.PolicyName)]: input.PolicyDocument }
      checkSizes(owner, inlinePolicies)
      turn.put({ ...owner, inlinePolicies })
    })
  }
}

/** The owner's name under each of the names that it may have: the shape of the answer takes its own. */
interface PolicyShown extends Required<OwnerNames> {
  readonly PolicyName: string
  readonly PolicyDocument: string
}

export function getInlinePolicy(kind: OwnerKind): IamHandler<PolicyNamed, PolicyShown> {
  return async (context, input) => {
    const owner = findOwner(context, kind, input)
    const name = nameIn(owner, input.PolicyName)
    const document = getOwn(owner.inlinePolicies, name)
    if (document === undefined) throw noSuchPolicy(kind, input.PolicyName)
    return {
      UserName: owner.name,
      GroupName: owner.name,
      RoleName: owner.name,
      PolicyName: name,
      PolicyDocument: encodedDocument(document),
    }
  }
}

export function deleteInlinePolicy(kind: OwnerKind): IamHandler<PolicyNamed> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const owner = changeableOwner(context, kind, input)
      const name = nameIn(owner, input.PolicyName)
      if (!Object.hasOwn(owner.inlinePolicies, name)) throw noSuchPolicy(kind, input.PolicyName)
      const { [name]: _, ...inlinePolicies } = owner.inlinePolicies
      turn.put({ ...owner, inlinePolicies })
    })
  }
}

export function listInlinePolicies(kind: OwnerKind): IamHandler<OwnerNames & PageRequest, Iam<'ListUserPoliciesOutput'>> {
  return async (context, input) => {
    const names = Object.keys(findOwner(context, kind, input).inlinePolicies).sort()
    const { items, next } = pageOf(names, input, (name) => name)
    return { PolicyNames: items, ...next }
  }
}

/** As it is there already: names are not distinguished by case. */
function nameIn({ inlinePolicies }: PolicyOwner, name: string): string {
  return Object.keys(inlinePolicies).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name
}

/** [V] github.com/aws-amplify/amplify-cli#4369: `Maximum policy size of 10240 bytes exceeded for role …`. */
function checkSizes({ kind, name }: PolicyOwner, inlinePolicies: PolicyOwner['inlinePolicies']): void {
  const size = Object.values(inlinePolicies).reduce((sum, document) => sum + documentSize(document), 0)
  const max = sizesMax[kind]
  if (size > max) throw new IamError('LimitExceededException', `Maximum policy size of ${max} bytes exceeded for ${kind} ${name}`)
}

function noSuchPolicy(kind: OwnerKind, name: string): IamError {
  return noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`)
}
