/** The order in which a hash set of Java's gives texts: some messages of AWS list names in it. */

/**
 * Each once: by the low bits of their hashes, as many bits as make room for a third more texts than there are; within the same bits as
 * they came. At least four bits, as a set has that was made empty; of one that was made for just so many no more than they need.
 */
export function inHashOrder(texts: readonly string[], made: 'empty' | 'to measure' = 'empty'): readonly string[] {
  const distinct = [...new Set(texts)]
  let mask = made === 'empty' ? 0b1111 : 0
  while (distinct.length * 4 > (mask + 1) * 3) mask = mask * 2 + 1
  return distinct.toSorted((a, b) => (spreadHash(a) & mask) - (spreadHash(b) & mask))
}

function spreadHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return hash ^ (hash >>> 16)
}
