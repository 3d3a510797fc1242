/**
 * The ids that IAM gives: of entities, of access keys with their account inside, and secrets.
 *
 * An access key id is four letters and sixteen digits of base 32, ten bytes: in the first six of them bit 47 is set, bits 46 to 7
 * are the account, the others are random. [V] Clients have published how the account is read from it: docs/iam.md.
 */
import { digest } from '../../../base/digest.ts'
import type { Random } from '../../../base/random.ts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What the ids of each kind of thing begin with. */
const idPrefixes = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  accessKey: 'AKIA',
  sessionKey: 'ASIA',
} as const

const idLength = 17
const keyBytes = 10
const secretBytes = 30

export type IdentifiedKind = 'user' | 'group' | 'role' | 'policy'

export function newEntityId(kind: IdentifiedKind, random: Random): string {
  return entityId(kind, random.bytes(idLength))
}

/** One that follows from a text, for what nobody has made. */
export function derivedEntityId(kind: IdentifiedKind, text: string): string {
  return entityId(kind, Buffer.from(digest(text)).subarray(0, idLength))
}

function entityId(kind: IdentifiedKind, bytes: Uint8Array): string {
  return idPrefixes[kind] + Array.from(bytes, (byte) => digits[byte % digits.length]).join('')
}

export function newAccessKeyId(kind: 'accessKey' | 'sessionKey', account: string, random: Random): string {
  const bytes = Buffer.from(random.bytes(keyBytes))
  const low = BigInt(bytes[5] ?? 0) & 0x7fn
  const head = (1n << 47n) | (BigInt(account) << 7n) | low
  bytes.writeUIntBE(Number(head), 0, 6)
  return idPrefixes[kind] + base32(bytes)
}

/** The twelve digits of the account that an access key id was made for; undefined for what is no such id. */
export function accountOfAccessKey(accessKeyId: string): string | undefined {
  if (!/^(AKIA|ASIA)[A-Z2-7]{16}$/.test(accessKeyId)) return undefined
  let head = 0n
  // Ten digits are fifty bits, two more than the six bytes have.
  for (const digit of accessKeyId.slice(4, 14)) head = (head << 5n) | BigInt(digits.indexOf(digit))
  const account = ((head >> 2n) >> 7n) & ((1n << 40n) - 1n)
  return String(account).padStart(12, '0')
}

/** Forty letters, as AWS's have. */
export function newSecretAccessKey(random: Random): string {
  return Buffer.from(random.bytes(secretBytes)).toString('base64')
}

function base32(bytes: Uint8Array): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let left = (bytes.length * 8) / 5; left > 0; left -= 1) {
    text = digits[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return text
}
