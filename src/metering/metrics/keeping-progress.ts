/** How far the job that keeps metrics has come (keep-metrics.ts). It belongs to the metrics, as what they measured and did not store does. */
import type { SeriesId } from './metric-keys.ts'

export interface KeepingProgress {
  /** The minute for which the settings are noted. */
  notedMinute: number | undefined
  /** Whether minutes that ended may wait to be stored. */
  isStoring: boolean
  /** The hour that was last trimmed, and what is still to be looked at. */
  trimmedHour: number | undefined
  toTrim: Trimmed[]
  /** What was found without points, and is to be looked at once more before it is deleted. */
  leaving: readonly SeriesId[]
}

export interface Trimmed {
  readonly id: SeriesId
  /** All its points go, and not only those that are too old. */
  readonly isSurplus: boolean
}

export function noProgress(): KeepingProgress {
  return { notedMinute: undefined, isStoring: false, trimmedHour: undefined, toTrim: [], leaving: [] }
}
