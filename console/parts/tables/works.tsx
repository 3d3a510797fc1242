/** The long works of a table (or of all): what is filled, copied, exported, how far it is and how long it will still take. */
import type { JobList } from '../../../src/server/control/job-routes.ts'
import { pollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { milliseconds, percent } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'

export function Works({ table }: { readonly table: string }) {
  const list = usePolled('jobs', pollMs, (signal) => control<JobList>('GET', 'jobs', {}, signal))
  const jobs = (list.value?.jobs ?? []).filter((job) => job.table === table)
  if (jobs.length === 0) return null
  const cancel = async (id: string): Promise<void> => {
    if (!confirm('Cancel it?')) return
    await control('DELETE', `jobs/${encodeURIComponent(id)}`).catch(() => undefined)
    list.again()
  }
  return (
    <section class="card" aria-label="Works">
      <h2>What goes on</h2>
      {jobs.map(({ id, kind, makes, state, share, remainingMs, reason, canBeCancelled }) => (
        <p key={id} class="choices">
          <Badge tone={state === 'failed' ? 'bad' : state === 'done' ? 'good' : 'warn'}>{state}</Badge> {kind} <bdi>{makes}</bdi>
          {share !== undefined && (
            <>
              <progress max={1} value={share} aria-label={`${kind} ${makes}`} /> {percent(share)}
            </>
          )}
          {remainingMs !== undefined && <span class="soft">about {milliseconds(remainingMs)} left</span>}
          {reason !== undefined && <span class="warn">{reason}</span>}
          {canBeCancelled && mayChange && (
            <button type="button" class="button" onClick={() => cancel(id)}>
              Cancel
            </button>
          )}
        </p>
      ))}
    </section>
  )
}
