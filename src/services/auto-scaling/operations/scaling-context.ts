/** What the operations of auto scaling, and its job, work with. */
import { leasedEngine } from '../../../engine/jobs/leased-engine.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Guard } from '../../../storage/store.ts'
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

/** The same for one step of a job, which writes nothing once the lease is another's. */
export function leasedScaling(context: ScalingContext, lease: Guard | undefined): ScalingContext {
  if (lease === undefined) return context
  const engine = leasedEngine(context.engine, lease)
  return { engine, targets: context.targets.by(engine.store), alarms: context.alarms.by(engine.store) }
}
