/**
 * Whom a server with `--auth iam` knows: keys, sessions and policies out of the records of IAM. All of it is answered from memory, and
 * what is made of the records is kept until one of them changes.
 */
import type { Clock } from '../../../base/clock.ts'
import type { SealingKeys } from '../../../base/sealing.ts'
import type { Principals } from '../../../policies/bound-principals.ts'
import { type Caller, type CallerSession, rootOf } from '../../../policies/caller.ts'
import { type CompiledPolicy, compilePolicy, emptyPolicy } from '../../../policies/compile-policy.ts'
import type { NamedPolicy, PoliciesOf } from '../../../policies/decide-access.ts'
import type { FoundSession, Identities, KnownKey } from '../../../policies/identities.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import type { PolicyKind } from '../../../policies/policy-document.ts'
import type { RootKey } from '../../wing.ts'
import { compiledPoliciesMax, rememberedCallersMax } from '../contract/limits.ts'
import { type AccessKey, accessKeyPurpose, type Role, type Tag, type User } from './entity.ts'
import { assumedRoleArn, federatedUserArn, parseIdentityArn, roleArn, userArn } from './identity-arns.ts'
import type { IdentityRecords } from './identity-records.ts'
import type { KeyUses } from './key-uses.ts'
import { identityPoliciesOf, managedPolicyOf } from './policies-of.ts'
import { principalsOf } from './principals.ts'
import { openSession, type Session } from './session.ts'

export interface StoredIdentitiesParts {
  readonly identities: IdentityRecords
  readonly keys: SealingKeys
  /** Left out: nobody asks for them. */
  readonly keyUses?: KeyUses
  /** Twelve digits. */
  readonly account: string
  /** By which sessions expire. */
  readonly clock: Clock
  /** Of the root user, where it stands in the environment. */
  readonly rootKey?: RootKey | undefined
  /** Other processes have the store open, too. */
  readonly isShared: boolean
}

const noPolicies: PoliciesOf = { identity: [], principalTags: new Map() }

export class StoredIdentities implements Identities {
  readonly #parts: StoredIdentitiesParts
  readonly catchUp: (() => Promise<void>) | undefined
  readonly principals: Principals
  /** Of `identities`, when the maps below were begun. */
  #revision = -1
  readonly #keys = new Map<string, KnownKey | undefined>()
  readonly #sessions = new Map<string, KnownSession>()
  readonly #policies = new Map<string, PoliciesOf>()
  readonly #compiled = new Map<string, CompiledPolicy>()

  constructor(parts: StoredIdentitiesParts) {
    this.#parts = parts
    this.principals = principalsOf(parts.identities, parts.account)
    this.catchUp = parts.isShared ? () => parts.identities.catchUp() : undefined
  }

