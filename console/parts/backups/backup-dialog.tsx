/** One backup: what it holds, a new table from it, and its end. */
import { useSignal } from '@preact/signals'
import { pollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { type KeyElement, keyNames } from '../../server/tables.ts'
import { bytes, count } from '../../values/shown-numbers.ts'
import { CopyButton } from '../../widgets/copy-button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Facts, type FactsProps } from '../../widgets/facts.tsx'
import { Moment } from '../../widgets/moment.tsx'
import { Command, Failed, Waiting } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { RestoreForm } from './restore-form.tsx'

interface BackupDescription {
  readonly BackupDetails: {
    readonly BackupStatus: string
    readonly BackupType: string
    readonly BackupSizeBytes?: number
    readonly BackupCreationDateTime: number
    readonly BackupExpiryDateTime?: number
  }
  readonly SourceTableDetails: {
    readonly KeySchema: readonly KeyElement[]
    readonly ItemCount?: number
    readonly TableSizeBytes?: number
    readonly BillingMode?: string
  }
  readonly SourceTableFeatureDetails?: {
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[]
    readonly LocalSecondaryIndexes?: readonly { readonly IndexName: string }[]
  }
}

interface BackupDialogProps {
  readonly arn: string
  readonly name: string
  readonly onClose: () => void
  readonly onStarted: (name: string) => void
}

export function BackupDialog({ arn, name, onClose, onStarted }: BackupDialogProps) {
  const { value, error } = usePolled(`backup ${arn}`, pollMs, async (signal) => {
    const answer = await call<{ readonly BackupDescription: BackupDescription }>('DescribeBackup', { BackupArn: arn }, undefined, signal)
    return answer.BackupDescription
  })
  return (
    <Dialog title={name} onClose={onClose} isSide>
      {error !== undefined && <Failed error={error} />}
      {value === undefined && error === undefined && <Waiting what="Asking for the backup" />}
      {value !== undefined && <Facts facts={factsOf(arn, value)} />}
      {mayChange && value?.BackupDetails.BackupStatus === 'AVAILABLE' && (
        <>
          <h3>Restore it to a new table</h3>
          <RestoreForm
            source={{ kind: 'backup', arn }}
            onStarted={(target) => {
              onClose()
              onStarted(target)
            }}
          />
        </>
      )}
      {mayChange && value !== undefined && <Removal arn={arn} name={name} onGone={onClose} />}
    </Dialog>
  )
}

function factsOf(arn: string, description: BackupDescription): FactsProps['facts'] {
  const { BackupDetails: details, SourceTableDetails: source, SourceTableFeatureDetails: features = {} } = description
  const indexes = [...(features.GlobalSecondaryIndexes ?? []), ...(features.LocalSecondaryIndexes ?? [])]
  return [
    ['Status', details.BackupStatus.toLowerCase()],
    ['Kind', details.BackupType.toLowerCase()],
    ['Size', bytes(details.BackupSizeBytes ?? 0)],
    ['Items', count(source.ItemCount ?? 0)],
    ['Made', <Moment key="made" seconds={details.BackupCreationDateTime} />],
    [
      'Kept',
      details.BackupExpiryDateTime === undefined ? 'until it is deleted' : <Moment key="kept" seconds={details.BackupExpiryDateTime} />,
    ],
    ['Key', keyNames(source.KeySchema).join(', ')],
    ['Indexes', indexes.length === 0 ? 'none' : indexes.map(({ IndexName }) => IndexName).join(', ')],
    ['ARN', <CopyButton key="arn" text={arn} label={arn} />],
  ]
}

function Removal({ arn, name, onGone }: { readonly arn: string; readonly name: string; readonly onGone: () => void }) {
  const error = useSignal<unknown>(undefined)
  const remove = async (): Promise<void> => {
    if (!confirm(`Delete the backup ${name}? What it holds cannot be restored then.`)) return
    try {
      await call('DeleteBackup', { BackupArn: arn })
      onGone()
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <>
      <h3>Delete it</h3>
      <Command text={codeOf('CLI', 'DeleteBackup', { BackupArn: arn })} />
      {error.value !== undefined && <Failed error={error.value} />}
      <p>
        <button type="button" class="button is-danger" onClick={remove}>
          Delete the backup …
        </button>
      </p>
    </>
  )
}
