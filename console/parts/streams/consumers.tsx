/** Who reads the streams of a table: how far each has come, how far behind it is, when it read last; of each shard, too. */
import { type Signal, useSignal } from '@preact/signals'
import type { StreamList } from '../../../src/server/control/stream-routes.ts'
import type { ConsumerReport, PlaceReport } from '../../../src/server/streams/stream-reports.ts'
import { lateMs, pollMs, readerGoneMs, recordAgeMsMax } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { count, counted, span, utc } from '../../values/shown-numbers.ts'
import { Badge, type Tone } from '../../widgets/badge.tsx'
import { Failed } from '../../widgets/told.tsx'

interface ConsumersProps {
  readonly table: string
  /** Of the stream that records now. */
  readonly arn: string
}

interface Reading {
  readonly consumer: ConsumerReport
  readonly name: string
  /** Of a stream of the table that records no more. */
  readonly isOfBefore: boolean
  readonly openShardCount: number
}

export function Consumers({ table, arn }: ConsumersProps) {
  const list = usePolled(`streams ${table}`, pollMs, (signal) => control<StreamList>('GET', 'streams', { table }, signal))
  const opened = useSignal<string | undefined>(undefined)
  if (list.value === undefined) return list.error === undefined ? null : <Failed error={list.error} again={list.again} />
  const { nowMs, streams, knowsPrograms } = list.value
  const readings = streams.flatMap((stream) =>
    stream.consumers.map((consumer) => ({
      consumer,
      name: nameOf(consumer, stream.arn),
      isOfBefore: stream.arn !== arn,
      openShardCount: stream.shards.filter(({ isOpen }) => isOpen).length,
    })),
  )
  const untold = streams.reduce((sum, { untoldCount }) => sum + untoldCount, 0)
  return (
    <details open>
      <summary>Who reads it: {readings.length === 0 ? 'nobody' : counted(readings.length + untold, 'consumer')}</summary>
      {readings.length === 0 ? (
        <p class="soft">
          {knowsPrograms
            ? 'Programs show here once they ask for records (GetRecords). This view reads, too, and is not told.'
            : 'This server is started with --trace off: it does not remember which programs read.'}
        </p>
      ) : (
        <div class="table-scroll consumers" tabIndex={0} role="region" aria-label="Consumers of the stream">
          <table class="plain">
            <thead>
              <tr>
                <th>Consumer</th>
                <th class="number">Records behind</th>
                <th class="number">Iterator age</th>
                <th>Last read</th>
                <th>Shards</th>
              </tr>
            </thead>
            <tbody>
              {readings.map((reading) => (
                <ConsumerRows key={reading.name} reading={reading} nowMs={nowMs} opened={opened} />
              ))}
            </tbody>
          </table>
          {untold > 0 && <p class="soft">{counted(untold, 'more consumer')} of the server’s own are not told.</p>}
        </div>
      )}
    </details>
  )
}

function nameOf({ id = '', identity = '', sourceAddress = '', userAgent = '' }: ConsumerReport, arn: string): string {
  return [arn, id, identity, sourceAddress, userAgent].join(' ')
}

interface RowsProps {
  readonly reading: Reading
  readonly nowMs: number
  readonly opened: Signal<string | undefined>
}

function ConsumerRows({ reading: { consumer, name, isOfBefore, openShardCount }, nowMs, opened }: RowsProps) {
  const { kind, id, identity, sourceAddress, userAgent, places, recordsBehind, iteratorAgeMs, lastReadMs } = consumer
  const isOpen = opened.value === name
  const readCount = places.filter(({ isEnd }) => !isEnd).length
  return (
    <>
      <tr>
        <td>
          <bdi>{kind === 'own' ? id : (userAgent ?? 'a program without a name')}</bdi> {isOfBefore && <Badge>an earlier stream</Badge>}
          <div class="soft">{kind === 'own' ? 'the server’s own' : <bdi>{[identity, sourceAddress].filter(Boolean).join(' · ')}</bdi>}</div>
        </td>
        <td class="number">{count(recordsBehind)}</td>
        <td class="number">
          <Age ms={iteratorAgeMs} />
        </td>
        <td>
          <LastRead ms={lastReadMs} nowMs={nowMs} />
        </td>
        <td>
          <button
            type="button"
            class="link"
            aria-expanded={isOpen}
            onClick={() => {
              opened.value = isOpen ? undefined : name
            }}
          >
            {count(readCount)} of {counted(openShardCount, 'open shard')}
          </button>
        </td>
      </tr>
      {isOpen && places.map((place) => <PlaceRow key={place.shard} place={place} nowMs={nowMs} />)}
    </>
  )
}

function PlaceRow({ place, nowMs }: { readonly place: PlaceReport; readonly nowMs: number }) {
  const { shard, isEnd, recordsBehind, iteratorAgeMs, nextSequenceNumber, lastReadMs } = place
  return (
    <tr class="consumer-place">
      <td>
        <code>{shard}</code>
      </td>
      <td class="number">{count(recordsBehind)}</td>
      <td class="number">
        <Age ms={iteratorAgeMs} />
      </td>
      <td>
        <LastRead ms={lastReadMs} nowMs={nowMs} />
      </td>
      <td>
        {isEnd ? (
          <Badge tone="good">read to its end</Badge>
        ) : (
          <span class="soft">{nextSequenceNumber === undefined ? 'from the oldest record on' : `next ${nextSequenceNumber}`}</span>
        )}
      </td>
    </tr>
  )
}

/** Of the oldest record that is not read. */
function Age({ ms }: { readonly ms: number }) {
  if (ms === 0) return <span class="soft">none</span>
  const tone: Tone = ms < lateMs ? 'plain' : ms < recordAgeMsMax / 2 ? 'warn' : 'bad'
  if (tone === 'plain') return <span>{span(ms)}</span>
  return (
    <Badge tone={tone} title="Records are gone after 24 hours, read or not.">
      {span(ms)}
    </Badge>
  )
}

function LastRead({ ms, nowMs }: { readonly ms: number | undefined; readonly nowMs: number }) {
  if (ms === undefined) return <span class="soft">not known</span>
  const agoMs = Math.max(0, nowMs - ms)
  const text = agoMs < 1000 ? 'now' : `${span(agoMs)} ago`
  return (
    <time dateTime={utc(ms)} title={utc(ms)}>
      {agoMs < readerGoneMs ? text : <Badge tone="warn">{text}</Badge>}
    </time>
  )
}
