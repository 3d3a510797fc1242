/** The metrics of a table as CloudWatch has them, and its alarms as lines in the same charts. */
import { useSearchParams } from 'wouter-preact'
import { slowPollMs } from '../../limits.ts'
import { usePolled } from '../../server/polled.ts'
import type { TableDescription } from '../../server/tables.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Chart } from '../../widgets/chart.tsx'
import { Failed, Waiting } from '../../widgets/told.tsx'
import { type Alarm, alarmsOf, type ChartOfMetrics, chartsOf } from './table-metrics.ts'

const spans: readonly (readonly [hours: number, words: string])[] = [
  [1, 'hour'],
  [3, '3 hours'],
  [24, 'day'],
  [168, 'week'],
]

interface Told {
  readonly charts: readonly ChartOfMetrics[]
  readonly alarms: readonly Alarm[]
}

export function MetricsPage({ table: { TableName } }: { readonly table: TableDescription }) {
  const [search, setSearch] = useSearchParams()
  const hours = spans.find(([each]) => String(each) === search.get('hours'))?.[0] ?? 1
  const told = usePolled<Told>(`metrics ${TableName} ${hours}`, slowPollMs, async (signal) => {
    const [charts, alarms] = await Promise.all([chartsOf(TableName, hours, signal), alarmsOf(TableName, signal)])
    return { charts, alarms }
  })
  return (
    <div class="scrolled">
      <label class="pill">
        <span>the last</span>
        <select value={hours} onChange={(event) => setSearch({ hours: event.currentTarget.value })}>
          {spans.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {told.error !== undefined && <Failed error={told.error} again={told.again} />}
      {told.value === undefined && told.error === undefined && <Waiting what="Asking for metrics" />}
      {told.value !== undefined && <Charts told={told.value} />}
    </div>
  )
}

function Charts({ told: { charts, alarms } }: { readonly told: Told }) {
  return (
    <>
      <div class="columns">
        {charts.map(({ title, unit, times, lines, metrics }) => {
          const edges = alarms.filter(({ metric }) => metrics.includes(metric))
          const all = [
            ...lines,
            ...edges.map(({ name, threshold }) => ({
              label: `alarm ${name}`,
              colour: '--bad',
              isDashed: true,
              values: times.map(() => threshold),
            })),
          ]
          return <Chart key={title} title={title} unit={unit} times={times} lines={all} />
        })}
      </div>
      <h2>Alarms</h2>
      {alarms.length === 0 && <p class="soft">None is on this table. Any SDK makes them, by CloudWatch’s API at this address.</p>}
      <ul class="plain-list">
        {alarms.map(({ name, metric, threshold, state, reason }) => (
          <li key={name}>
            <Badge tone={state === 'OK' ? 'good' : state === 'ALARM' ? 'bad' : 'plain'}>{state}</Badge> <bdi>{name}</bdi>: {metric}, edge{' '}
            {threshold} <span class="soft">{reason}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
