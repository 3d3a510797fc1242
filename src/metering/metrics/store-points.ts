/** Puts the minutes that ended into the store, those of many series in one turn, and what the series are when they are new there. */

import { compareBytes } from '../../base/bytes.ts'
import { minuteMs } from '../../base/clock.ts'
import type { RecordTurn } from '../../engine/records/versioned-records.ts'
import { type KeyBytes, type Store, StoreDamaged, type StoredValue } from '../../storage/store.ts'
import { metricSeriesMax, storedPointsPerTurnMax } from '../limits.ts'
import type { NotedPoint } from './keeping-progress.ts'
import { pointKey, seriesKey } from './metric-keys.ts'
import { byMinute, decodePoint, encodePoint, joinPoints, type MetricPoint } from './metric-point.ts'
import type { Metrics } from './metrics.ts'
import type { Series } from './series.ts'
import { leavingText, seriesText } from './stored-series.ts'

/** The part of a metered engine that keeps metrics. */
export interface MetricsHolder {
  readonly store: Store
  readonly metering: { readonly metrics: Metrics }
}

/**
 * One turn's worth of the minutes that are over at `nowMs`; resolves with whether some are left. A point that this writer has put for
 * the same minute is joined with the new one. Rejects like the store; then nothing is lost. With StoreDamaged it rejects when all others are put:
 * what is damaged is named once, and keeps no other series out.
 */
export function storePoints(
  { store, metering: { metrics } }: MetricsHolder,
  nowMs: number,
  pointsMax: number = storedPointsPerTurnMax,
): Promise<boolean> {
  return metrics.exclusively(async () => {
    const taken = take(metrics, nowMs, pointsMax)
    if (taken.size === 0) return false
    let damage: StoreDamaged | undefined
    try {
      damage = await put(store, metrics, { taken, isNoted: false })
    } catch (error) {
      for (const [series, points] of taken) series.giveBack(points)
      throw error
    } finally {
      for (const series of taken.keys()) series.isBeingStored = false
    }
    if (damage !== undefined) throw damage
    return true
  })
}

/**
 * Puts these points in one turn. What is there for the same minute stays, so that noting it again does nothing. Rejects like the store.
 * Resolves with the damaged row that kept some of them out, and no others.
 */
export function notePoints(
  { store, metering: { metrics } }: MetricsHolder,
  noted: readonly NotedPoint[],
): Promise<StoreDamaged | undefined> {
  return metrics.exclusively(async () => {
    const taken = new Map<Series, readonly MetricPoint[]>()
    for (const [series, ofSeries] of Map.groupBy(noted, (each) => each.series))
      taken.set(
        series,
        ofSeries.map(({ point }) => point),
      )
    for (const series of taken.keys()) series.isBeingStored = true
    try {
      return await put(store, metrics, { taken, isNoted: true })
    } finally {
      for (const series of taken.keys()) series.isBeingStored = false
    }
  })
}

/** Stores everything, the minute that is going on included: before the store closes. Rejects like the store. */
export async function storeAllPoints(kept: MetricsHolder): Promise<void> {
  while (await storePoints(kept, Number.POSITIVE_INFINITY).catch(isDamage));
}

/** Then the others may still be stored. */
function isDamage(error: unknown): true {
  if (error instanceof StoreDamaged) return true
  throw error
}

function take(metrics: Metrics, nowMs: number, pointsMax: number): ReadonlyMap<Series, readonly MetricPoint[]> {
  const taken = new Map<Series, readonly MetricPoint[]>()
  let count = 0
  for (const series of metrics.active()) {
    series.endMinute(nowMs)
    const points = series.takeEnded()
    if (points.length === 0) continue
    series.isBeingStored = true
    taken.set(series, points)
    count += points.length
    if (count >= pointsMax) break
  }
  return taken
}

/** What is to be stored of one series. */
interface Rows {
  readonly key: KeyBytes
  readonly text: string
  readonly series: Series
  readonly points: readonly { readonly key: KeyBytes; readonly point: MetricPoint }[]
}

interface Refusal {
  readonly rows: Rows
  readonly why: 'full' | 'collision'
}

interface Taken {
  readonly taken: ReadonlyMap<Series, readonly MetricPoint[]>
  /** Otherwise what is there is joined. */
  readonly isNoted: boolean
}

