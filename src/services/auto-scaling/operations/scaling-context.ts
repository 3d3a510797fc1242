/** What the operations of auto scaling, and its job, work with. */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { type Alarms, loadAlarms } from '../../cloudwatch/alarms/alarms.ts'
import type { WingHouse } from '../../wing.ts'
import { loadScalableTargets, type ScalableTargets } from '../targets/scalable-targets.ts'

export interface ScalingContext {
  /** As the region sees it that is asked. */
  readonly engine: MeteredEngine
  /** Of all regions. */
  readonly targets: ScalableTargets
  /** CloudWatch's: those of policies are among them. */
  readonly alarms: Alarms
}

export async function scalingContext({ engine, records }: WingHouse): Promise<ScalingContext> {
  return { engine, targets: await records.of(loadScalableTargets), alarms: await records.of(loadAlarms) }
}
