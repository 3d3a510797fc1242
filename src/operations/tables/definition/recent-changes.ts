/** How often some settings of a table may change in a time that rolls along: data-model.md §8. The words are inferred [I]. */

import { ServiceError } from '../../../api/errors.ts'
import { encryptionChangesPerDayMax, onDemandSwitchesPerDayMax, tableClassChangesPer30DaysMax } from '../../../api/limits.ts'
import { dayMs } from '../../../base/clock.ts'
import type { RecentChanges } from '../../../engine/schema/table.ts'

const rules = {
  toOnDemandMs: { of: 'Update to PayPerRequest mode are', max: onDemandSwitchesPerDayMax, days: 1 },
  tableClassMs: { of: 'Updates of the table class are', max: tableClassChangesPer30DaysMax, days: 30 },
  encryptionMs: { of: 'Updates of Server-Side Encryption are', max: encryptionChangesPerDayMax, days: 1 },
} as const

/**
 * The times of the changes that count, with one now; those in the future were made before the clock was set back, and count no more.
 * LimitExceededException when there were as many as may be.
 */
export function timesAfterChange(setting: keyof RecentChanges, changes: RecentChanges | undefined, nowMs: number): readonly number[] {
  const { of, max, days } = rules[setting]
  const counting = (changes?.[setting] ?? []).filter((timeMs) => timeMs > nowMs - days * dayMs && timeMs <= nowMs)
  if (counting.length >= max) {
    throw new ServiceError('LimitExceededException', `Subscriber limit exceeded: ${of} limited to ${max} times in ${days} day(s).`)
  }
  return [...counting, nowMs]
}