/** Resolves with the damaged row that kept something out; what lies under other keys is put. */
async function put(store: Store, metrics: Metrics, { taken, isNoted }: Taken): Promise<StoreDamaged | undefined> {
  let all = allRows(taken, metrics.writer)
  let damage: StoreDamaged | undefined
  for (;;) {
    try {
      await putRows(store, metrics, { all, isNoted })
      return damage
    } catch (error) {
      if (!(error instanceof StoreDamaged)) throw error
      const left = withoutDamaged(all, error.key, metrics)
      // It is none of these.
      if (left.every((rows, at) => rows === all[at]) && left.length === all.length) throw error
      all = left
      damage ??= error
    }
  }
}

/** A series whose definition is damaged is not put any more, of a damaged point the minute is left out. */
function withoutDamaged(all: readonly Rows[], key: KeyBytes, metrics: Metrics): readonly Rows[] {
  return all.flatMap((rows) => {
    if (compareBytes(rows.key, key) === 0) {
      metrics.refused(rows.series, rows.points.length, 'damaged')
      return []
    }
    const points = rows.points.filter((point) => compareBytes(point.key, key) !== 0)
    return points.length === rows.points.length ? [rows] : [{ ...rows, points }]
  })
}

async function putRows(
  store: Store,
  metrics: Metrics,
  { all, isNoted }: { readonly all: readonly Rows[]; readonly isNoted: boolean },
): Promise<void> {
  let fresh: ReadonlySet<Rows> = new Set()
  const refusals = await metrics.records.change(
    store,
    () => {
      fresh = new Set(all.filter((rows) => isFresh(metrics, rows)))
      return [...all.flatMap(({ points }) => points.map(({ key }) => key)), ...[...fresh].map(({ key }) => key)]
    },
    (records) => putAll(records, all, { fresh, room: metricSeriesMax - metrics.storedCount, isNoted }),
  )
  for (const { rows, why } of refusals) metrics.refused(rows.series, rows.points.length, why)
}

function allRows(taken: ReadonlyMap<Series, readonly MetricPoint[]>, writer: number): readonly Rows[] {
  const all: Rows[] = []
  // A series may be there more than once: it was forgotten and came back, and somebody still holds on to what it was.
  for (const [id, ofSeries] of Map.groupBy(taken, ([series]) => series.id)) {
    const [first] = ofSeries
    if (first === undefined) continue
    const points = byMinute(ofSeries.flatMap(([, each]) => each))
    all.push({
      key: seriesKey(id),
      text: seriesText(first[0]),
      series: first[0],
      points: points.map((point) => ({ key: pointKey(id, point.minuteMs / minuteMs, writer), point })),
    })
  }
  return all
}

/** Whether the store has no definition of it that will stay. */
function isFresh(metrics: Metrics, { series, text }: Rows): boolean {
  const stored = metrics.storedAs(series.id)
  return stored === undefined || stored.isLeaving || stored.text !== text
}

interface Newcomers extends Pick<Taken, 'isNoted'> {
  readonly fresh: ReadonlySet<Rows>
  /** For how many series that the store has nothing of. */
  readonly room: number
}

/** Returns what it did not put. */
function putAll(records: RecordTurn, all: readonly Rows[], { fresh, room, isNoted }: Newcomers): readonly Refusal[] {
  const { turn } = records
  const refusals: Refusal[] = []
  let newSeries = 0
  for (const rows of all) {
    if (fresh.has(rows)) {
      const stored = turn.get(rows.key)
      const why = whyNot(rows, stored, newSeries < room)
      if (why !== undefined) {
        refusals.push({ rows, why })
        continue
      }
      if (stored === undefined) newSeries += 1
      records.put(rows.key, rows.text)
    }
    for (const { key, point } of rows.points) {
      const stored = turn.get(key)
      if (isNoted && stored !== undefined) continue
      const joined = stored === undefined ? point : joinPoints([decodePoint(point.minuteMs, stored), point])
      if (joined !== undefined) turn.put(key, encodePoint(joined))
    }
  }
  return refusals
}

/** `stored` is what the store has under the id of the series. */
function whyNot({ text }: Rows, stored: StoredValue | undefined, isRoom: boolean): Refusal['why'] | undefined {
  if (stored === undefined) return isRoom ? undefined : 'full'
  return stored === text || stored === leavingText(text) ? undefined : 'collision'
}
