/** The beginning of every session: its key, its secret, and the token that says everything of it. */
import { secondMs } from '../../../base/clock.ts'
import { newAccessKeyId, newSecretAccessKey } from '../../iam/identities/identity-ids.ts'
import { type Session, sealSession } from '../../iam/identities/session.ts'
import { StsError } from '../contract/errors.ts'
import type { Sts } from '../contract/shapes.ts'
import type { StsContext } from './sts-context.ts'

export type SessionOf = Omit<Session, 'accessKeyId' | 'secretAccessKey' | 'issuedAtMs' | 'expiresAtMs'>

export async function beginSession(context: StsContext, of: SessionOf, seconds: number): Promise<Sts<'Credentials'>> {
  const { engine } = context
  const keys = await sealingKeysOf(context)
  const nowMs = engine.clock.now()
  // Clients are told whole seconds, and hold to them.
  const expiresAtSeconds = Math.floor(nowMs / secondMs) + seconds
  const accessKeyId = newAccessKeyId('sessionKey', engine.account, engine.random)
  const secretAccessKey = newSecretAccessKey(engine.random)
  const session = { ...of, accessKeyId, secretAccessKey, issuedAtMs: nowMs, expiresAtMs: expiresAtSeconds * secondMs }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sealSession(keys, session),
    Expiration: expiresAtSeconds,
  }
}

/** [I] AWS has no such case: a server that has no key to seal with. */
async function sealingKeysOf({ vault }: StsContext): ReturnType<StsContext['vault']['open']> {
  try {
    return await vault.open()
  } catch (error) {
    throw new StsError('InvalidParameterValueException', error instanceof Error ? error.message : String(error))
  }
}
