/** What advice would save, scaled from minutes to a month as the estimate of costs does; and numbers for people. */
import type { Saving, Severity } from './finding.ts'
import { minutesPerMonth, savedShareMin, savedUsdMin, shownUsdMin, wholeMinutesMin } from './limits.ts'
import type { Look } from './rule.ts'
import { countOf, type Minutes } from './running-minutes.ts'
import type { TableMoney } from './table-money.ts'

export interface AvoidedUnits {
  readonly units: number
  readonly usdPerUnit: number
  /** In which they were counted, of a clock that ran. */
  readonly minutes: Minutes
  /** What else is saved in a month. */
  readonly plusUsdPerMonth?: number
  /** What it costs in those minutes to be without them. */
  readonly lessUsd?: number
  /** What they are, such as `read units that the filter drops`. */
  readonly what: string
}

/** Undefined where the time is too short to say anything of a month, and below a cent. */
export function savingOf({ units, usdPerUnit, lessUsd = 0, plusUsdPerMonth = 0, minutes, what }: AvoidedUnits): Saving | undefined {
  const count = countOf(minutes)
  if (count < wholeMinutesMin || units <= 0) return undefined
  const unitsPerMonth = (units * minutesPerMonth) / count
  const usdPerMonth = unitsPerMonth * usdPerUnit - (lessUsd * minutesPerMonth) / count + plusUsdPerMonth
  if (usdPerMonth < shownUsdMin) return undefined
  const perMillion = Number((usdPerUnit * 1_000_000).toPrecision(4))
  const less = lessUsd === 0 ? '' : ` − $${Number(lessUsd.toPrecision(2))} for what is written instead`
  const plus = plusUsdPerMonth === 0 ? '' : ` + $${Number(plusUsdPerMonth.toPrecision(2))} of storage`
  const formula = `(${inText(units)} ${what} × $${perMillion} per million${less}) × ${minutesPerMonth} min a month ÷ ${count} min watched${plus}`
  return { unitsPerMonth: Math.round(unitsPerMonth), usdPerMonth: Math.round(usdPerMonth * 100) / 100, formula }
}

/** `warning` when much of what the table costs could be saved, as far as a test can tell that at all. */
export function severityBySaving({ profile }: Look, saving: Saving | undefined, money: TableMoney | undefined): Severity {
  if (profile === 'test' || saving === undefined || money === undefined) return 'info'
  return saving.usdPerMonth >= savedUsdMin && saving.usdPerMonth >= savedShareMin * money.usdPerMonth ? 'warning' : 'info'
}

/** A number for people: three digits, with commas. */
export function inText(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 2 })
}

export function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

const sizeUnits = ['B', 'KB', 'MB', 'GB'] as const

/** Of 1,024 bytes, and so on. */
export function sizeText(bytes: number): string {
  const power = Math.min(sizeUnits.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${inText(bytes / 2 ** (10 * power))} ${sizeUnits[power]}`
}
