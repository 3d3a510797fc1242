/**
 * What a node has to tell the others of its traffic: what came up since it told last, in bounded pieces, and what is to be deleted. It
 * changes nothing of what is measured; what was told counts as told once it is in the store.
 */
import { setImmediate } from 'node:timers/promises'
import { type Clock, minuteMs } from '../../base/clock.ts'
import type { DataSpace } from '../../engine/keyspace/keys.ts'
import { hotMinutesMin } from '../../engine/limits.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { reportedAtOnceMax, reportedKeysLengthMax, reportedPatternsLengthMax, reportedSamplesLengthMax } from '../limits.ts'
import type { ThrottleCount, ThrottleCounts } from '../throughput/throttle-counts.ts'
import type { ThroughputMeters } from '../throughput/throughput-meters.ts'
import { type SpaceTraffic, windowAt } from '../traffic/space-traffic.ts'
import type { Traffic } from '../traffic/traffic.ts'
import { encodeHeat } from './heat-report.ts'
import { countedIn, encodeKeys } from './keys-report.ts'
import { encodePartitions, type Minute, type PartitionReport, partitionReport, withoutSamples, workOf } from './partitions-report.ts'
import { encodePattern } from './pattern-report.ts'
import { heatKey, partitionsKey, patternKey, throttlesKey, windowKeysKey } from './report-keys.ts'
import { encodeThrottles, joinedThrottles, type ToldThrottles } from './throttles-report.ts'

export interface ReporterParts {
  readonly nodeId: string
  readonly clock: Clock
  readonly traffic: Traffic
  readonly meters: ThroughputMeters
  readonly throttleCounts: ThrottleCounts
}

export interface ReportedEntry {
  readonly key: KeyBytes
  readonly value: string
}

export interface TrafficReport {
  readonly entries: readonly ReportedEntry[]
  readonly deleted: readonly KeyBytes[]
  /** To be called when it is in the store. */
  told(): void
}

/** What the others know of a space. */
interface ToldSpace {
  /** The first minute that was not told of. */
  readonly nextMinute: number
  /** By window. */
  readonly windows: ReadonlyMap<number, ToldWindow>
}

interface ToldWindow {
  /** Another text whenever something else is to be told. */
  readonly state: string
  /** That of the report. */
  readonly minute: number
}

interface ToldPattern {
  readonly requests: number
  readonly minute: number
}

const nothingTold: ToldSpace = { nextMinute: 0, windows: new Map() }

export class TrafficReporter {
  readonly #parts: ReporterParts
  #spaces = new WeakMap<SpaceTraffic, ToldSpace>()
  readonly #patterns = new Map<number, ToldPattern>()
  /** The first minute that partitions were not told of. */
  #nextMinute: number
  /** The state of the throttles that were told; undefined when all is to be told anew. */
  #throttles: string | undefined
  /** Throttles that the log was not told of so far. */
  #untold: readonly ThrottleCount[] = []
  #toldThrottles: ToldThrottles | undefined
  /** How many were forgotten when throttles were told last. */
  #forgotten = 0

  constructor(parts: ReporterParts, minute: number) {
    this.#parts = parts
    this.#nextMinute = minute
    this.#throttles = parts.throttleCounts.state
  }

