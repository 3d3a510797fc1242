/** The job that keeps views: that of the engine, with the language that it does not know. None of it is loaded while there are none. */
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import { type Job, stepFirst } from '../../engine/jobs/run-due-jobs.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import { viewOfDestination } from '../../engine/views/view-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

/** What was kept for views that are no more is looked for when this node begins to do the job, and when views have come, gone or changed. */
interface Looked {
  readonly views: string
  /** Text, another for each holding. */
  readonly lease: unknown
}

export function viewJobs(engine: MeteredEngine): readonly Job[] {
  let looked: Looked | undefined
  return [
    {
      name: 'views',
      step: async (_nowMs, lease) => {
        const regions = enginesWithWork(engine)
        const views = regions.map(viewsIn).join(' ')
        const isSwept = looked !== undefined && looked.views === views && looked.lease === lease?.value
        const withViews = regions.filter((region) => viewsIn(region) !== '')
        if (withViews.length === 0 && isSwept) return false
        const { sweepDroppedViews, stepViewsOf } = await import('./step-views.ts')
        if (!isSwept) {
          if (await sweepDroppedViews(leasedEngine(engine, lease))) return true
          looked = { views, lease: lease?.value }
        }
        let isBusy = false
        await stepFirst(withViews, async (region) => {
          if (await stepViewsOf(leasedEngine(region, lease))) isBusy = true
          return false
        })
        return isBusy
      },
    },
  ]
}

/** The ids of their tables and outboxes. Asks nobody but the catalog. */
function viewsIn({ catalog }: MeteredEngine): string {
  let views = ''
  for (const { tableId, isView, outboxes = [] } of catalog.tables()) {
    if (isView === true) views += ` ${tableId}`
    for (const { outboxId, destination } of outboxes) if (viewOfDestination(destination) !== undefined) views += ` ${outboxId}`
  }
  return views
}
