/** The ARNs of identities, and what an ARN of one says. */
import type { Group, ManagedPolicy, Role, User } from './entity.ts'

export function userArn(account: string, { path, name }: Pick<User, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:user${path}${name}`
}

export function groupArn(account: string, { path, name }: Pick<Group, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:group${path}${name}`
}

export function roleArn(account: string, { path, name }: Pick<Role, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:role${path}${name}`
}

export function policyArn(account: string, { path, name, isOfAws }: Pick<ManagedPolicy, 'path' | 'name' | 'isOfAws'>): string {
  return `arn:aws:iam::${isOfAws ? 'aws' : account}:policy${path}${name}`
}

/** Of a session of the role, which has no path. */
export function assumedRoleArn(account: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`
}

export function federatedUserArn(account: string, sessionName: string): string {
  return `arn:aws:sts::${account}:federated-user/${sessionName}`
}

export interface IdentityArn {
  readonly account: string
  readonly resource: 'user' | 'group' | 'role' | 'policy'
  readonly path: string
  readonly name: string
}

const arnPattern = /^arn:aws:iam::(\d{12}|aws):(user|group|role|policy)(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]+)$/

/** Undefined for what is no ARN of such an identity. */
export function parseIdentityArn(arn: string): IdentityArn | undefined {
  const [, account, resource, path, name] = arnPattern.exec(arn) ?? []
  if (account === undefined || path === undefined || name === undefined) return undefined
  return { account, resource: resource as IdentityArn['resource'], path, name }
}
