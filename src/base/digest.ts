/** SHA-256, for recognising a text that is too long to keep. No chance in it, so it stands apart from random.ts. */
import { hash } from 'node:crypto'

/** 43 characters of base64url. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** 32 hexadecimal digits: no two texts that anybody will ever meet have the same. */
export function hexDigest(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}
