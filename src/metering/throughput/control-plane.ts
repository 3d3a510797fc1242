/**
 * How many requests about tables, rather than items, an account may make: 2,500 a second in each region (DynamoDB's best practices for
 * the control plane), whatever they are.
 */
import { controlPlaneRequestsPerSecondMax } from '../../api/limits.ts'
import { controlPlaneBucketsMax } from '../limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** One bucket for each region that was asked lately: one that is full again is as good as none. */
export class ControlPlane {
  readonly #buckets = new Map<string, TokenBucket>()

  /** Whether there is room for one more request now. Takes its place if there is. */
  takePlace(region: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(region)
    if (bucket === undefined) {
      this.#forgetQuiet(nowMs)
      const unitsPerSecond = controlPlaneRequestsPerSecondMax
      bucket = new TokenBucket({ unitsPerSecond, depth: unitsPerSecond, units: unitsPerSecond, nowMs })
      this.#buckets.set(region, bucket)
    }
    if (!bucket.hasUnits(nowMs)) return false
    bucket.take(1, nowMs)
    return true
  }

  get size(): number {
    return this.#buckets.size
  }

  #forgetQuiet(nowMs: number): void {
    if (this.#buckets.size < controlPlaneBucketsMax) return
    for (const [region, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(region)
  }
}
