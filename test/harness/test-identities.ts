/** Whom a server in a test knows: a root user and a user, each with a key, whose policies a test sets; and requests signed with those keys. */
import aws4 from 'aws4'
import type { Principals } from '../../src/policies/bound-principals.ts'
import type { Caller } from '../../src/policies/caller.ts'
import { rootOf } from '../../src/policies/caller.ts'
import { compilePolicy } from '../../src/policies/compile-policy.ts'
import type { NamedPolicy, PoliciesOf } from '../../src/policies/decide-access.ts'
import type { FoundSession, Identities, KnownKey } from '../../src/policies/identities.ts'
import { parsePolicy } from '../../src/policies/parse-policy.ts'
import type { PolicyKind } from '../../src/policies/policy-document.ts'
import type { Service } from '../../src/server/start.ts'
import { checkAnswer, type Reply } from './check-answer.ts'
import { targetFor } from './target-for.ts'

const accountId = '123456789012'
const secretAccessKey = 'secret'
const contentType = 'application/x-amz-json-1.0'
export const userArn: string = `arn:aws:iam::${accountId}:user/ann`

export type Who = 'root' | 'user'

const user: Caller = {
  kind: 'user',
  accountId,
  arn: userArn,
  principalArn: userArn,
  userId: 'AIDAANNANNANNANNANNAN',
  userName: 'ann',
}

export interface UserPolicies {
  /** Statements of one policy. */
  readonly identity?: readonly object[]
  readonly boundary?: readonly object[]
  readonly tags?: ReadonlyMap<string, string>
}

export class TestIdentities implements Identities {
  #policies: PoliciesOf = policiesFrom({})

  setPolicies(policies: UserPolicies): void {
    this.#policies = policiesFrom(policies)
  }

  readonly principals: Principals = {
    idOf: (arn) => (arn === userArn ? user.userId : undefined),
    arnOf: (id) => (id === user.userId ? userArn : undefined),
  }

  keyOf(accessKeyId: string): KnownKey | undefined {
    if (accessKeyId === 'root') return { secretAccessKey, caller: rootOf(accountId, accessKeyId) }
    return accessKeyId === 'user' ? { secretAccessKey, caller: user } : undefined
  }

  sessionOf(): FoundSession {
    return { kind: 'invalid' }
  }

  policiesOf(): PoliciesOf {
    return this.#policies
  }

  callerOf(arn: string): Caller | undefined {
    return arn === userArn ? user : undefined
  }
}

function policiesFrom({ identity = [], boundary, tags = new Map() }: UserPolicies): PoliciesOf {
  return {
    identity: identity.length === 0 ? [] : [named('identity', identity)],
    ...(boundary !== undefined && { boundary: named('boundary', boundary) }),
    principalTags: tags,
  }
}

function named(kind: PolicyKind, statements: readonly object[]): NamedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return { name: kind, policy: compilePolicy(parsePolicy(kind, text)) }
}

/** The headers of a request whose signer's clock stands at 2026-11-22T10:00:00Z. */
export function signedHeaders(who: Who, target: string, body: string): { readonly [name: string]: string } {
  const headers = { 'X-Amz-Date': '20261122T100000Z', 'X-Amz-Target': target, 'Content-Type': contentType }
  const request = { host: 'localhost', method: 'POST', path: '/', service: 'dynamodb', region: 'us-east-1', body, headers }
  const signed = aws4.sign(request, { accessKeyId: who, secretAccessKey }).headers ?? {}
  return Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]))
}

export async function callAs(who: Who, service: Service, operation: string, input: unknown): Promise<Reply> {
  const target = targetFor(operation)
  const body = JSON.stringify(input)
  const answer = await service.handle({ target, headers: signedHeaders(who, target, body), body: Buffer.from(body) })
  return checkAnswer(operation, answer, contentType)
}
