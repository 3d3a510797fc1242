/**
 * Which splits made the partitions of a table or global index what they are. It is part of the partition map, so that it is as
 * durable as the splits are and goes with the table; its size is bounded however often there is a split.
 */
import { recentSplitsMax } from '../limits.ts'

/** More throughput, sustained heat, too many bytes, or somebody asked for it. */
export type SplitReason = 'throughput' | 'heat' | 'size' | 'asked'

export const splitReasons: readonly SplitReason[] = ['throughput', 'heat', 'size', 'asked']

/** A partition that is no more, and what took its place, by their ids. */
export interface PartitionSplit {
  readonly partition: number
  readonly into: readonly number[]
  readonly reason: SplitReason
  /** Milliseconds since the epoch. */
  readonly atMs: number
}

export interface PartitionSplits {
  /** Since there is the table or index; absent: none. */
  readonly counts: { readonly [Reason in SplitReason]?: number }
  /** The last ones, in the order in which they were made. */
  readonly recent: readonly PartitionSplit[]
}

export const noSplits: PartitionSplits = { counts: {}, recent: [] }

export function withSplit({ counts, recent }: PartitionSplits, split: PartitionSplit): PartitionSplits {
  const { reason } = split
  return { counts: { ...counts, [reason]: (counts[reason] ?? 0) + 1 }, recent: [...recent.slice(1 - recentSplitsMax), split] }
}
