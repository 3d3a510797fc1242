/** A full export of a table to a bucket, as it is now or was at the end of a second. */
import { useSignal } from '@preact/signals'
import { call } from '../../server/ask.ts'
import { utc } from '../../values/shown-numbers.ts'
import { Command, Failed } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { type RecoveryWindow, secondsOf } from './recovery-window.ts'
import { SecondChoice } from './second-choice.tsx'

interface ExportFormProps {
  readonly arn: string
  readonly window: RecoveryWindow
  readonly onStarted: () => void
}

interface ExportDraft {
  readonly bucket: string
  /** Empty: none. */
  readonly prefix: string
  readonly format: string
  /** As a field for local times has it; empty: now. */
  readonly local: string
}

export function ExportForm({ arn, window, onStarted }: ExportFormProps) {
  const draft = useSignal<ExportDraft>({ bucket: '', prefix: '', format: 'DYNAMODB_JSON', local: '' })
  const error = useSignal<unknown>(undefined)
  const change = (part: Partial<ExportDraft>): void => {
    draft.value = { ...draft.value, ...part }
  }
  const { bucket, prefix, format, local } = draft.value
  const seconds = secondsOf(local)
  const start = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      error.value = undefined
      await call('ExportTableToPointInTime', inputOf(arn, draft.value, seconds))
      onStarted()
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <form class="form" onSubmit={start}>
      <div class="field-row">
        <label class="field">
          <span>Bucket</span>
          <input required value={bucket} onInput={(event) => change({ bucket: event.currentTarget.value })} />
        </label>
        <label class="field">
          <span>Prefix, if there is one</span>
          <input value={prefix} onInput={(event) => change({ prefix: event.currentTarget.value })} />
        </label>
        <label class="field">
          <span>Format</span>
          <select value={format} onChange={(event) => change({ format: event.currentTarget.value })}>
            <option>DYNAMODB_JSON</option>
            <option>ION</option>
          </select>
        </label>
      </div>
      <SecondChoice
        label="The table as it is at"
        newest="now"
        window={window}
        local={local}
        onChange={(chosen) => change({ local: chosen })}
      />
      <p class="soft">
        Files go to <code>{[bucket || 'BUCKET', prefix, 'AWSDynamoDB/…'].filter(Boolean).join('/')}</code>. A bucket is a folder that is
        there, below that of <code>--s3-folder</code> (<code>./buckets</code>), or one of <code>--s3-endpoint</code>: docs/time-travel.md.
      </p>
      <Command
        text={codeOf('CLI', 'ExportTableToPointInTime', inputOf(arn, draft.value, seconds === undefined ? undefined : utc(seconds * 1000)))}
      />
      {error.value !== undefined && <Failed error={error.value} />}
      <div class="choices">
        <button type="submit" class="button">
          Export the table
        </button>
      </div>
    </form>
  )
}

/** `time` undefined: now. A number on the wire, a text for who reads it. */
function inputOf(TableArn: string, { bucket, prefix, format }: ExportDraft, time: number | string | undefined): object {
  return {
    TableArn,
    S3Bucket: bucket,
    ...(prefix !== '' && { S3Prefix: prefix }),
    ExportFormat: format,
    ...(time !== undefined && { ExportTime: time }),
  }
}