  keyOf(accessKeyId: string): KnownKey | undefined {
    this.#forgetWhatChanged()
    const known = this.#keys.get(accessKeyId)
    if (known !== undefined) return known
    const found = this.#findKey(accessKeyId)
    if (found !== undefined) remember(this.#keys, accessKeyId, found)
    return found
  }

  sessionOf(accessKeyId: string, token: string): FoundSession {
    this.#forgetWhatChanged()
    let known = this.#sessions.get(token)
    if (known === undefined) {
      known = this.#openSession(token)
      if (known === undefined) return { kind: 'invalid' }
      remember(this.#sessions, token, known)
    }
    const { session, caller } = known
    if (session.accessKeyId !== accessKeyId) return { kind: 'invalid' }
    if (session.expiresAtMs <= this.#parts.clock.now()) return { kind: 'expired' }
    return { kind: 'session', secretAccessKey: session.secretAccessKey, caller }
  }

  used({ accessKeyId, session }: Caller, service: string, region: string): void {
    if (accessKeyId !== undefined && session === undefined) this.#parts.keyUses?.note(accessKeyId, service, region)
  }

  policiesOf(caller: Caller): PoliciesOf {
    this.#forgetWhatChanged()
    const name = caller.accessKeyId ?? caller.arn
    const known = this.#policies.get(name)
    if (known !== undefined) return known
    const found = this.#findPolicies(caller)
    remember(this.#policies, name, found)
    return found
  }

  callerOf(arn: string): Caller | undefined {
    const { account, identities } = this.#parts
    const parsed = parseIdentityArn(arn)
    if (parsed?.resource === 'user') {
      const user = identities.find('user', parsed.name)
      return user && userArn(account, user) === arn ? callerOfUser(account, user) : undefined
    }
    const role = parsed?.resource === 'role' ? identities.find('role', parsed.name) : undefined
    return role && roleArn(account, role) === arn ? callerOfRole(account, role, 'session') : undefined
  }

  #forgetWhatChanged(): void {
    const { revision } = this.#parts.identities
    if (revision === this.#revision) return
    this.#revision = revision
    this.#keys.clear()
    this.#sessions.clear()
    this.#policies.clear()
  }

  #findKey(accessKeyId: string): KnownKey | undefined {
    const { identities, account, rootKey } = this.#parts
    if (rootKey?.accessKeyId === accessKeyId) {
      return { secretAccessKey: rootKey.secretAccessKey, caller: rootOf(account, accessKeyId) }
    }
    const found = identities.find('access-key', accessKeyId)
    // Ids are told by their letters, whatever the case of names.
    if (found?.name !== accessKeyId || !found.isActive) return undefined
    const secretAccessKey = this.#secretOf(found)
    if (secretAccessKey === undefined) return undefined
    if (found.ownerId === account) return { secretAccessKey, caller: rootOf(account, accessKeyId) }
    const user = identities.userOfId(found.ownerId)
    return user && { secretAccessKey, caller: callerOfUser(account, user, accessKeyId) }
  }

  #secretOf({ name, secret, isFromFile }: AccessKey): string | undefined {
    return isFromFile ? secret : this.#parts.keys.open(secret, accessKeyPurpose(name))
  }

  #openSession(token: string): KnownSession | undefined {
    const session = openSession(this.#parts.keys, token)
    const caller = session && this.#callerOfSession(session)
    return session && caller && { session, caller }
  }

  /** Undefined when its role or user is gone. */
  #callerOfSession(session: Session): Caller | undefined {
    const { account, identities } = this.#parts
    const { accessKeyId, sessionName = '' } = session
    const shared = { accountId: account, accessKeyId, session: callerSession(session) }
    switch (session.kind) {
      case 'root':
        return { ...rootOf(account, accessKeyId), session: shared.session }
      case 'user': {
        const user = identities.userOfId(session.entityId)
        return user && { ...callerOfUser(account, user, accessKeyId), session: shared.session }
      }
      case 'assumed-role': {
        const role = identities.roleOfId(session.entityId)
        return role && { ...callerOfRole(account, role, sessionName), ...shared }
      }
      case 'federated-user': {
        if (session.entityId !== account && identities.userOfId(session.entityId) === undefined) return undefined
        const arn = federatedUserArn(account, sessionName)
        return { kind: 'federated-user', arn, principalArn: arn, userId: `${account}:${sessionName}`, sessionName, ...shared }
      }
    }
  }

  #findPolicies(caller: Caller): PoliciesOf {
    const { identities, account } = this.#parts
    const entityId = caller.session?.issuerId ?? caller.userId.split(':', 1)[0] ?? ''
    const principal = caller.kind === 'assumed-role' ? identities.roleOfId(entityId) : identities.userOfId(entityId)
    const session = this.#sessionPolicies(caller.session)
    const shared = { principalTags: tagsOf(principal, caller.session), ...(session !== undefined && { session }) }
    // A federated user of the root user may do what the session's policies say.
    if (principal === undefined)
      return entityId === account ? { ...noPolicies, identity: this.#everything(), ...shared } : { ...noPolicies, ...shared }
    const boundary = principal.boundary === undefined ? undefined : this.#boundary(principal.boundary)
    return { identity: this.#identityPolicies(principal), ...shared, ...(boundary !== undefined && { boundary }) }
  }

  #identityPolicies(principal: User | Role): readonly NamedPolicy[] {
    return identityPoliciesOf(this.#parts.identities, principal).map(({ name, document }) => ({
      name,
      policy: this.#compile('identity', document),
    }))
  }

  #sessionPolicies(session: CallerSession | undefined): readonly NamedPolicy[] | undefined {
    if (session === undefined || session.policies.length + session.policyArns.length === 0) return undefined
    const passed = session.policies.map((document) => ({ name: 'session', policy: this.#compile('session', document) }))
    // One that is gone by now allows nothing.
    return [...passed, ...session.policyArns.flatMap((arn) => this.#managed('session', arn) ?? [])]
  }

  /** IAM deletes none while it is one; a file of identities may be without it from one moment to the next. Then it allows nothing. */
  #boundary(arn: string): NamedPolicy {
    return this.#managed('boundary', arn) ?? { name: arn, policy: emptyPolicy }
  }

  /** Undefined when it is gone. */
  #managed(kind: PolicyKind, arn: string): NamedPolicy | undefined {
    const found = managedPolicyOf(this.#parts.identities, arn)
    return found && { name: arn, policy: this.#compile(kind, found.document) }
  }

  #everything(): readonly NamedPolicy[] {
    const document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
    return [{ name: 'root', policy: this.#compile('identity', document) }]
  }

  /** Documents were checked when they were put. */
  #compile(kind: PolicyKind, document: string): CompiledPolicy {
    const name = `${kind} ${document}`
    const known = this.#compiled.get(name)
    if (known !== undefined) return known
    const policy = compilePolicy(parsePolicy(kind, document))
    if (this.#compiled.size >= compiledPoliciesMax) this.#compiled.clear()
    this.#compiled.set(name, policy)
    return policy
  }
}

interface KnownSession {
  readonly session: Session
  readonly caller: Caller
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  if (map.size >= rememberedCallersMax) map.clear()
  map.set(name, value)
}

function callerOfUser(accountId: string, user: User, accessKeyId?: string): Caller {
  const arn = userArn(accountId, user)
  const caller: Caller = { kind: 'user', accountId, arn, principalArn: arn, userId: user.id, userName: user.name }
  return accessKeyId === undefined ? caller : { ...caller, accessKeyId }
}

function callerOfRole(accountId: string, role: Role, sessionName: string): Caller {
  const arn = assumedRoleArn(accountId, role.name, sessionName)
  return { kind: 'assumed-role', accountId, arn, principalArn: roleArn(accountId, role), userId: `${role.id}:${sessionName}`, sessionName }
}

function callerSession(session: Session): CallerSession {
  const { issuedAtMs, expiresAtMs, policies, policyArns, transitiveTagKeys, sourceIdentity, givenKeys, entityId } = session
  return {
    issuedAtMs,
    expiresAtMs,
    policies,
    policyArns,
    tags: new Map(session.tags),
    transitiveTagKeys,
    issuerId: entityId,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(givenKeys !== undefined && { givenKeys: new Map(givenKeys) }),
  }
}

/** Those of the session go before those of the user or role, however their keys are spelled. */
function tagsOf(principal: User | Role | undefined, session: CallerSession | undefined): ReadonlyMap<string, string> {
  const own = (principal?.tags ?? []).map(({ Key, Value }: Tag) => [Key, Value] as const)
  return new Map([...own, ...(session?.tags ?? [])].map(([key, value]) => [key.toLowerCase(), value]))
}
