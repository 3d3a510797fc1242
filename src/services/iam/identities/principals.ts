/** The users and roles of the account as saved policies are bound to them. */
import type { Principals } from '../../../policies/bound-principals.ts'
import type { Role, User } from './entity.ts'
import { parseIdentityArn, roleArn, userArn } from './identity-arns.ts'
import type { IdentityRecords } from './identity-records.ts'

export function principalsOf(identities: IdentityRecords, account: string): Principals {
  return {
    idOf: (arn) => {
      const { resource, name = '' } = parseIdentityArn(arn) ?? {}
      const found = resource === 'user' || resource === 'role' ? identities.find(resource, name) : undefined
      return found !== undefined && principalArn(account, found) === arn ? found.id : undefined
    },
    arnOf: (id) => {
      const found = identities.principalOfId(id)
      return found && principalArn(account, found)
    },
  }
}

function principalArn(account: string, principal: User | Role): string {
  return principal.kind === 'user' ? userArn(account, principal) : roleArn(account, principal)
}
