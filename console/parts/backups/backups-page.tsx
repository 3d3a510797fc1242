/** What of a table can be had back: its recovery, its backups, also when it is gone itself, and what was exported of it. */
import { useSignal } from '@preact/signals'
import { Link } from 'wouter-preact'
import { tableAddress } from '../../app/addresses.ts'
import type { TableDescription } from '../../server/tables.ts'
import { Works } from '../tables/works.tsx'
import { BackupList } from './backup-list.tsx'
import { Exports } from './exports.tsx'
import { Recovery } from './recovery.tsx'
import { useRecovery, windowOf } from './recovery-window.ts'

interface BackupsPageProps {
  readonly name: string
  /** Undefined for a table that is not there: its backups may be. */
  readonly table: TableDescription | undefined
}

export function BackupsPage({ name, table }: BackupsPageProps) {
  const started = useSignal<readonly string[]>([])
  const onStarted = (target: string): void => {
    started.value = [...started.value, target]
  }
  return (
    <div class="scrolled">
      {started.value.map((target) => (
        <p key={target} role="status">
          The table <Link href={tableAddress(target)}>{target}</Link> is being restored.
        </p>
      ))}
      <Works key={started.value.length} table={name} />
      {table === undefined ? <BackupList table={name} isGone onStarted={onStarted} /> : <OfTable table={table} onStarted={onStarted} />}
    </div>
  )
}

function OfTable({ table, onStarted }: { readonly table: TableDescription; readonly onStarted: (target: string) => void }) {
  const recovery = useRecovery(table.TableName)
  return (
    <>
      <Recovery table={table.TableName} recovery={recovery} onStarted={onStarted} />
      <BackupList table={table.TableName} isGone={false} onStarted={onStarted} />
      {recovery.value !== undefined && <Exports arn={table.TableArn} window={windowOf(recovery.value)} />}
    </>
  )
}
