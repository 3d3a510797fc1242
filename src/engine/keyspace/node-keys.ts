/** Keys of what nodes of a shared store keep for one another (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { clusterTag, key, leaseTag, nodeTag, prefixRange, settingsTag, usageTag } from './keys.ts'

export function nodeKey(nodeId: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(nodeTag), Buffer.from(nodeId, 'utf8')]))
}

export function allNodesRange(): KeyRange {
  return prefixRange(Uint8Array.of(nodeTag))
}

export function leaseKey(leaseName: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(leaseTag), Buffer.from(leaseName, 'utf8')]))
}

export function allLeasesRange(): KeyRange {
  return prefixRange(Uint8Array.of(leaseTag))
}

export function usageKey(nodeId: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(usageTag), Buffer.from(nodeId, 'utf8')]))
}

export function allUsageRange(): KeyRange {
  return prefixRange(Uint8Array.of(usageTag))
}

/** The id or name in a key made by `nodeKey`, `leaseKey` or `usageKey`. */
export function nameInKey(nodeOrLease: KeyBytes): string {
  return Buffer.from(nodeOrLease.subarray(1)).toString('utf8')
}

/** What was set on a shared store (catalog/change-settings.ts). */
export function settingsKey(): KeyBytes {
  return key(Uint8Array.of(settingsTag))
}

export function settingsKeyRange(): KeyRange {
  return prefixRange(Uint8Array.of(settingsTag))
}

/** What the first start on a shared store fixed (nodes/first-start.ts). */
export function firstStartKey(): KeyBytes {
  return key(Uint8Array.of(clusterTag, 0x01))
}

/** How the clock of a cluster for tests was moved (catalog/change-clock.ts). */
export function movedClockKey(): KeyBytes {
  return key(Uint8Array.of(clusterTag, 0x02))
}

/** The feature level in force (catalog/change-level.ts). */
export function featureLevelKey(): KeyBytes {
  return key(Uint8Array.of(clusterTag, 0x03))
}

/** Of these two. */
export function clusterRecordsRange(): KeyRange {
  return { start: movedClockKey(), end: key(Uint8Array.of(clusterTag, 0x04)) }
}
