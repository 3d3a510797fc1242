/**
 * How much of each part of the hash space was read, written and refused in each of the last two hours' minutes: a picture of heat
 * in fixed memory, whatever the traffic.
 *
 * | part   | cells                                                                             |
 * | ------ | --------------------------------------------------------------------------------- |
 * | plane  | read units, write units, refused events                                           |
 * | column | a minute of the clock; minute m lies in column m mod 120, so that columns form a ring |
 * | range  | the hashes that begin with the same six bits: 64 equal parts of the hash space    |
 *
 * Cells are Float32: units are exact up to 8 million in one range and minute, beyond that half units get lost first.
 */
import { minuteMs } from '../../base/clock.ts'
import { heatMinutesMax, heatRanges } from '../limits.ts'

/** Of a hash of 32 bits. */
const rangeShift = 32 - Math.log2(heatRanges)
const planeCells: number = heatMinutesMax * heatRanges

/** What is counted, each in a plane of its own. */
export type HeatKind = 'read' | 'write' | 'refused'

/** Where the planes begin. */
const planes: { readonly [Kind in HeatKind]: number } = { read: 0, write: planeCells, refused: 2 * planeCells }

/** Ready for a picture: one row of `heatRanges` numbers for each minute, oldest first; the last one is still going on. */
export interface Heat {
  /** When the first column begins. */
  readonly fromMs: number
  readonly columnMs: number
  /** The hash space is divided into so many equal parts. */
  readonly ranges: number
  readonly reads: readonly (readonly number[])[]
  readonly writes: readonly (readonly number[])[]
  readonly refused: readonly (readonly number[])[]
}

/** The ranges of one minute in which anything was counted, each with what it came to. */
export interface HeatColumn {
  /** Since the epoch. */
  readonly minute: number
  readonly cells: { readonly [Kind in HeatKind]: readonly HeatCell[] }
}

export type HeatCell = readonly [range: number, amount: number]

const kinds = ['read', 'write', 'refused'] as const

export class HeatGrid {
  readonly #cells = new Float32Array(3 * planeCells)
  #minute: number
  /** Where its column begins in each plane. */
  #start: number

  constructor(minute: number) {
    this.#minute = minute
    this.#start = columnStart(minute)
  }

  /** The minute that is going on, since the epoch. What the clock jumped over, in either direction, is empty. */
  turnTo(minute: number): void {
    const from = Math.min(this.#minute, minute) + 1
    const to = Math.min(Math.max(this.#minute, minute), from + heatMinutesMax - 1)
    for (let each = from; each <= to; each += 1) this.#clear(columnStart(each))
    this.#minute = minute
    this.#start = columnStart(minute)
  }

  /** Adds to the minute that is going on. */
  add(kind: HeatKind, hash: number, amount: number): void {
    const at = planes[kind] + this.#start + (hash >>> rangeShift)
    this.#cells[at] = (this.#cells[at] ?? 0) + amount
  }

  /** Adds the same to every part of the hash space from one hash to another; of `amount`, what falls to each. */
  addRange(kind: HeatKind, fromHash: number, toHash: number, amount: number): void {
    const first = fromHash >>> rangeShift
    const last = Math.max(first, toHash >>> rangeShift)
    const each = amount / (last - first + 1)
    const start = planes[kind] + this.#start
    for (let at = start + first; at <= start + last; at += 1) this.#cells[at] = (this.#cells[at] ?? 0) + each
  }

  /** The last `minutes` minutes, the one that is going on included; at most `heatMinutesMax`. */
  read(minutes: number): Heat {
    const first = this.#minute - minutes + 1
    const rows = (kind: HeatKind) => Array.from({ length: minutes }, (_, at) => this.#row(planes[kind] + columnStart(first + at)))
    return { ...emptyHeat(first * minuteMs), reads: rows('read'), writes: rows('write'), refused: rows('refused') }
  }

  /** One of the last `heatMinutesMax` minutes; undefined when nothing was counted in it. */
  column(minute: number): HeatColumn | undefined {
    const of = (kind: HeatKind) => [...this.#row(planes[kind] + columnStart(minute)).entries()].filter(([, amount]) => amount > 0)
    const cells = { read: of('read'), write: of('write'), refused: of('refused') }
    return kinds.some((kind) => cells[kind].length > 0) ? { minute, cells } : undefined
  }

  #row(start: number): number[] {
    return [...this.#cells.subarray(start, start + heatRanges)]
  }

  #clear(start: number): void {
    for (const plane of Object.values(planes)) this.#cells.fill(0, plane + start, plane + start + heatRanges)
  }
}

/** What a grid without any columns reads. */
export function emptyHeat(fromMs: number): Heat {
  return { fromMs, columnMs: minuteMs, ranges: heatRanges, reads: [], writes: [], refused: [] }
}

/** With columns of other nodes of a shared store added. `minutes` and `nowMs` are those that `heat` was read for. */
export function addedHeat(heat: Heat, columns: readonly HeatColumn[], minutes: number, nowMs: number): Heat {
  if (columns.length === 0) return heat
  const first = Math.floor(nowMs / minuteMs) - minutes + 1
  const rows = (own: Heat['reads'], kind: HeatKind): number[][] => {
    const sums = Array.from({ length: minutes }, (_, at) => [...(own[at] ?? noCells)])
    for (const { minute, cells } of columns) {
      const row = sums[minute - first]
      for (const [range, amount] of cells[kind]) if (row !== undefined) row[range] = (row[range] ?? 0) + amount
    }
    return sums
  }
  return {
    ...emptyHeat(first * minuteMs),
    reads: rows(heat.reads, 'read'),
    writes: rows(heat.writes, 'write'),
    refused: rows(heat.refused, 'refused'),
  }
}

const noCells: readonly number[] = Array(heatRanges).fill(0)

/** Minutes before 1970 have a column, too: clocks in tests may start anywhere. */
function columnStart(minute: number): number {
  const column = minute % heatMinutesMax
  return (column < 0 ? column + heatMinutesMax : column) * heatRanges
}
