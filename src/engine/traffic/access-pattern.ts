/**
 * A way in which clients ask: an operation on a table or an index with a normalised key condition, filter and projection. Requests
 * that differ in values alone are one pattern.
 */
export interface AccessPattern {
  /** Unique as long as the process lives. */
  readonly id: number
}
