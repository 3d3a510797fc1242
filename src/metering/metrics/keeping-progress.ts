/** How far the jobs that keep metrics have come (keep-metrics.ts). It belongs to the metrics, as what they measured and did not store does. */
import type { SeriesId } from './metric-keys.ts'
import type { MetricPoint } from './metric-point.ts'
import type { Series } from './series.ts'

export interface KeepingProgress {
  /** The minute up to which the settings are noted, and what of that is still to be stored. */
  notedMinute: number | undefined
  toNote: readonly NotedPoint[]
  /** The minute in which this process looked last for minutes that ended, and whether some may wait to be stored. */
  storedMinute: number | undefined
  isStoring: boolean
  /** The minute and the hour in which it was last looked what is to be trimmed, and what is still to be looked at. */
  trimmedMinute: number | undefined
  trimmedHour: number | undefined
  toTrim: Trimmed[]
  /** What was found without points, and is to be looked at once more before it is deleted. */
  leaving: readonly SeriesId[]
}

/** What stands for a minute whoever notes it. */
export interface NotedPoint {
  readonly series: Series
  readonly point: MetricPoint
}

export interface Trimmed {
  readonly id: SeriesId
  /** All its points go, and not only those that are too old. */
  readonly isSurplus: boolean
}

export function noProgress(): KeepingProgress {
  return {
    notedMinute: undefined,
    toNote: [],
    storedMinute: undefined,
    isStoring: false,
    trimmedMinute: undefined,
    trimmedHour: undefined,
    toTrim: [],
    leaving: [],
  }
}
