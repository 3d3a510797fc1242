/** How a request about tables meets the rate of such requests. A throttle of these has no reasons (capacity.md §8). */
import { ServiceError } from '../../api/errors.ts'
import type { Operation } from '../../api/operations.ts'
import type { MeteredEngine } from '../metered-engine.ts'

/** The tiers that read and write items and streams; all others are about tables. */
const dataPlane: ReadonlySet<Operation['tier']> = new Set(['DP', 'TX', 'PQ', 'VS', 'ST'])

/** Throws ThrottlingException when there are too many and limits are enforced; counts it when they are observed. */
export function admitControlRequest(engine: MeteredEngine, operation: Operation): void {
  const { throughput } = engine.settings
  if (throughput === 'off' || dataPlane.has(operation.tier)) return
  const nowMs = engine.clock.now()
  if (engine.metering.controlPlane.takePlace(engine.region, nowMs)) return
  const { region } = engine.catalog
  const thing = { region, table: '', index: undefined, space: undefined, reason: 'ControlPlaneRequestRateExceeded', keyAttributes: [] }
  engine.metering.throttleCounts.tally(thing).note(throughput, nowMs)
  if (throughput === 'enforce') throw new ServiceError('ThrottlingException', 'Rate of requests exceeds the allowed throughput.')
}
