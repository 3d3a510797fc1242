/**
 * MurmurHash3 (x86, 32 bits): spreads partition keys over the hash space. Keys with equal hashes are legal and stay apart
 * by their bytes, so speed and spread matter here and collisions do not.
 */
import { latin1 } from './bytes.ts'

export function hash32(bytes: Uint8Array): number {
  const blocks = bytes.length >>> 2
  let hash = 0
  for (let block = 0; block < blocks; block += 1) {
    const at = block * 4
    const word = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24)
    hash ^= scramble(word)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = bytes.length - 1; at >= blocks * 4; at -= 1) tail = (tail << 8) | byteAt(bytes, at)
  hash ^= scramble(tail) ^ bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** Whether no two of these are the same. */
export function areDistinct(all: readonly Uint8Array[]): boolean {
  // Hashes that differ prove it; equal ones prove nothing, and texts cost four times as much.
  return new Set(all.map(hash32)).size === all.length || new Set(all.map(latin1)).size === all.length
}
