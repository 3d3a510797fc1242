/** A session of a role, once whoever asks may have it: how long it may be, and what is told of it. */
import type { Role } from '../../iam/identities/entity.ts'
import { assumedRoleArn, type IdentityArn, parseIdentityArn } from '../../iam/identities/identity-arns.ts'
import { validationError } from '../contract/errors.ts'
import type { Sts } from '../contract/shapes.ts'
import { beginSession, type SessionOf } from './begin-session.ts'
import type { Passed } from './passed-policies.ts'
import type { StsContext } from './sts-context.ts'

/** Where nobody's rights are looked at it may be one that nobody made. */
export type AssumedRole = Pick<Role, 'id' | 'name' | 'path' | 'maxSessionSeconds'> & Partial<Pick<Role, 'trustPolicy' | 'trustedIds'>>

export interface AskedRole {
  readonly name: string
  readonly seconds: number
  readonly passed: Passed
  readonly sourceIdentity: string | undefined
  readonly givenKeys?: NonNullable<SessionOf['givenKeys']>
}

/** [V] The words: iam-and-sigv4.md §2.1. */
export function readRoleArn(arn: string): IdentityArn {
  const parsed = parseIdentityArn(arn)
  if (parsed?.resource !== 'role') throw validationError(`${arn} is invalid`)
  return parsed
}

/** [I] The words, from memory. */
export function checkSeconds({ maxSessionSeconds }: AssumedRole, seconds: number): void {
  if (seconds > maxSessionSeconds) throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
}

export async function beginRoleSession(context: StsContext, role: AssumedRole, asked: AskedRole): Promise<Sts<'AssumeRoleOutput'>> {
  const { name, seconds, passed, sourceIdentity, givenKeys } = asked
  const { packed, ...policiesAndTags } = passed
  const session = {
    kind: 'assumed-role',
    entityId: role.id,
    sessionName: name,
    ...policiesAndTags,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(givenKeys !== undefined && { givenKeys }),
  } as const
  return {
    Credentials: await beginSession(context, session, seconds),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: assumedRoleArn(context.engine.account, role.name, name),
    },
    ...packed,
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  }
}
