/** How often some settings of a table may change: data-model.md §8. */

import { ServiceError } from '../../../api/errors.ts'
import {
  deletionProtectionIntervalMs,
  encryptionChangeIntervalSeconds,
  encryptionChangesPerDayMax,
  onDemandSwitchesPerDayMax,
  tableClassChangesPer30DaysMax,
} from '../../../api/limits.ts'
import { dayMs } from '../../../base/clock.ts'
import type { RecentChanges, Table } from '../../../engine/schema/table.ts'

interface Rule {
  readonly of: string
  readonly max: number
  readonly days: number
}

const rules: { readonly [setting in 'toOnDemandMs' | 'tableClassMs']: Rule } = {
  // [I] The words.
  toOnDemandMs: { of: 'Update to PayPerRequest mode are', max: onDemandSwitchesPerDayMax, days: 1 },
  tableClassMs: { of: 'Updates to TableClass are', max: tableClassChangesPer30DaysMax, days: 30 },
}

/**
 * The times of the changes that count in days that roll along, with one now; those in the future were made before the clock was set back, and count no more.
 * LimitExceededException when there were as many as may be.
 */
export function timesAfterChange(
  setting: 'toOnDemandMs' | 'tableClassMs',
  changes: RecentChanges | undefined,
  nowMs: number,
): readonly number[] {
  const { of, max, days } = rules[setting]
  const counting = (changes?.[setting] ?? []).filter((timeMs) => timeMs > nowMs - days * dayMs && timeMs <= nowMs)
  if (counting.length >= max) {
    throw new ServiceError('LimitExceededException', `Subscriber limit exceeded: ${of} limited to ${max} times in ${days} day(s).`)
  }
  return [...counting, nowMs]
}

/**
 * The times of the changes of encryption that count, with one now. They count for a day that begins with the first of them; when there
 * have been as many as may be, each further one takes six hours without any.
 */
export function timesAfterEncryption({ encryptionMs = [] }: RecentChanges = {}, nowMs: number): readonly number[] {
  const [firstMs = nowMs] = encryptionMs
  const counting = firstMs + dayMs > nowMs ? encryptionMs.filter((timeMs) => timeMs <= nowMs) : []
  const lastMs = counting.at(-1)
  const nextMs = lastMs === undefined ? nowMs : Math.min(lastMs + encryptionChangeIntervalSeconds * 1000, firstMs + dayMs)
  if (lastMs === undefined || counting.length < encryptionChangesPerDayMax || nextMs <= nowMs) return [...counting, nowMs]
  throw new ServiceError(
    'LimitExceededException',
    `Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at ${isoTime(firstMs + dayMs)}. After the first ${encryptionChangesPerDayMax} change, each subsequent change in the same window can be performed at most once every ${encryptionChangeIntervalSeconds} seconds. Number of updates today: ${counting.length}. Last change at ${isoTime(lastMs)}. Next changes can be made at ${isoTime(nextMs)}.`,
  )
}

/**
 * When deletion protection was changed last, if it is now set to `asked`. Where changes take time, nobody sets it again within
 * fifteen seconds of a change, not even to what it is (api-quirks DDB-TABLE-003, DDB-TABLE-054): ThrottlingException.
 */
export function lastProtectionChange(
  { name, deletionProtection, recentChanges: { deletionProtectionMs: lastMs } = {} }: Table,
  asked: boolean,
  { nowMs, delayMs }: { readonly nowMs: number; readonly delayMs: number },
): number | undefined {
  const isLately = lastMs !== undefined && lastMs <= nowMs && nowMs < lastMs + deletionProtectionIntervalMs
  if (isLately && delayMs > 0) {
    throw new ServiceError(
      'ThrottlingException',
      `Deletion protection setting for table ${name} modified within the previous ${deletionProtectionIntervalMs} milliseconds. Please try again after ${isoTime(lastMs + deletionProtectionIntervalMs)}`,
    )
  }
  return asked === deletionProtection ? lastMs : nowMs
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
