/**
 * The file of `--auth keys`: the key pairs that signatures are verified against. Whoever has one may do everything.
 *
 * ```json
 * { "keys": [{ "accessKeyId": "AKIA…", "secretAccessKey": "…", "userName": "alice" }] }
 * ```
 *
 * | member            |                                                                                             |
 * | ----------------- | ------------------------------------------------------------------------------------------- |
 * | `accessKeyId`     | 16 to 128 letters, digits and underscores; each once                                          |
 * | `secretAccessKey` | what requests are signed with: not empty                                                      |
 * | `userName`        | 1 to 64 of letters, digits and `+=,.@_-`: whose key it is. Left out: the root of the account   |
 */
import { digest } from '../../base/digest.ts'
import { type Caller, rootOf } from '../../policies/caller.ts'
import type { Identities, KnownKey } from '../../policies/identities.ts'
import { userIdLength } from '../limits.ts'

/** Throws an error of one sentence, in which no secret stands, when the text is no such file. */
export function readKeys(text: string, account: string): ReadonlyMap<string, KnownKey> {
  const { keys, ...others } = parsedObject(text)
  checkNothingElse(others, 'The file')
  if (!Array.isArray(keys)) throw new Error('"keys" must be a list.')
  const known = new Map<string, KnownKey>()
  for (const [at, entry] of keys.entries()) {
    const where = `Key ${at + 1}`
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new Error(`${where} must be an object.`)
    const { accessKeyId, secretAccessKey, userName, ...rest } = entry as { readonly [name: string]: unknown }
    checkNothingElse(rest, where)
    const id = checkedText(accessKeyId, /^\w{16,128}$/, `"accessKeyId" of ${where} must be 16 to 128 letters, digits or underscores.`)
    const secret = checkedText(secretAccessKey, /^\S+$/, `"secretAccessKey" of ${where} must be a text without spaces.`)
    const name =
      userName === undefined
        ? undefined
        : checkedText(userName, /^[\w+=,.@-]{1,64}$/, `"userName" of ${where} must be 1 to 64 letters, digits or any of +=,.@_-.`)
    if (known.has(id)) throw new Error(`The access key id of ${where}, ${id}, is there twice.`)
    known.set(id, { secretAccessKey: secret, caller: name === undefined ? rootOf(account, id) : userOf(account, name, id) })
  }
  return known
}

/** Those of a file, which may be read again: from then on the new ones hold. */
export class FileIdentities implements Identities {
  #keys: ReadonlyMap<string, KnownKey> = new Map()

  replace(keys: ReadonlyMap<string, KnownKey>): void {
    this.#keys = keys
  }

  keyOf(accessKeyId: string): KnownKey | undefined {
    return this.#keys.get(accessKeyId)
  }

  sessionOf(): { readonly kind: 'invalid' } {
    return { kind: 'invalid' }
  }
}

/** The unique id follows from the name, so that it stays the same from start to start. */
function userOf(accountId: string, userName: string, accessKeyId: string): Caller {
  const arn = `arn:aws:iam::${accountId}:user/${userName}`
  const unique = digest(arn)
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toUpperCase()
    .slice(0, userIdLength)
  return { kind: 'user', accountId, arn, principalArn: arn, userId: `AIDA${unique}`, userName, accessKeyId }
}

function parsedObject(text: string): { readonly [name: string]: unknown } {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Error('It is not JSON.')
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as { readonly [name: string]: unknown }
  throw new Error('It must be a JSON object.')
}

function checkNothingElse(others: object, where: string): void {
  const [name] = Object.keys(others)
  if (name !== undefined) throw new Error(`${where} has a member ${JSON.stringify(name)} that nobody knows.`)
}

function checkedText(value: unknown, pattern: RegExp, message: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new Error(message)
}
