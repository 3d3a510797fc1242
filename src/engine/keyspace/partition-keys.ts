/** Keys of partition maps, and the ranges of data keys that partitions are (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { collectionPrefixBytes, type DataSpace, hashRange, hashSpace, key, partitionsTag, prefixRange, spacePrefix } from './keys.ts'

export function partitionMapKey(space: DataSpace): KeyBytes {
  return key(spacePrefix(partitionsTag, space))
}

export function allPartitionMapsRange(): KeyRange {
  return prefixRange(Uint8Array.of(partitionsTag))
}

/** The table or index in a key made by `partitionMapKey`. */
export function spaceOfPartitionMapKey(map: KeyBytes): DataSpace {
  const bytes = Buffer.from(map.buffer, map.byteOffset, map.length)
  return { tableId: bytes.readUInt32BE(1), indexId: bytes.readUInt8(5) }
}

/** Negative, zero or positive, as what the data key has behind its hash sorts before, with or after `rest`. Allocates nothing. */
export function compareRest(dataKey: KeyBytes, rest: Uint8Array): number {
  const length = Math.min(dataKey.length - collectionPrefixBytes, rest.length)
  for (let at = 0; at < length; at += 1) {
    const difference = (dataKey[collectionPrefixBytes + at] ?? 0) - (rest[at] ?? 0)
    if (difference !== 0) return difference
  }
  return dataKey.length - collectionPrefixBytes - rest.length
}

/**
 * A place between two data keys of a table or index, in front of all keys of a hash or inside an item collection: keys with a smaller
 * hash, or the same and a smaller rest, lie before it.
 */
export interface DataPlace {
  /** 0 … hashSpace; the last is the end of everything. */
  readonly hash: number
  /** What a data key has behind its hash (partition key, sort key), or the beginning of that. Never empty. */
  readonly rest?: Uint8Array
}

/** All data between two places. */
export function placeRange(space: DataSpace, from: DataPlace, to: DataPlace): KeyRange {
  return { start: placeKey(space, from), end: placeKey(space, to) }
}

function placeKey(space: DataSpace, { hash, rest }: DataPlace): KeyBytes {
  if (hash >= hashSpace) return hashRange(space, 0, hashSpace).end
  const { start } = hashRange(space, hash, hash + 1)
  return rest === undefined ? start : key(Buffer.concat([start, rest]))
}
