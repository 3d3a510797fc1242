/** What operations on alarms, and the job that judges them, work with. Operations on metrics take the engine alone. */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
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
