/** What a backup holds, in one line. */
import type { BackupSummary } from '../../storage/sqlite/backup.ts'

export function summaryLine({ base, takenMs, rows, gone, sizeBytes }: BackupSummary): string {
  const size = `${(sizeBytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`
  const rest = base === undefined ? '' : `, ${gone.toLocaleString('en-US')} gone, since the backup ${base}`
  return `${rows.toLocaleString('en-US')} records${rest}, ${size}, of ${new Date(takenMs).toISOString()}`
}
