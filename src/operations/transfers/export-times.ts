/**
 * Which times an export is asked for, and whether it can have them (backup-export-import.md §5.1). The types of the errors are documented;
 * of the words only those of a period that ends before it begins.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { exportWindowMsMax, exportWindowMsMin } from '../../api/limits.ts'
import type { InputOf } from '../../api/operations.ts'
import { hourMs, minuteMs } from '../../base/clock.ts'
import { isAfter, type Moment, momentAt, secondOf } from '../../engine/schema/history.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type RecoveryWindow, timeText, windowOf } from '../backups/continuous-backups.ts'

export interface ExportTimes {
  /** ExportTime or ExportToTime, in milliseconds since the epoch. */
  readonly toMs: number
  readonly fromMs?: number
  /** Undefined: now. */
  readonly cut: Moment | undefined
  /** Of an incremental export. */
  readonly since?: Moment
}

type Request = InputOf<'ExportTableToPointInTime'>

export function exportTimes({ clock, settings }: Pick<MeteredEngine, 'clock' | 'settings'>, table: Table, input: Request): ExportTimes {
  checkMembers(input)
  const window = windowOf({ clock }, table, settings.pitrLagMs)
  if (input.ExportType === 'INCREMENTAL_EXPORT') return periodOf(window, input)
  const { ExportTime: time } = input
  if (time === undefined) return { toMs: clock.now(), cut: undefined }
  const second = secondOf(time * 1000)
  checkInside(window, second, 'ExportTime')
  return { toMs: time * 1000, cut: momentAt(window.history, second) }
}

function checkMembers({ ExportType: type = 'FULL_EXPORT', ExportTime, IncrementalExportSpecification: period }: Request): void {
  if (type === 'FULL_EXPORT' && period !== undefined) {
    throw invalid(
      'One or more parameter values were invalid: IncrementalExportSpecification can only be specified when ExportType is INCREMENTAL_EXPORT',
    )
  }
  if (type !== 'INCREMENTAL_EXPORT') return
  if (ExportTime !== undefined) {
    throw invalid('One or more parameter values were invalid: ExportTime cannot be specified when ExportType is INCREMENTAL_EXPORT')
  }
  if (period?.ExportFromTime === undefined) {
    throw invalid(
      'One or more parameter values were invalid: IncrementalExportSpecification with ExportFromTime must be specified when ExportType is INCREMENTAL_EXPORT',
    )
  }
}

/** From the beginning of one second to the beginning of another. */
function periodOf(window: RecoveryWindow, { IncrementalExportSpecification: period }: Request): ExportTimes {
  const from = secondOf((period?.ExportFromTime ?? 0) * 1000)
  const to = period?.ExportToTime === undefined ? window.latest : secondOf(period.ExportToTime * 1000)
  if (from >= to) {
    throw invalid('Incremental export period from time should not be greater or equal to incremental export period to time')
  }
  const lengthMs = (to - from) * 1000
  if (lengthMs < exportWindowMsMin) {
    throw invalid(`Difference between export period from time and to time is less than ${exportWindowMsMin / minuteMs} minutes`)
  }
  if (lengthMs > exportWindowMsMax) {
    throw invalid(`Difference between export period from time and to time is more than ${exportWindowMsMax / hourMs} hours`)
  }
  checkInside(window, from, 'ExportFromTime')
  checkInside(window, to, 'ExportToTime')
  const { history } = window
  const since = momentAt(history, from - 1)
  if (history.trimmed !== undefined && isAfter(history.trimmed, since)) throw outside(window, 'ExportFromTime')
  return { fromMs: from * 1000, toMs: to * 1000, since, cut: momentAt(history, to - 1) }
}

function checkInside(window: RecoveryWindow, second: number, member: string): void {
  if (second < window.earliest || second > window.latest) throw outside(window, member)
}

function outside({ earliest, latest }: RecoveryWindow, member: string): ServiceError {
  return new ServiceError(
    'InvalidExportTimeException',
    `An invalid export time was specified. ${member} must be between ${timeText(earliest)} and ${timeText(latest)}`,
  )
}
