/** SHA-256, for recognising a text that is too long to keep, and for naming one. No chance in it, so it stands apart from random.ts. */
import { hash } from 'node:crypto'

/** 43 characters of base64url. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** The first 64 bits of it: 16 hexadecimal digits. Among a million texts two have the same with a chance of one in 37 million. */
export function digest64(text: string): string {
  return hash('sha256', text, 'buffer').toString('hex', 0, 8)
}
