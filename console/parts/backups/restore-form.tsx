/** A new table that is what a backup holds, or what a table was at the end of a second. */
import { useSignal } from '@preact/signals'
import { call } from '../../server/ask.ts'
import { utc } from '../../values/shown-numbers.ts'
import { Command, Failed } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { type RecoveryWindow, secondsOf } from './recovery-window.ts'
import { SecondChoice } from './second-choice.tsx'

type RestoreSource =
  | { readonly kind: 'backup'; readonly arn: string }
  | { readonly kind: 'table'; readonly name: string; readonly window: RecoveryWindow }

interface RestoreFormProps {
  readonly source: RestoreSource
  /** With the name of the table that is being filled. */
  readonly onStarted: (name: string) => void
}

export function RestoreForm({ source, onStarted }: RestoreFormProps) {
  const name = useSignal('')
  const local = useSignal('')
  const error = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const operation = source.kind === 'backup' ? 'RestoreTableFromBackup' : 'RestoreTableToPointInTime'
  const seconds = secondsOf(local.value)
  const restore = async (event: Event): Promise<void> => {
    event.preventDefault()
    isBusy.value = true
    try {
      await call(operation, inputOf(source, name.value, seconds))
      onStarted(name.value)
    } catch (failed) {
      error.value = failed
    }
    isBusy.value = false
  }
  return (
    <form class="form" onSubmit={restore}>
      <label class="field">
        <span>Name of the new table</span>
        <input required value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
      </label>
      {source.kind === 'table' && (
        <SecondChoice
          label="As it was at"
          newest="the newest second that can be restored"
          window={source.window}
          local={local.value}
          onChange={(chosen) => (local.value = chosen)}
        />
      )}
      <p class="soft">
        Items, keys, indexes, throughput and encryption come along. Streams, time to live, recovery, tags, policies and deletion protection
        do not, as on AWS.
      </p>
      <h3>The same on the command line</h3>
      <Command text={codeOf('CLI', operation, inputOf(source, name.value, seconds === undefined ? undefined : utc(seconds * 1000)))} />
      {error.value !== undefined && <Failed error={error.value} />}
      <div class="dialog-foot">
        <button type="submit" class="button is-main" disabled={isBusy.value}>
          Restore
        </button>
      </div>
    </form>
  )
}

/** `time` undefined: the newest. A number on the wire, a text for who reads it. */
function inputOf(source: RestoreSource, TargetTableName: string, time: number | string | undefined): object {
  if (source.kind === 'backup') return { TargetTableName, BackupArn: source.arn }
  const at = time === undefined ? { UseLatestRestorableTime: true } : { RestoreDateTime: time }
  return { SourceTableName: source.name, TargetTableName, ...at }
}
