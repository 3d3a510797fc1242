/**
 * SHA-256, for recognising a text that is too long to keep, for naming one and for what is signed. No chance in it, so it stands apart
 * from random.ts.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** 43 characters of base64url. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** The first 64 bits of it: 16 hexadecimal digits. Among a million texts two have the same with a chance of one in 37 million. */
export function digest64(text: string): string {
  return hash('sha256', text, 'buffer').toString('hex', 0, 8)
}

/** All of it: 64 hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

/** All of it, as a text with a character for each of its 32 bytes: Node makes one in half the time that a buffer takes. */
export function sha256Characters(data: Uint8Array): string {
  return hash('sha256', data, 'latin1')
}

/** MD5, which S3 and its manifests name objects by. It keeps nobody from anything. */
export function md5(data: string | Uint8Array): Uint8Array {
  return hash('md5', data, 'buffer')
}

/** HMAC-SHA256. */
export function keyedDigest(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest()
}

/** How long it takes tells nothing of where the two differ. Both have the same length. */
export function isSameSecret(one: Uint8Array, other: Uint8Array): boolean {
  return timingSafeEqual(one, other)
}
