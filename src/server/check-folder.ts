/** A check of a database that no server has open, or that others have open, too: the same steps, as fast as they go. */

import type { CheckOptions } from '../engine/check/check-context.ts'
import type { CheckReport } from '../engine/check/check-report.ts'
import { checkStore } from '../engine/check/check-store.ts'
import type { StorageOptions } from '../engine/engine.ts'
import { openMeteredEngine } from '../metering/open-metered-engine.ts'
import { carryOversOf } from '../services/wings.ts'
import { version } from './version.ts'

/** Rejects with StoreOpenError. `onStep` hears after each step how far it has come. */
export async function checkDatabase(
  storage: StorageOptions,
  options: Omit<CheckOptions, 'isAlone'>,
  onStep: (report: CheckReport) => void = () => {},
): Promise<CheckReport> {
  const engine = await openMeteredEngine({ storage, version, isLookedAt: true, carryOvers: carryOversOf() })
  try {
    const { report, steps } = checkStore(engine, { ...options, isAlone: storage.kind === 'disk' })
    for await (const _ of steps) onStep(report)
    return report
  } finally {
    await engine.close()
  }
}
