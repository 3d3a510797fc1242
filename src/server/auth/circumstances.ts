/** The condition keys that no operation gives: who asks, when, from where and how (iam-and-sigv4.md §3.3). */

import type { Caller } from '../../policies/caller.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'
import type { PoliciesOf } from '../../policies/decide-access.ts'
import type { RequestHeaders } from '../../protocols/service-request.ts'

export interface Circumstances {
  readonly headers: RequestHeaders
  /** Of the client; undefined in process. */
  readonly remoteAddress?: string | undefined
  readonly isEncrypted?: boolean | undefined
}

export interface Asker {
  readonly caller: Caller
  readonly policies: PoliciesOf
  readonly circumstances: Circumstances
  readonly region: string
  /** Stator's time, which control may have moved. */
  readonly nowMs: number
}

const principalTag = 'aws:principaltag/'

export function circumstantialKeys({ caller, policies, circumstances, region, nowMs }: Asker): ContextKeys {
  const { headers, remoteAddress, isEncrypted = false } = circumstances
  return (key) => {
    switch (key) {
      case 'aws:currenttime':
        return new Date(nowMs).toISOString()
      case 'aws:epochtime':
        return String(Math.floor(nowMs / 1000))
      case 'aws:sourceip':
        return remoteAddress?.replace(/^::ffff:/, '')
      case 'aws:securetransport':
        return String(isEncrypted)
      case 'aws:useragent':
        return headerText(headers['user-agent'])
      case 'aws:referer':
        return headerText(headers['referer'])
      case 'aws:requestedregion':
        return region
      default:
        return key.startsWith(principalTag) ? policies.principalTags.get(key.slice(principalTag.length)) : callerKey(caller, key)
    }
  }
}

const principalTypes = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'Anonymous',
} as const

function callerKey({ kind, accountId, principalArn, userId, userName, session }: Caller, key: string): ContextValue | undefined {
  switch (key) {
    case 'aws:principalarn':
      return principalArn
    case 'aws:principalaccount':
      return accountId
    case 'aws:principaltype':
      return principalTypes[kind]
    case 'aws:userid':
      return userId
    case 'aws:username':
      return userName
    case 'aws:principalisawsservice':
      return 'false'
    case 'aws:tokenissuetime':
      return session && new Date(session.issuedAtMs).toISOString()
    case 'aws:multifactorauthpresent':
      // There are no devices for a second factor.
      return session && 'false'
    case 'aws:sourceidentity':
      return session?.sourceIdentity
    default:
      return session?.givenKeys?.get(key)
  }
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
