/**
 * The file of `--iam-file`: identities that whoever runs the server says, beside those that are made by the API (docs/iam.md shows one).
 * Their ids follow from their names, so that they are the same at every start and on every server.
 *
 * | member     | of each of its elements                                                                         |
 * | ---------- | ----------------------------------------------------------------------------------------------- |
 * | `users`    | `name`, `path`, `tags`, `groups` (names), `policies` (ARNs), `inlinePolicies` (by name), `boundary`, `accessKeys` |
 * | `groups`   | `name`, `path`, `policies`, `inlinePolicies`                                                    |
 * | `roles`    | `name`, `path`, `tags`, `policies`, `inlinePolicies`, `boundary`, `trustPolicy`, `description`, `maxSessionSeconds` |
 * | `policies` | `name`, `path`, `tags`, `description`, `document`                                               |
 * | `oidcProviders` | `url`, `clientIds`, and `jwks` or `jwksFile` (read-oidc-provider.ts)                        |
 *
 * A document is a JSON object or its text. An access key has `accessKeyId`, `status`, and its secret: as it is (`secretAccessKey`), in a
 * variable (`secretAccessKeyVariable`) or in a file of its own (`secretAccessKeyFile`).
 */
import { MalformedPolicy } from '../../../policies/malformed-policy.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import type { PolicyKind } from '../../../policies/policy-document.ts'
import type { IdentityFile } from '../../wing.ts'
import {
  accessKeysPerUserMax,
  attachedPoliciesMax,
  groupsPerUserMax,
  sessionSecondsDefault,
  sessionSecondsMax,
  sessionSecondsMin,
  tagsMax,
} from '../contract/limits.ts'
import { findAwsPolicy } from './aws-policies.ts'
import type { AccessKey, Entity, Group, ManagedPolicy, Role, Tag, User } from './entity.ts'
import { checkUnique, FileMembers, textPatterns } from './file-members.ts'
import { policyArn } from './identity-arns.ts'
import { derivedEntityId, type IdentifiedKind } from './identity-ids.ts'
import { readOidcProvider } from './read-oidc-provider.ts'

/** Throws an error of one sentence, in which no secret stands, when the file is not as it should be. */
export function readIdentityFile(text: string, secrets: Secrets, account: string): readonly Entity[] {
  const whole = FileMembers.parse(text)
  const policies = whole.list('policies').map((members) => readPolicy(members, account))
  const arns = new Set(policies.map((policy) => policyArn(account, policy)))
  const scope: Scope = { secrets, account, hasPolicy: (arn) => arns.has(arn) || findAwsPolicy(arn) !== undefined }
  const groups = whole.list('groups').map((members) => readGroup(members, scope))
  const users = whole.list('users').map((members) => readUser(members, scope, groups))
  const roles = whole.list('roles').map((members) => readRole(members, scope))
  const providers = whole.list('oidcProviders').map((members) => readOidcProvider(members, secrets.textInFile))
  whole.end()
  const entities = [...policies, ...groups, ...users.flat(), ...roles, ...providers]
  checkUnique(entities)
  return entities
}

type Secrets = Pick<IdentityFile, 'textInFile' | 'secretInVariable'>

interface Scope {
  readonly secrets: Secrets
  readonly account: string
  readonly hasPolicy: (arn: string) => boolean
}

function readPolicy(members: FileMembers, account: string): ManagedPolicy {
  const named = readNamed(members, 'policy', account)
  const description = members.text('description')
  const document = readDocument(members, 'document', 'identity') ?? members.fail('needs a "document"')
  const policy: ManagedPolicy = {
    kind: 'policy',
    ...named,
    updatedMs: 0,
    tags: readTags(members),
    versions: [{ number: 1, document, createdMs: 0 }],
    defaultVersion: 1,
    lastVersion: 1,
    ...(description !== undefined && { description }),
  }
  members.end()
  return policy
}

function readGroup(members: FileMembers, scope: Scope): Group {
  const group: Group = { kind: 'group', ...readNamed(members, 'group', scope.account), ...readPolicies(members, scope) }
  members.end()
  return group
}

/** The user, and behind it his keys. */
function readUser(members: FileMembers, scope: Scope, groups: readonly Group[]): readonly (User | AccessKey)[] {
  const named = readNamed(members, 'user', scope.account)
  const groupIds = members.texts('groups').map((name) => {
    const group = groups.find((each) => each.name === name)
    return group?.id ?? members.fail(`is in a group ${name} that the file does not have`)
  })
  if (groupIds.length > groupsPerUserMax) members.fail(`is in more than ${groupsPerUserMax} groups`)
  const boundary = readBoundary(members, scope)
  const user: User = {
    kind: 'user',
    ...named,
    ...readPolicies(members, scope),
    tags: readTags(members),
    groupIds: [...new Set(groupIds)],
    ...(boundary !== undefined && { boundary }),
  }
  const accessKeys = members.list('accessKeys').map((each) => readAccessKey(each, scope.secrets, user.id))
  if (accessKeys.length > accessKeysPerUserMax) members.fail(`has more than ${accessKeysPerUserMax} access keys`)
  members.end()
  return [user, ...accessKeys]
}

