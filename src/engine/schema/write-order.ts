/**
 * Which of two writes of one item is the later one, for all replicas alike: the time at which it was made, in microseconds, and of two
 * that were made at the same time the one of the region whose name comes later.
 */
export interface WriteOrder {
  /** Since 1970. */
  readonly us: number
  readonly region: string
}

/** Negative when the first write is the earlier one; 0 for the same write. */
export function compareOrders(a: WriteOrder, b: WriteOrder): number {
  if (a.us !== b.us) return a.us - b.us
  if (a.region === b.region) return 0
  return a.region < b.region ? -1 : 1
}
