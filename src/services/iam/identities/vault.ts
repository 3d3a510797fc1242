/**
 * The server key at the moment when something is to be sealed or opened: asked for when it is first needed, and held against what is
 * sealed in the store already, so that a wrong key is told in one sentence before it does harm.
 */
import type { SealingKeys } from '../../../base/sealing.ts'
import { IamError } from '../contract/errors.ts'
import { accessKeyPurpose } from './entity.ts'
import type { IdentityRecords } from './identity-records.ts'

const name = 'server key'
const purpose = 'key check'

/** Rejects with one sentence that says what to do, where there is none. */
export type FindSealingKeys = () => Promise<SealingKeys>

class WrongServerKey extends Error {}

export class Vault {
  readonly #identities: IdentityRecords
  readonly #find: FindSealingKeys | undefined
  #keys: Promise<SealingKeys> | undefined

  constructor(identities: IdentityRecords, find: FindSealingKeys | undefined) {
    this.#identities = identities
    this.#find = find
  }

  /** Rejects with WrongServerKey, or as there is none. */
  open(): Promise<SealingKeys> {
    this.#keys ??= this.#open().catch((error: unknown) => {
      this.#keys = undefined
      throw error
    })
    return this.#keys
  }

  /** The same for a request, which is refused where the server has no key. */
  async openForRequest(): Promise<SealingKeys> {
    try {
      return await this.open()
    } catch (error) {
      // [I] AWS has no such case.
      throw new IamError('InvalidInputException', error instanceof Error ? error.message : String(error))
    }
  }

  async #open(): Promise<SealingKeys> {
    if (this.#find === undefined) throw new Error('This server has no key to seal secrets with.')
    const keys = await this.#find()
    await this.#identities.change((turn) => {
      const check = this.#identities.find('key-check', name)
      if (check !== undefined && keys.open(check.sealed, purpose) === undefined) {
        throw new WrongServerKey(
          'What this database keeps is sealed under another server key: start with the key that it was sealed under (--secret-key-file, STATOR_SECRET_KEY).',
        )
      }
      // With a new key in front of the old one it is sealed anew; so is every secret, which the old one opens for the last time.
      if (check !== undefined && keys.isCurrent(check.sealed)) return
      turn.put({ kind: 'key-check', name, sealed: keys.seal(purpose, purpose) })
      for (const accessKey of this.#identities.all('access-key')) {
        if (accessKey.isFromFile) continue
        const secret = keys.open(accessKey.secret, accessKeyPurpose(accessKey.name))
        if (secret !== undefined) turn.put({ ...accessKey, secret: keys.seal(secret, accessKeyPurpose(accessKey.name)) })
      }
    })
    return keys
  }
}