function readRole(members: FileMembers, scope: Scope): Role {
  const named = readNamed(members, 'role', scope.account)
  const description = members.text('description')
  const boundary = readBoundary(members, scope)
  const maxSessionSeconds = members.wholeNumber('maxSessionSeconds', { min: sessionSecondsMin, max: sessionSecondsMax })
  const role: Role = {
    kind: 'role',
    ...named,
    ...readPolicies(members, scope),
    tags: readTags(members),
    trustPolicy: readDocument(members, 'trustPolicy', 'trust') ?? members.fail('needs a "trustPolicy"'),
    maxSessionSeconds: maxSessionSeconds ?? sessionSecondsDefault,
    ...(description !== undefined && { description }),
    ...(boundary !== undefined && { boundary }),
  }
  members.end()
  return role
}

function readAccessKey(members: FileMembers, secrets: Secrets, ownerId: string): AccessKey {
  const name = members.needed('accessKeyId', textPatterns.accessKeyId)
  const status = members.text('status', textPatterns.status) ?? 'Active'
  const plain = members.text('secretAccessKey')
  const variable = members.text('secretAccessKeyVariable')
  const path = members.text('secretAccessKeyFile')
  const given = [plain, variable, path].filter((each) => each !== undefined)
  if (given.length !== 1) members.fail('needs one of "secretAccessKey", "secretAccessKeyVariable" and "secretAccessKeyFile"')
  members.end()
  const found = plain ?? (variable === undefined ? secrets.textInFile(path ?? '') : secrets.secretInVariable(variable))
  const secret = found?.trim() ?? ''
  if (secret === '') members.fail(variable === undefined ? 'has an empty secret' : `has its secret in ${variable}, which is not set`)
  return { kind: 'access-key', name, ownerId, isActive: status === 'Active', createdMs: 0, secret, isFromFile: true }
}

type NamedOfFile = Pick<User, 'name' | 'path' | 'id' | 'createdMs'> & { readonly isFromFile: true }

function readNamed(members: FileMembers, kind: IdentifiedKind, account: string): NamedOfFile {
  const name = members.needed('name', textPatterns.name)
  members.is(`${kind} ${name}`)
  const path = members.text('path', textPatterns.path) ?? '/'
  return { name, path, id: derivedEntityId(kind, `${account} ${kind} ${name}`), createdMs: 0, isFromFile: true }
}

function readPolicies(members: FileMembers, { hasPolicy }: Scope): Pick<User, 'inlinePolicies' | 'attachedPolicies'> {
  const attachedPolicies = [...new Set(members.texts('policies'))]
  if (attachedPolicies.length > attachedPoliciesMax) members.fail(`has more than ${attachedPoliciesMax} policies`)
  for (const arn of attachedPolicies) checkPolicyArn(members, arn, hasPolicy)
  const inline = members.object('inlinePolicies')
  const inlinePolicies = Object.fromEntries(
    (inline?.names() ?? []).map((name) => [name, (inline && readDocument(inline, name, 'identity')) ?? '']),
  )
  return { attachedPolicies, inlinePolicies }
}

function readBoundary(members: FileMembers, { hasPolicy }: Scope): string | undefined {
  const boundary = members.text('boundary')
  if (boundary !== undefined) checkPolicyArn(members, boundary, hasPolicy)
  return boundary
}

function checkPolicyArn(members: FileMembers, arn: string, hasPolicy: (arn: string) => boolean): void {
  if (!hasPolicy(arn)) members.fail(`has a policy ${arn} that neither the file nor AWS has`)
}

function readTags(members: FileMembers): readonly Tag[] {
  const tags = members.object('tags')
  const read = (tags?.names() ?? []).map((Key) => ({ Key, Value: tags?.needed(Key) ?? '' }))
  if (read.length > tagsMax) members.fail(`has more than ${tagsMax} tags`)
  return read
}

function readDocument(members: FileMembers, name: string, kind: PolicyKind): string | undefined {
  const value = members.any(name)
  if (value === undefined) return undefined
  const document = typeof value === 'string' ? value : JSON.stringify(value)
  try {
    parsePolicy(kind, document)
  } catch (error) {
    if (error instanceof MalformedPolicy) members.fail(`has a document "${name}" that is no policy: ${error.message.replace(/\.$/, '')}`)
    throw error
  }
  return document
}
