/** What operations on alarms, and the job that judges them, work with. Operations on metrics take the engine alone. */
import { leasedEngine } from '../../../engine/jobs/leased-engine.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Guard } from '../../../storage/store.ts'
import type { WingHouse } from '../../wing.ts'
import { type Alarms, loadAlarms } from '../alarms/alarms.ts'

export interface CloudWatchContext {
  /** As the region sees it that is asked. */
  readonly engine: MeteredEngine
  /** Of all regions. */
  readonly alarms: Alarms
}

export async function cloudWatchContext({ engine, records }: WingHouse): Promise<CloudWatchContext> {
  return { engine, alarms: await records.of(loadAlarms) }
}

/** The same for one step of a job, which writes nothing once the lease is another's. */
export function leasedCloudWatch(context: CloudWatchContext, lease: Guard | undefined): CloudWatchContext {
  if (lease === undefined) return context
  const engine = leasedEngine(context.engine, lease)
  return { engine, alarms: context.alarms.by(engine.store) }
}
