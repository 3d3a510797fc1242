/** Keys of what the replicas of global tables keep beside their items (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { key, prefixRange, tablePrefix, tablePrefixBytes } from './keys.ts'

const tombstoneTag = 0x2a
const tombstoneRoundTag = 0x2b
const replicaCopyTag = 0x2c
const replicaLinkTag = 0x2d
const behindTag = 0x2e

/** From which replica to which, by the ids of their tables. */
export interface ReplicaLink {
  readonly fromId: number
  readonly toId: number
}

/** Where it stands that the item with this data key was deleted. */
export function tombstoneKey(item: KeyBytes): KeyBytes {
  const bytes = Buffer.from(item)
  bytes[0] = tombstoneTag
  return key(bytes)
}

/** The tombstone of the same item in the table of another replica. */
export function tombstoneOf(tombstone: KeyBytes, tableId: number): KeyBytes {
  const bytes = Buffer.from(tombstone)
  bytes.writeUInt32BE(tableId, 1)
  return key(bytes)
}

/** All tombstones of a table. */
export function tombstonesRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(tombstoneTag, tableId))
}

/** That a replica with strong consistency has missed something. */
export function behindKey(tableId: number): KeyBytes {
  return key(tablePrefix(behindTag, tableId))
}

/** How far the tombstones of a table are looked through. */
export function tombstoneRoundKey(tableId: number): KeyBytes {
  return key(tablePrefix(tombstoneRoundTag, tableId))
}

/** The same as a range, for who deletes it with its table. */
export function tombstoneRoundRange(tableId: number): KeyRange {
  return prefixRange(tombstoneRoundKey(tableId))
}

/** How far the items of one replica are copied to another. */
export function replicaCopyKey(link: ReplicaLink): KeyBytes {
  return key(linkPrefix(replicaCopyTag, link))
}

/** How far all copies to a table have come. */
export function replicaCopiesRange(toId: number): KeyRange {
  return prefixRange(tablePrefix(replicaCopyTag, toId))
}

/** The log of what one replica is still to tell another. */
export function replicaLinkLog(link: ReplicaLink): KeyBytes {
  return key(linkPrefix(replicaLinkTag, link))
}

/** All that a table is still to be told, with the logs themselves. */
export function replicaLinksRange(toId: number): KeyRange {
  return prefixRange(tablePrefix(replicaLinkTag, toId))
}

/** The same of one link. */
export function replicaLinkRange(link: ReplicaLink): KeyRange {
  return prefixRange(linkPrefix(replicaLinkTag, link))
}

/** Whether a key of those ranges is a log, and no entry. */
export function isReplicaLinkLog(linked: KeyBytes): boolean {
  return linked.length === tablePrefixBytes + tableIdBytes
}

const tableIdBytes = 4

/** In memory of its own: stores remember the keys of logs. */
function linkPrefix(tag: number, { fromId, toId }: ReplicaLink): Uint8Array {
  const bytes = new Uint8Array(tablePrefixBytes + tableIdBytes)
  bytes.set(tablePrefix(tag, toId))
  new DataView(bytes.buffer).setUint32(tablePrefixBytes, fromId)
  return bytes
}
