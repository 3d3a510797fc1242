/** The exports of a table to buckets, the newest first: how each goes, and where its files are. */
import { useSignal } from '@preact/signals'
import { exportsPageMax, pollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { bytes, count } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Moment } from '../../widgets/moment.tsx'
import { Failed } from '../../widgets/told.tsx'
import { ExportForm } from './export-form.tsx'
import { PageButtons } from './page-buttons.tsx'
import type { RecoveryWindow } from './recovery-window.ts'
import { usePlaces } from './use-places.ts'

interface ExportDescription {
  readonly ExportArn: string
  readonly ExportStatus: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly StartTime: number
  readonly S3Bucket: string
  readonly S3Prefix?: string
  readonly ExportManifest?: string
  readonly ExportFormat: string
  readonly ExportType: string
  readonly BilledSizeBytes?: number
  readonly ItemCount?: number
  readonly FailureCode?: string
  readonly FailureMessage?: string
}

interface Page {
  readonly exports: readonly ExportDescription[]
  readonly next: string | undefined
}

interface ExportsProps {
  readonly arn: string
  /** Undefined while recovery is off: exports need it. */
  readonly window: RecoveryWindow | undefined
}

export function Exports({ arn, window }: ExportsProps) {
  const places = usePlaces()
  const list = usePolled(`exports ${arn} ${places.start}`, pollMs, (signal) => readPage(arn, places.start, signal))
  const isStarted = useSignal(false)
  const exports = list.value?.exports ?? []
  return (
    <section class="card" aria-label="Exports">
      <h2>Exports</h2>
      {list.error !== undefined && <Failed error={list.error} again={list.again} />}
      {list.value !== undefined && exports.length === 0 && <p class="soft">There are none.</p>}
      {exports.length > 0 && <Rows exports={exports} />}
      <PageButtons places={places} next={list.value?.next} what="exports" />
      {isStarted.value && <p role="status">The export has begun.</p>}
      {mayChange && window === undefined && <p class="soft">An export needs point-in-time recovery, as on AWS: switch it on above.</p>}
      {mayChange && window !== undefined && (
        <ExportForm
          arn={arn}
          window={window}
          onStarted={() => {
            isStarted.value = true
            list.again()
          }}
        />
      )}
    </section>
  )
}

/** What is told of an export is told one by one. */
async function readPage(TableArn: string, start: string | undefined, signal: AbortSignal): Promise<Page> {
  const { ExportSummaries, NextToken } = await call<{
    readonly ExportSummaries: readonly { readonly ExportArn: string }[]
    readonly NextToken?: string
  }>('ListExports', { TableArn, MaxResults: exportsPageMax, ...(start !== undefined && { NextToken: start }) }, undefined, signal)
  const described = ExportSummaries.map(({ ExportArn }) =>
    call<{ readonly ExportDescription: ExportDescription }>('DescribeExport', { ExportArn }, undefined, signal),
  )
  return { exports: (await Promise.all(described)).map(({ ExportDescription }) => ExportDescription), next: NextToken }
}

const tones = { IN_PROGRESS: 'warn', COMPLETED: 'good', FAILED: 'bad' } as const

function Rows({ exports }: { readonly exports: readonly ExportDescription[] }) {
  return (
    <div class="table-scroll" role="region" aria-label="List of exports" tabIndex={0}>
      <table class="plain">
        <thead>
          <tr>
            {['Begun', 'Status', 'Format', 'Items', 'Size', 'Where'].map((name) => (
              <th key={name} scope="col" class={name === 'Items' || name === 'Size' ? 'number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {exports.map((each) => (
            <tr key={each.ExportArn}>
              <td>
                <Moment seconds={each.StartTime} />
              </td>
              <td>
                <Badge tone={tones[each.ExportStatus]}>{each.ExportStatus.toLowerCase().replaceAll('_', ' ')}</Badge>
                {each.FailureCode !== undefined && (
                  <p class="warn">
                    <strong>{each.FailureCode}</strong>: {each.FailureMessage}
                  </p>
                )}
              </td>
              <td>
                {each.ExportFormat}
                {each.ExportType === 'INCREMENTAL_EXPORT' && ', incremental'}
              </td>
              <td class="number">{each.ItemCount === undefined ? '' : count(each.ItemCount)}</td>
              <td class="number">{each.BilledSizeBytes === undefined ? '' : bytes(each.BilledSizeBytes)}</td>
              <td>
                <bdi>{placeOf(each)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The manifest's once it is there: it names all files. */
function placeOf({ S3Bucket, S3Prefix = '', ExportManifest }: ExportDescription): string {
  return [S3Bucket, ExportManifest ?? S3Prefix].filter(Boolean).join('/')
}
