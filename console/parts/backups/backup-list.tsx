/** The backups of a table, page by page, and a form that makes one more. */
import { useSignal } from '@preact/signals'
import { backupsPageMax, pollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { bytes } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Moment } from '../../widgets/moment.tsx'
import { Command, Failed } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { BackupDialog } from './backup-dialog.tsx'
import { PageButtons } from './page-buttons.tsx'
import { usePlaces } from './use-places.ts'

interface BackupSummary {
  readonly BackupArn: string
  readonly BackupName: string
  readonly BackupStatus: string
  readonly BackupType: string
  readonly BackupCreationDateTime: number
  readonly BackupSizeBytes?: number
}

interface BackupListProps {
  readonly table: string
  /** Of a table that is gone there are no new backups. */
  readonly isGone: boolean
  readonly onStarted: (name: string) => void
}

export function BackupList({ table, isGone, onStarted }: BackupListProps) {
  const places = usePlaces()
  const { start } = places
  const list = usePolled(`backups ${table} ${start}`, pollMs, (signal) =>
    call<{ readonly BackupSummaries: readonly BackupSummary[]; readonly LastEvaluatedBackupArn?: string }>(
      'ListBackups',
      { TableName: table, BackupType: 'ALL', Limit: backupsPageMax, ...(start !== undefined && { ExclusiveStartBackupArn: start }) },
      undefined,
      signal,
    ),
  )
  const open = useSignal<BackupSummary | undefined>(undefined)
  const { BackupSummaries: backups = [], LastEvaluatedBackupArn: next } = list.value ?? {}
  return (
    <section class="card" aria-label="Backups">
      <h2>Backups</h2>
      {list.error !== undefined && <Failed error={list.error} again={list.again} />}
      {list.value !== undefined && backups.length === 0 && <p class="soft">There are none{start === undefined ? '' : ' on this page'}.</p>}
      {backups.length > 0 && <Rows backups={backups} onOpen={(backup) => (open.value = backup)} />}
      <PageButtons places={places} next={next} what="backups" />
      {mayChange && !isGone && <NewBackup table={table} again={list.again} />}
      {open.value !== undefined && (
        <BackupDialog
          arn={open.value.BackupArn}
          name={open.value.BackupName}
          onClose={() => {
            open.value = undefined
            list.again()
          }}
          onStarted={onStarted}
        />
      )}
    </section>
  )
}

interface RowsProps {
  readonly backups: readonly BackupSummary[]
  readonly onOpen: (backup: BackupSummary) => void
}

function Rows({ backups, onOpen }: RowsProps) {
  return (
    <div class="table-scroll">
      <table class="plain">
        <thead>
          <tr>
            {['Name', 'Status', 'Kind', 'Made', 'Size'].map((name) => (
              <th key={name} scope="col" class={name === 'Size' ? 'number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {backups.map((backup) => (
            <tr key={backup.BackupArn}>
              <td>
                <button type="button" class="link" onClick={() => onOpen(backup)}>
                  <bdi>{backup.BackupName}</bdi>
                </button>
              </td>
              <td>
                <Badge tone={backup.BackupStatus === 'AVAILABLE' ? 'good' : 'warn'}>{backup.BackupStatus.toLowerCase()}</Badge>
              </td>
              <td>{backup.BackupType.toLowerCase()}</td>
              <td>
                <Moment seconds={backup.BackupCreationDateTime} />
              </td>
              <td class="number">{backup.BackupSizeBytes === undefined ? '' : bytes(backup.BackupSizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NewBackup({ table, again }: { readonly table: string; readonly again: () => void }) {
  const name = useSignal('')
  const error = useSignal<unknown>(undefined)
  const input = { TableName: table, BackupName: name.value }
  const make = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      error.value = undefined
      await call('CreateBackup', input)
      name.value = ''
    } catch (failed) {
      error.value = failed
    }
    again()
  }
  return (
    <form class="form" onSubmit={make}>
      <div class="field-row">
        <label class="field">
          <span>Name of a new backup</span>
          <input required placeholder="before-migration" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </label>
        <button type="submit" class="button">
          Make a backup
        </button>
      </div>
      <Command text={codeOf('CLI', 'CreateBackup', input)} />
      {error.value !== undefined && <Failed error={error.value} />}
    </form>
  )
}
