/** Every request as it is answered: who, what, of which table and key, for how many units, how long, and what went wrong. */
import { useComputed, useSignal } from '@preact/signals'
import { Pause, Play } from 'lucide-preact'
import { useSearchParams } from 'wouter-preact'
import type { RequestReport } from '../../../src/server/requests/answered-request.ts'
import { consoleName } from '../../server/ask.ts'
import { keyParts } from '../../values/attribute-value.ts'
import { count, counted, milliseconds, time, utc } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Empty } from '../../widgets/told.tsx'
import { Heads, VirtualRows } from '../../widgets/virtual-rows.tsx'
import { hintFor } from './hint-for.ts'
import { RequestDetails } from './request-details.tsx'
import { useFeed } from './use-feed.ts'

const columns = '70px 50px 126px minmax(110px, 1fr) minmax(90px, 1fr) 60px 70px minmax(260px, 3fr)'

type Member = 'operation' | 'table' | 'caller' | 'error' | 'id'

export function Requests() {
  const [search, setSearch] = useSearchParams()
  const isPaused = useSignal(false)
  const isOwnShown = useSignal(false)
  const opened = useSignal<RequestReport | undefined>(undefined)
  const feed = useFeed(isPaused)
  const wanted = (member: Member): string => search.get(member) ?? ''
  const only = (member: Member, value: string): void => {
    const members = new URLSearchParams(search)
    if (value === '') members.delete(member)
    else members.set(member, value)
    setSearch(members)
  }
  const filters = search.toString()
  const shown = useComputed(() => {
    const members = new URLSearchParams(filters)
    return feed.requests.value.filter((request) => (isOwnShown.value || !isOwn(request)) && fits(request, members))
  })
  return (
    <>
      <header class="view-head">
        <h1>Requests</h1>
        <Field label="Operation" value={wanted('operation')} onChange={(value) => only('operation', value)} />
        <Field label="Table" value={wanted('table')} onChange={(value) => only('table', value)} />
        <Field label="Caller" value={wanted('caller')} onChange={(value) => only('caller', value)} />
        <label class="pill">
          <input
            type="checkbox"
            checked={wanted('error') !== ''}
            onChange={(event) => only('error', event.currentTarget.checked ? 'any' : '')}
          />
          <span>errors alone</span>
        </label>
        <label class="pill">
          <input type="checkbox" checked={isOwnShown.value} onChange={(event) => (isOwnShown.value = event.currentTarget.checked)} />
          <span>this console’s, too</span>
        </label>
        <button type="button" class="button" aria-pressed={isPaused.value} onClick={() => (isPaused.value = !isPaused.value)}>
          {isPaused.value ? <Play size={15} aria-hidden="true" /> : <Pause size={15} aria-hidden="true" />}
          {isPaused.value ? `Go on (${count(feed.waiting.value)} more)` : 'Pause'}
        </button>
      </header>
      <p class="soft" role="status">
        {counted(shown.value.length, 'request')} of the last {count(feed.requests.value.length)}
        {feed.missed.value > 0 && `; ${count(feed.missed.value)} went by too fast to be kept`}
        {feed.trouble.value !== '' && `; ${feed.trouble.value}`}
      </p>
      {shown.value.length === 0 ? (
        <Empty title="No requests yet" command={`aws dynamodb list-tables --endpoint-url ${location.origin} --region us-east-1`}>
          <p>Each shows here as it is answered. Point your program at this server, or try:</p>
        </Empty>
      ) : (
        <VirtualRows
          label="Requests, the newest first"
          count={shown.value.length}
          columns={columns}
          head={<Heads names={['Time', 'Status', 'Operation', 'Table and index', 'Key', '#Units', '#Took', 'Error, and what to do']} />}
          row={(at) => {
            const request = shown.value[shown.value.length - 1 - at]
            return request && <RequestRow request={request} onOpen={() => (opened.value = request)} />
          }}
        />
      )}
      {opened.value !== undefined && <RequestDetails request={opened.value} onClose={() => (opened.value = undefined)} onOnly={only} />}
    </>
  )
}

function isOwn({ userAgent }: RequestReport): boolean {
  return userAgent === consoleName
}

function fits(request: RequestReport, members: URLSearchParams): boolean {
  const has = (member: Member, value: string | undefined): boolean => {
    const wanted = members.get(member)?.toLowerCase()
    return wanted === undefined || (value ?? '').toLowerCase().includes(wanted)
  }
  const isError = members.get('error') === null || request.error !== undefined
  return (
    isError &&
    has('operation', request.operation) &&
    has('table', request.table) &&
    has('caller', request.caller) &&
    has('id', request.requestId)
  )
}

function RequestRow({ request, onOpen }: { readonly request: RequestReport; readonly onOpen: () => void }) {
  const { at, status, operation, table, index, key, readUnits = 0, writeUnits = 0, durationMs, error } = request
  const ms = Date.parse(at)
  return (
    <>
      <time role="cell" dateTime={at} title={utc(ms)}>
        {time(ms)}
      </time>
      <span role="cell">
        <Badge tone={status < 400 ? 'good' : status < 500 ? 'warn' : 'bad'}>{status}</Badge>
      </span>
      <span role="cell">
        <button type="button" class="cell-open" onClick={onOpen}>
          {operation ?? 'unknown'}
        </button>
      </span>
      <span role="cell" title={request.pattern}>
        <bdi>{[table, index].filter(Boolean).join(' · ')}</bdi>
      </span>
      <span role="cell">
        <bdi>{key === undefined ? '' : keyParts(key).join(' / ')}</bdi>
      </span>
      <span role="cell" class="number">
        {[readUnits > 0 ? `${count(readUnits)} R` : '', writeUnits > 0 ? `${count(writeUnits)} W` : ''].filter(Boolean).join(' ')}
      </span>
      <span role="cell" class="number">
        {milliseconds(durationMs)}
      </span>
      <span role="cell" title={error?.message}>
        {error !== undefined && (
          <>
            <strong class="warn">{error.exception}</strong> <span class="soft">{hintFor(request) ?? error.message}</span>
          </>
        )}
      </span>
    </>
  )
}

function Field({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <input
      type="search"
      size={12}
      aria-label={label}
      placeholder={label}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  )
}
