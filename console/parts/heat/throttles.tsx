/** What was throttled, or would have been on AWS: where, for which of the sixteen reasons, for which keys; what to change, and what would not help. */
import { Link, useSearchParams } from 'wouter-preact'
import type { ThrottleList } from '../../../src/server/control/throughput-routes.ts'
import { tableAddress } from '../../app/addresses.ts'
import { pollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { wholeKeyText } from '../../values/attribute-value.ts'
import { count, dayAndTime, utc } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { remedyFor } from './remedies.ts'

export function Throttles() {
  const [search] = useSearchParams()
  const table = search.get('table') ?? undefined
  const list = usePolled(`throttles ${table ?? ''}`, pollMs, (signal) => control<ThrottleList>('GET', 'throttles', { table }, signal))
  return (
    <>
      <header class="view-head">
        <h1>Throttles{table !== undefined && ` of ${table}`}</h1>
        {table !== undefined && <Link href="/throttles">Of all tables</Link>}
      </header>
      <div class="scrolled">
        {list.error !== undefined && <Failed error={list.error} again={list.again} />}
        {list.value === undefined && list.error === undefined && <Waiting what="Asking" />}
        {list.value?.throttles.length === 0 && (
          <Empty
            title="Nothing was throttled"
            command={`curl -X PUT ${location.origin}/_stator/settings -H 'Content-Type: application/json' -d '{"throughput":"enforce"}'`}
          >
            <p>What AWS would have throttled is counted here even when it is let through. This makes the server refuse it:</p>
          </Empty>
        )}
        {list.value?.throttles.map((throttle) => (
          <ThrottleCard key={`${throttle.region} ${throttle.table} ${throttle.index ?? ''} ${throttle.reason}`} throttle={throttle} />
        ))}
      </div>
    </>
  )
}

function ThrottleCard({
  throttle: { table, index, reason, refused, observed, lastMs, keys },
}: {
  readonly throttle: ThrottleList['throttles'][number]
}) {
  const { change, inVain } = remedyFor(reason)
  return (
    <article class="card">
      <h2>
        <Link href={tableAddress(table, 'heat', index === undefined ? {} : { index })}>
          <bdi>{[table, index].filter(Boolean).join(' · ') || 'requests about tables'}</bdi>
        </Link>{' '}
        <Badge tone="warn">{reason}</Badge>
      </h2>
      <p>
        {refused > 0 && <strong>{count(refused)} refused. </strong>}
        {observed > 0 && <span>{count(observed)} let through that production would refuse. </span>}
        <span class="soft" title={utc(lastMs)}>
          The last one {dayAndTime(lastMs)}.
        </span>
      </p>
      <p>
        <strong>Change:</strong> {change}
      </p>
      <p class="soft">
        <strong>Would not help:</strong> {inVain}
      </p>
      {keys.length > 0 && (
        <ul class="chips" aria-label="Keys that met it most">
          {keys.map(({ key, count: times }) => {
            const text = wholeKeyText(key)
            return (
              <li key={text} class="chip">
                <bdi>{text}</bdi> <span class="soft">{count(times)}×</span>
              </li>
            )
          })}
        </ul>
      )}
    </article>
  )
}