  /** What is to be told of the minutes before this one, and of everything that is counted without end. */
  async report(minute: number): Promise<TrafficReport> {
    return joined([await this.lastReport(minute), await this.#patternsReport(minute), this.#throttlesReport(minute)])
  }

  /** The part of it that stays when the node leaves. */
  async lastReport(minute: number): Promise<TrafficReport> {
    return joined([await this.#spacesReport(minute), await this.#partitionsReport(minute)])
  }

  /** What was told of throttles last, without those of tables and indexes that are gone since: others may get their names. */
  retraction(): TrafficReport {
    const { nodeId, throttleCounts } = this.#parts
    const { forgotten } = throttleCounts
    if (this.#toldThrottles === undefined || forgotten === this.#forgotten) return piece([], [])
    const value = encodeThrottles({ ...this.#toldThrottles, counts: throttleCounts.list() })
    return piece(
      [{ key: throttlesKey(nodeId), value }],
      [
        () => {
          this.#forgotten = forgotten
        },
      ],
    )
  }

  /** What was told is not there any more. */
  forgetTold(): void {
    this.#spaces = new WeakMap()
    this.#patterns.clear()
    this.#throttles = undefined
    this.#toldThrottles = undefined
  }

  async #spacesReport(minute: number): Promise<TrafficReport> {
    const { nodeId, traffic, clock } = this.#parts
    const entries: ReportedEntry[] = []
    const told: (() => void)[] = []
    // Those whose keys were told longest ago come first.
    const spaces = [...traffic.measured()].sort((a, b) => lastToldMinute(this.#toldOf(a)) - lastToldMinute(this.#toldOf(b)))
    let keysLength = 0
    for (const measured of spaces) {
      // Writing its sketches takes up to a millisecond.
      await setImmediate()
      // As it is after the break: what is measured must not turn back to a minute before.
      const nowMs = clock.now()
      const { space } = measured
      const before = this.#toldOf(measured)
      for (const column of measured.columns(Math.min(before.nextMinute, minute), minute, nowMs)) {
        entries.push({ key: heatKey(space, column.minute, nodeId), value: encodeHeat(column, traffic.epoch) })
      }
      const windows = new Map<number, ToldWindow>()
      for (const window of [windowAt(nowMs) - 1, windowAt(nowMs)]) {
        const known = before.windows.get(window)
        if (known !== undefined) windows.set(window, known)
        const keys = measured.keysIn(window, nowMs)
        const state = `${traffic.epoch} ${keys === undefined ? 0 : countedIn(keys)}`
        if (keys === undefined || known?.state === state || keysLength > reportedKeysLengthMax) continue
        const value = encodeKeys(keys, traffic.epoch)
        keysLength += value.length
        entries.push({ key: windowKeysKey(space, window, nodeId), value })
        windows.set(window, { state, minute })
      }
      told.push(() => this.#spaces.set(measured, { nextMinute: minute, windows }))
    }
    return piece(entries, told)
  }

  #toldOf(space: SpaceTraffic): ToldSpace {
    return this.#spaces.get(space) ?? nothingTold
  }

  /** Of the last minutes by which splits are judged, if they were not told yet. */
  async #partitionsReport(minute: number): Promise<TrafficReport> {
    const entries: ReportedEntry[] = []
    for (let each = Math.max(Math.min(this.#nextMinute, minute), minute - hotMinutesMin); each < minute; each += 1) {
      entries.push(...(await this.#partitionsIn({ number: each, fromMs: each * minuteMs, toMs: (each + 1) * minuteMs })))
    }
    return piece(entries, [
      () => {
        this.#nextMinute = minute
      },
    ])
  }

  async #partitionsIn(minute: Minute): Promise<readonly ReportedEntry[]> {
    const all: { readonly space: DataSpace; readonly report: PartitionReport }[] = []
    let at = 0
    for (const { space, partitions } of this.#parts.meters.all()) {
      at += 1
      if (at % reportedAtOnceMax === 0) await setImmediate()
      for (const { partition, heat } of partitions) {
        const report = partitionReport(partition.id, heat, minute)
        if (report !== undefined) all.push({ space, report })
      }
    }
    all.sort((a, b) => workOf(b.report) - workOf(a.report))
    let length = 0
    const fitting = all.map(({ space, report }) => {
      length += encodePartitions([report]).length
      return { space, report: length > reportedSamplesLengthMax ? withoutSamples(report) : report }
    })
    const bySpace = Map.groupBy(fitting, ({ space: { tableId, indexId } }) => `${tableId} ${indexId}`)
    return [...bySpace.values()].flatMap((ofSpace) => {
      const [first] = ofSpace
      if (first === undefined) return []
      const value = encodePartitions(ofSpace.map(({ report }) => report))
      return [{ key: partitionsKey(minute.number, first.space, this.#parts.nodeId), value }]
    })
  }

  async #patternsReport(minute: number): Promise<TrafficReport> {
    const { nodeId, traffic } = this.#parts
    const all = new Map([...traffic.patterns.all()].map((pattern) => [pattern.id, pattern]))
    const changed = [...all.values()].filter(({ id, requests }) => (this.#patterns.get(id)?.requests ?? 0) !== requests)
    changed.sort((a, b) => (this.#patterns.get(a.id)?.minute ?? 0) - (this.#patterns.get(b.id)?.minute ?? 0))
    const entries: ReportedEntry[] = []
    const told: (() => void)[] = []
    let length = 0
    for (const [at, pattern] of changed.entries()) {
      if (at % reportedAtOnceMax === reportedAtOnceMax - 1) await setImmediate()
      if (length > reportedPatternsLengthMax) break
      const { id, requests } = pattern
      const value = encodePattern(pattern, traffic.epoch)
      length += value.length
      entries.push({ key: patternKey(nodeId, id), value })
      told.push(() => this.#patterns.set(id, { requests, minute }))
    }
    const gone = [...this.#patterns.keys()].filter((id) => !all.has(id))
    told.push(() => {
      for (const id of gone) this.#patterns.delete(id)
    })
    return { ...piece(entries, told), deleted: gone.map((id) => patternKey(nodeId, id)) }
  }

  #throttlesReport(minute: number): TrafficReport {
    const { nodeId, throttleCounts } = this.#parts
    const { state, forgotten } = throttleCounts
    if (state === this.#throttles && this.#untold.length === 0) return piece([], [])
    this.#untold = joinedThrottles([this.#untold, throttleCounts.takeUntold()])
    const told = { counts: throttleCounts.list(), minute: minute - 1, latest: this.#untold }
    return piece(
      [{ key: throttlesKey(nodeId), value: encodeThrottles(told) }],
      [
        () => {
          this.#toldThrottles = told
          this.#forgotten = forgotten
          this.#throttles = state
          this.#untold = []
        },
      ],
    )
  }
}

function lastToldMinute({ windows }: ToldSpace): number {
  return Math.max(0, ...[...windows.values()].map(({ minute }) => minute))
}

function joined(reports: readonly TrafficReport[]): TrafficReport {
  return {
    entries: reports.flatMap(({ entries }) => entries),
    deleted: reports.flatMap(({ deleted }) => deleted),
    told: () => {
      for (const report of reports) report.told()
    },
  }
}

function piece(entries: readonly ReportedEntry[], told: readonly (() => void)[]): TrafficReport {
  return {
    entries,
    deleted: [],
    told: () => {
      for (const each of told) each()
    },
  }
}
