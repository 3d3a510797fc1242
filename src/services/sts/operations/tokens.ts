/** GetSessionToken and GetFederationToken: temporary credentials for whoever has lasting ones. */
import { federatedUserArn } from '../../iam/identities/identity-arns.ts'
import { sessionRefused } from '../contract/errors.ts'
import { rootTokenSecondsMax, tokenSecondsDefault } from '../contract/limits.ts'
import type { Sts } from '../contract/shapes.ts'
import { beginSession } from './begin-session.ts'
import { checkPassed } from './passed-policies.ts'
import type { StsContext } from './sts-context.ts'

export async function getSessionToken(context: StsContext, input: Sts<'GetSessionTokenInput'>): Promise<Sts<'GetSessionTokenOutput'>> {
  const { caller } = context
  checkLasting(context, 'GetSessionToken')
  const kind = caller.kind === 'user' ? 'user' : 'root'
  const session = { kind, entityId: caller.userId, policies: [], policyArns: [], tags: [], transitiveTagKeys: [] } as const
  return { Credentials: await beginSession(context, session, secondsOf(context, input)) }
}

export async function getFederationToken(
  context: StsContext,
  input: Sts<'GetFederationTokenInput'>,
): Promise<Sts<'GetFederationTokenOutput'>> {
  const { caller, engine } = context
  checkLasting(context, 'GetFederationToken')
  const { packed, ...passed } = checkPassed(context, input)
  const session = { kind: 'federated-user', entityId: caller.userId, sessionName: input.Name, ...passed } as const
  return {
    Credentials: await beginSession(context, session, secondsOf(context, input)),
    FederatedUser: {
      FederatedUserId: `${engine.account}:${input.Name}`,
      Arn: federatedUserArn(engine.account, input.Name),
    },
    ...packed,
  }
}

/** Sessions of roles; others are refused before (sts-needs.ts). */
function checkLasting({ caller }: StsContext, operation: string): void {
  if (caller.session !== undefined) throw sessionRefused(operation)
}

/** What is too long for the root user is cut. */
function secondsOf(
  { caller, policiesOf }: StsContext,
  { DurationSeconds = tokenSecondsDefault }: { readonly DurationSeconds?: number },
): number {
  return policiesOf !== undefined && caller.kind === 'root' ? Math.min(DurationSeconds, rootTokenSecondsMax) : DurationSeconds
}
