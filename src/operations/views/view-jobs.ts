/** The job that keeps views: that of the engine, with the language that it does not know. None of it is loaded while there are none. */
import { minuteMs } from '../../base/clock.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import { type Job, stepFirst } from '../../engine/jobs/run-due-jobs.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { viewOfDestination } from '../../engine/views/view-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

/** As the schedule knows it: what was kept for views that are no more is looked for once a minute, or when it is hastened. */
export const sweepViewsJob = 'dropped views'

export function viewJobs(engine: MeteredEngine): readonly Job[] {
  return [
    {
      name: 'views',
      step: async (nowMs, lease) => {
        const isSweepDue = engine.schedule.isDue(sweepViewsJob, nowMs, minuteMs)
        const regions = enginesWithWork(engine).filter(mayHaveViews)
        if (regions.length === 0 && !isSweepDue) return false
        const { sweepDroppedViews, stepViewsOf } = await import('./step-views.ts')
        if (isSweepDue && (await sweepDroppedViews(leasedEngine(engine, lease)))) return true
        if (isSweepDue) engine.schedule.ran(sweepViewsJob, nowMs)
        let isBusy = false
        await stepFirst(regions, async (region) => {
          if (await stepViewsOf(leasedEngine(region, lease))) isBusy = true
          return false
        })
        return isBusy
      },
    },
  ]
}

/** Asks nobody but the catalog. */
function mayHaveViews({ catalog }: MeteredEngine): boolean {
  for (const { isView, outboxes = [] } of catalog.tables()) {
    if (isView === true || outboxes.some(({ destination }) => viewOfDestination(destination) !== undefined)) return true
  }
  return false
}
