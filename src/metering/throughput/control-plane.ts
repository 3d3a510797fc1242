/**
 * How many requests about tables, rather than items, an account may make: 2,500 a second in each region (DynamoDB's best practices for
 * the control plane), whatever they are.
 */
import { controlPlaneRequestsPerSecondMax } from '../../api/limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** One bucket for each region. */
export class ControlPlane {
  readonly #buckets = new Map<string, TokenBucket>()

  /** Whether there is room for one more request now. Takes its place if there is. */
  takePlace(region: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(region)
    if (bucket === undefined) {
      const unitsPerSecond = controlPlaneRequestsPerSecondMax
      bucket = new TokenBucket({ unitsPerSecond, depth: unitsPerSecond, units: unitsPerSecond, nowMs })
      this.#buckets.set(region, bucket)
    }
    if (!bucket.hasUnits(nowMs)) return false
    bucket.take(1, nowMs)
    return true
  }
}
