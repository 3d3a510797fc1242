/** Point-in-time recovery of a table as DescribeContinuousBackups tells it, and the seconds that people choose in it. */
import { slowPollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { type Polled, usePolled } from '../../server/polled.ts'

export interface RecoveryDescription {
  readonly PointInTimeRecoveryStatus: 'ENABLED' | 'DISABLED'
  readonly RecoveryPeriodInDays?: number
  /** Seconds since the Unix epoch, by the clock of the server. */
  readonly EarliestRestorableDateTime?: number
  readonly LatestRestorableDateTime?: number
}

/** The first and the last second as which a table can be had, since the Unix epoch. */
export interface RecoveryWindow {
  readonly earliest: number
  readonly latest: number
}

interface Described {
  readonly ContinuousBackupsDescription: { readonly PointInTimeRecoveryDescription: RecoveryDescription }
}

export function useRecovery(table: string): Polled<RecoveryDescription> {
  return usePolled(`recovery ${table}`, slowPollMs, async (signal) => {
    const { ContinuousBackupsDescription } = await call<Described>('DescribeContinuousBackups', { TableName: table }, undefined, signal)
    return ContinuousBackupsDescription.PointInTimeRecoveryDescription
  })
}

/** Undefined while recovery is off. */
export function windowOf(description: RecoveryDescription | undefined): RecoveryWindow | undefined {
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = description ?? {}
  return earliest === undefined || latest === undefined ? undefined : { earliest, latest }
}

const minuteMs = 60_000

/** A second as a field for local times has it, such as `2026-11-22T10:05:00`. */
export function localText(seconds: number): string {
  const ms = seconds * 1000
  return new Date(ms - new Date(ms).getTimezoneOffset() * minuteMs).toISOString().slice(0, 19)
}

/** Undefined for what is no time yet. */
export function secondsOf(local: string): number | undefined {
  const ms = new Date(local).getTime()
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}
