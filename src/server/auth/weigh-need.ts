/** One need of a request as policies are asked it: who asks, under which circumstances, and what protects the resource. */
import { tableArn } from '../../api/table-name.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { policyOfArn, tagsOfArn } from '../../operations/policies/attached-policy.ts'
import { type AccessRequest, type Principal, principalOf } from '../../policies/access-request.ts'
import type { Caller } from '../../policies/caller.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'
import type { PoliciesOf, Resource } from '../../policies/decide-access.ts'
import { type Circumstances, circumstantialKeys } from './circumstances.ts'

/** An action with its service, on an ARN or, where it has no resource, on `*`. */
export interface Need {
  readonly action: string
  readonly resource: string
  /** What the request itself says. */
  readonly keys: ContextKeys
}

export interface Asking {
  readonly engine: MeteredEngine
  readonly caller: Caller
  readonly policies: PoliciesOf
  readonly circumstances: Circumstances
}

export interface Weighed {
  readonly request: AccessRequest
  readonly resource: Resource
}

const ownService = 'dynamodb:'

/** For all needs of one request. */
export function weighing({ engine, caller, policies, circumstances }: Asking): (need: Need) => Weighed {
  const { account, region, clock } = engine
  const principal: Principal = principalOf(caller)
  const shared = circumstantialKeys({ caller, policies, circumstances, region, nowMs: clock.now() })
  return ({ action, resource, keys }) => {
    const policy = action.startsWith(ownService) ? policyOfArn(engine, resource, action.slice(ownService.length)) : undefined
    return {
      request: { action, actionKey: action.toLowerCase(), resource, principal, keys: joinedKeys(engine, resource, keys, shared) },
      resource: { accountId: ownerOf(action, resource) ?? account, ...(policy !== undefined && { policy }) },
    }
  }
}

/** What has no resource is named as all tables are. [I] */
export function namedInMessage(request: AccessRequest, { region, account }: MeteredEngine): AccessRequest {
  if (request.resource !== '*' || !request.action.startsWith(ownService)) return request
  return { ...request, resource: tableArn({ region, account, tableName: '*' }) }
}

const resourceTag = 'aws:resourcetag/'

/**
 * What the operation says of its resource goes before what is known of tables and streams. Each key is found once, however many statements
 * ask for it: some take as long as reading the request's expressions.
 */
function joinedKeys(engine: MeteredEngine, resource: string, own: ContextKeys, shared: ContextKeys): ContextKeys {
  let asked: Map<string, ContextValue | undefined> | undefined
  return (key) => {
    asked ??= new Map()
    if (asked.has(key)) return asked.get(key)
    const value = own(key) ?? keyOfResource(engine, resource, key) ?? shared(key)
    asked.set(key, value)
    return value
  }
}

function keyOfResource(engine: MeteredEngine, resource: string, key: string): string | undefined {
  if (key === 'aws:resourceaccount') return accountOf(resource) ?? engine.account
  if (!key.startsWith(resourceTag)) return undefined
  const name = key.slice(resourceTag.length)
  return tagsOfArn(engine, resource).find((tag) => tag.key.toLowerCase() === name)?.value
}

/** Who is asked besides the caller's own account: only resources of DynamoDB have policies that let others. */
function ownerOf(action: string, resource: string): string | undefined {
  return action.startsWith(ownService) ? accountOf(resource) : undefined
}

/** Of an ARN; some have none. */
function accountOf(resource: string): string | undefined {
  return resource.split(':', 5)[4] || undefined
}
