/** What policies are asked: one action on one resource by one principal, and what is known of the circumstances. */
import type { Caller } from './caller.ts'
import type { ContextKeys } from './context-keys.ts'

export interface AccessRequest {
  /** As messages name it: `dynamodb:GetItem`. */
  readonly action: string
  /** The same in lower case, as policies are asked. */
  readonly actionKey: string
  /** ARN, or `*` for actions without a resource. */
  readonly resource: string
  readonly principal: Principal
  /** Asked only for what a condition or a variable names. */
  readonly keys: ContextKeys
}

export type Principal =
  | {
      readonly kind: 'root' | 'user' | 'assumed-role' | 'federated-user'
      readonly accountId: string
      /** As messages name it: of a session its own. */
      readonly arn: string
      /** Of the user or the role. */
      readonly principalArn: string
      /** Of the user or the role, never given twice: what saved policies are bound to. Empty for all others. */
      readonly id: string
    }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'federated'; readonly provider: string }

/** Who asks, as policies see it. */
export function principalOf({ kind, accountId, arn, principalArn, userId }: Caller): Principal {
  // Which provider it is nobody knows before its token is read.
  if (kind === 'web-identity') return { kind: 'federated', provider: '' }
  // Behind the account of a federated user and of the root stand others, too: they have no id of their own.
  const [id = ''] = kind === 'user' || kind === 'assumed-role' ? userId.split(':', 1) : []
  return { kind, accountId, arn, principalArn, id }
}
