/** Waiting for a long work of a server, with a bar on a terminal that says how far it is (docs/jobs.md). */
import { setTimeout as wait } from 'node:timers/promises'
import type { JobList } from '../../server/control/job-routes.ts'
import type { WatchedWork } from '../../server/works.ts'
import { askControl } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { askedEveryMs, progressBarWidth } from '../limits.ts'
import { ProgressLine } from '../progress-line.ts'

/** Resolves when it is over: with what it last was, undefined when it was gone at the first look. */
export async function followJob(endpoint: ControlEndpoint, id: string): Promise<WatchedWork | undefined> {
  let last: WatchedWork | undefined
  const progress = new ProgressLine()
  try {
    for (;;) {
      const { jobs } = (await askControl(endpoint, { method: 'GET', path: '/_stator/jobs', answerHas: 'jobs' })) as JobList
      const job = jobs.find((each) => each.id === id)
      if (job === undefined || job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') return job ?? last
      last = job
      progress.show(() => progressBar(job))
      await wait(askedEveryMs)
    }
  } finally {
    progress.end()
  }
}

/** `[#####.....]  50%, 1,200 of 2,400 items, 12 s left` */
export function progressBar({ share, itemsDone, itemsTotal, remainingMs }: WatchedWork): string {
  const full = Math.floor(share * progressBarWidth)
  const items =
    itemsDone === undefined
      ? ''
      : `, ${itemsDone.toLocaleString('en-US')}${itemsTotal === undefined ? '' : ` of ${itemsTotal.toLocaleString('en-US')}`} items`
  const left = remainingMs === undefined ? '' : `, ${Math.ceil(remainingMs / 1000).toLocaleString('en-US')} s left`
  return `[${'#'.repeat(full)}${'.'.repeat(progressBarWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)}%${items}${left}`
}
