/**
 * What is wrong with base64 text, in the words of errors.md §4.1. It stands alone because it looks at characters, as nothing
 * else here does.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const wellFormed = /^[A-Za-z0-9+/]*={0,2}$/

/** Undefined for text that stands for bytes and has no stray bits in its last character. */
export function base64Fault(text: string): string | undefined {
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  // [I] The words of the AWS SDK for Java for a character outside the alphabet.
  if (!wellFormed.test(text)) return `Invalid base 64 character: '${/[^A-Za-z0-9+/]/.exec(text)?.[0]}'`
  if (!text.endsWith('=')) return undefined
  const pads = text.endsWith('==') ? 2 : 1
  const strayBits = pads === 2 ? 0b1111 : 0b11
  const last = alphabet.indexOf(text.charAt(text.length - pads - 1))
  return (last & strayBits) === 0 ? undefined : 'Invalid last non-pad Base64 character dectected'
}
