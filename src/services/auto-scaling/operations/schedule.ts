/**
 * When a scheduled action is due (Application Auto Scaling User Guide, "Scheduled scaling"). Whoever asks wants the latest time that
 * has come: an action that was missed more than once is done once.
 *
 *     schedule = "at(" yyyy-mm-ddThh:mm:ss ")"
 *              | "rate(" count ("minute" | "minutes" | "hour" | "hours" | "day" | "days") ")"
 *              | "cron(" minutes hours day-of-month month day-of-week year ")"
 *     field    = part {"," part}
 *     part     = ("*" | "?" | value | value "-" value) ["/" step]
 *     value    = number | "JAN" … "DEC" | "SUN" … "SAT"
 *
 * Days of the week are 1 (Sunday) to 7. `L`, `W` and `#` are not understood yet. Either the day of the month or the day of the week
 * is `?`; both must match otherwise [I].
 */

import { dayMs, hourMs, minuteMs } from '../../../base/clock.ts'
import { clockChangeMsMax, scheduleDaysBackMax } from '../contract/limits.ts'

export interface Schedule {
  /** The latest time in (afterMs, untilMs] at which the action is due. A rate is due at `baseMs` and every so often before and after. */
  latest(times: { readonly baseMs: number; readonly afterMs: number; readonly untilMs: number }): number | undefined
}

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['minute', minuteMs],
  ['hour', hourMs],
  ['day', dayMs],
])

/** Undefined for text that is no schedule, or a time zone that does not exist. */
export function parseSchedule(text: string, timezone = 'UTC'): Schedule | undefined {
  const [, kind, inside = ''] = /^(at|rate|cron)\(([^()]*)\)$/.exec(text) ?? []
  const zone = zoneOf(timezone)
  if (zone === undefined) return undefined
  switch (kind) {
    case 'at':
      return parseAt(inside, zone)
    case 'rate':
      return parseRate(inside)
    case 'cron':
      return parseCron(inside, zone)
    default:
      return undefined
  }
}

function parseAt(text: string, zone: Zone): Schedule | undefined {
  const [, year, month, day, hour, minute, second] = (/^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined) return undefined
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // 30 February would be 2 March.
  if (new Date(wallMs).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || (second ?? 0) > 59) return undefined
  const atMs = zone.instantOf(wallMs)
  return { latest: ({ afterMs, untilMs }) => (atMs > afterMs && atMs <= untilMs ? atMs : undefined) }
}

function parseRate(text: string): Schedule | undefined {
  const [, count, unit = ''] = /^([1-9]\d{0,8}) (minute|hour|day)s?$/.exec(text) ?? []
  const unitMs = unitsMs.get(unit)
  if (unitMs === undefined) return undefined
  const everyMs = Number(count) * unitMs
  return {
    latest: ({ baseMs, afterMs, untilMs }) => {
      const timeMs = baseMs + Math.floor((untilMs - baseMs) / everyMs) * everyMs
      return timeMs > afterMs ? timeMs : undefined
    },
  }
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

function parseCron(text: string, zone: Zone): Schedule | undefined {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 6) return undefined
  const [minutes, hours, days, months, weekdays, years] = [
    parseField(fields[0], 0, 59),
    parseField(fields[1], 0, 23),
    parseField(fields[2], 1, 31),
    parseField(fields[3], 1, 12, monthNames),
    parseField(fields[4], 1, 7, dayNames),
    parseField(fields[5], 1970, 2199),
  ]
  if (!minutes || !hours || !days || !months || !weekdays || !years) return undefined
  const isDue = (date: Date): boolean =>
    days.has(date.getUTCDate()) &&
    months.has(date.getUTCMonth() + 1) &&
    weekdays.has(date.getUTCDay() + 1) &&
    years.has(date.getUTCFullYear())
  const minutesOfDay = [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)).sort((one, other) => other - one)
  return {
    latest: ({ afterMs, untilMs }) => {
      const lastWallMs = zone.wallOf(untilMs) + repeatedMs(zone, untilMs)
      const lastDay = Math.floor(lastWallMs / dayMs)
      for (let day = lastDay; day > lastDay - scheduleDaysBackMax; day -= 1) {
        // A day begins up to a day away from where it begins in UTC.
        if ((day + 2) * dayMs < afterMs) return undefined
        if (!isDue(new Date(day * dayMs))) continue
        for (const minute of minutesOfDay) {
          const wallMs = day * dayMs + minute * minuteMs
          // A time zone's calendar is slow: it is not asked about what is still to come.
          const timeMs = wallMs > lastWallMs ? Number.POSITIVE_INFINITY : zone.instantOf(wallMs)
          if (timeMs > untilMs) continue
          return timeMs > afterMs ? timeMs : undefined
        }
      }
      return undefined
    },
  }
}

/** By how much clocks were put back just before: what they show then has been shown already, and more. */
function repeatedMs(zone: Zone, untilMs: number): number {
  const earlierMs = untilMs - clockChangeMsMax
  return Math.max(0, zone.wallOf(earlierMs) + clockChangeMsMax - zone.wallOf(untilMs))
}

/** The numbers that a field stands for; undefined when it is none. */
function parseField(text = '', min: number, max: number, names: readonly string[] = []): ReadonlySet<number> | undefined {
  const values = new Set<number>()
  const numberOf = (word: string): number => {
    const named = names.indexOf(word.toUpperCase())
    if (named >= 0) return named + min
    return /^\d{1,4}$/.test(word) ? Number(word) : Number.NaN
  }
  for (const part of text.split(',')) {
    const [range = '', step = '1', ...rest] = part.split('/')
    const [first = '', last, ...more] = range.split('-')
    const isAll = range === '*' || range === '?'
    const from = isAll ? min : numberOf(first)
    const to = isAll ? max : last === undefined ? (part.includes('/') ? max : from) : numberOf(last)
    if (rest.length > 0 || more.length > 0 || !/^[1-9]\d{0,3}$/.test(step)) return undefined
    if (!(from >= min && to <= max && from <= to)) return undefined
    for (let value = from; value <= to; value += Number(step)) values.add(value)
  }
  return values
}

/** Between instants and what clocks on the wall show, both in milliseconds, the latter as if they were in UTC. */
interface Zone {
  wallOf(instantMs: number): number
  instantOf(wallMs: number): number
}

const utc: Zone = { wallOf: (instantMs) => instantMs, instantOf: (wallMs) => wallMs }

function zoneOf(name: string): Zone | undefined {
  if (name === 'UTC') return utc
  let format: Intl.DateTimeFormat
  try {
    const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', ...digits })
  } catch {
    return undefined
  }
  const wallOf = (instantMs: number): number => {
    const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  }
  return {
    wallOf,
    // The second guess is right but for hours that a change of clocks leaves out or repeats, where it is near.
    instantOf: (wallMs) => {
      const guessMs = wallMs - (wallOf(wallMs) - wallMs)
      return wallMs - (wallOf(guessMs) - guessMs)
    },
  }
}
