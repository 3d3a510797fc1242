/** Whether tables are being worked with or served from: what the advisor says of days of traffic is noise while a program is written. */
import type { AdviceProfile } from '../../advice/rule.ts'
import { dayMs } from '../../base/clock.ts'
import { enginesWithTables } from '../../engine/regions.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

/** A database that was used for a day and is served to other machines is in production. `isElsewhere`: it is served beyond this machine. */
export function profileOf(engine: MeteredEngine, isElsewhere: boolean): AdviceProfile {
  if (!isElsewhere) return 'test'
  const sinceMs = engine.clock.now() - dayMs
  for (const { catalog } of enginesWithTables(engine)) {
    for (const { creationMs } of catalog.tables()) if (creationMs <= sinceMs) return 'prod'
  }
  return 'test'
}
