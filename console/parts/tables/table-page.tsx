/** One table: its items, its heat, how it is asked, what it is. */
import { useEffect, useRef } from 'preact/hooks'
import { Link, Redirect } from 'wouter-preact'
import { type TableView, tableAddress } from '../../app/addresses.ts'
import { ServerError } from '../../server/server-error.ts'
import { useTable } from '../../server/tables.ts'
import { Badge, statusTone } from '../../widgets/badge.tsx'
import { later } from '../../widgets/later.tsx'
import { Failed, Waiting } from '../../widgets/told.tsx'
import { EntitiesPage } from '../entities/entities-page.tsx'
import { Explorer } from '../explorer/explorer.tsx'
import { FilesPage } from '../files/files-page.tsx'
import { HeatPage } from '../heat/heat-page.tsx'
import { MetricsPage } from '../metrics/metrics-page.tsx'
import { Patterns } from '../patterns/patterns.tsx'
import { StreamPage } from '../streams/stream-page.tsx'
import { Definition } from './definition.tsx'

const views: readonly { readonly view: TableView; readonly label: string }[] = [
  { view: 'items', label: 'Items' },
  { view: 'heat', label: 'Heat and hot keys' },
  { view: 'patterns', label: 'Access patterns' },
  { view: 'entities', label: 'Entities' },
  { view: 'stream', label: 'Stream' },
  { view: 'metrics', label: 'Metrics' },
  { view: 'files', label: 'In and out' },
  { view: 'backups', label: 'Backups' },
  { view: 'definition', label: 'Definition' },
]

const BackupsPage = later(async () => (await import('../backups/backups-page.tsx')).BackupsPage)

export function TablePage({ name, view }: { readonly name: string; readonly view: string }) {
  const table = useTable(name)
  if (!views.some((each) => each.view === view)) return <Redirect to={tableAddress(name)} />
  return (
    <>
      <header class="view-head">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        {table.value !== undefined && <Badge tone={statusTone(table.value.TableStatus)}>{table.value.TableStatus.toLowerCase()}</Badge>}
      </header>
      <Tabs name={name} view={view} />
      {table.value === undefined && table.error === undefined && <Waiting what="Asking for the table" />}
      {table.error !== undefined && <Failed error={table.error} again={table.again} />}
      {table.value !== undefined && view === 'items' && <Explorer table={table.value} />}
      {table.value !== undefined && view === 'heat' && <HeatPage table={table.value} />}
      {view === 'patterns' && <Patterns table={name} />}
      {table.value !== undefined && view === 'stream' && <StreamPage key={table.value.LatestStreamArn} table={table.value} />}
      {table.value !== undefined && view === 'entities' && <EntitiesPage table={table.value} />}
      {table.value !== undefined && view === 'metrics' && <MetricsPage table={table.value} />}
      {table.value !== undefined && view === 'files' && <FilesPage table={table.value} />}
      {view === 'backups' && (table.value !== undefined || isGone(table.error)) && <BackupsPage name={name} table={table.value} />}
      {table.value !== undefined && view === 'definition' && <Definition table={table.value} again={table.again} />}
    </>
  )
}

function Tabs({ name, view }: { readonly name: string; readonly view: string }) {
  const place = useRef<HTMLElement>(null)
  // Where there is no room for all of them, the one that is shown is in sight.
  useEffect(() => {
    place.current?.querySelector('.is-here')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [view])
  return (
    <nav ref={place} class="tabs" aria-label={`Views of ${name}`}>
      {views.map(({ view: each, label }) => (
        <Link
          key={each}
          href={tableAddress(name, each)}
          class={each === view ? 'tab is-here' : 'tab'}
          aria-current={each === view ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}

/** What is gone may have backups. */
function isGone(error: unknown): boolean {
  return error instanceof ServerError && error.exception === 'ResourceNotFoundException'
}
