/** Raises the feature level when all living nodes have been able to read a higher one for an hour: none of those before is to come back then. */
import { raiseStoredLevel, storedLevel } from '../catalog/change-level.ts'
import type { Engine } from '../engine.ts'
import { leaseLifeMs, levelRaisedAfterMs } from '../limits.ts'
import type { Leases } from '../nodes/leases.ts'
import { leasedEngine } from './leased-engine.ts'
import type { Job } from './run-due-jobs.ts'

export function raiseLevelJob({ store, catalog }: Engine, leases: Leases): Job {
  let level = 0
  let sinceMs = 0
  let lookedMs = Number.NEGATIVE_INFINITY
  return {
    name: 'feature level',
    step: async (_nowMs, lease) => {
      const steadyMs = leases.steady.now()
      const lowest = leases.membership.oldestLiving?.levelMax ?? 0
      // Who did not look for a while, having no lease, does not know who was there.
      if (lowest !== level || steadyMs - lookedMs > leaseLifeMs) sinceMs = steadyMs
      level = lowest
      lookedMs = steadyMs
      if (level <= (storedLevel(catalog) ?? level) || steadyMs - sinceMs < levelRaisedAfterMs) return false
      await raiseStoredLevel(leasedEngine({ catalog, store }, lease), level)
      return false
    },
  }
}
