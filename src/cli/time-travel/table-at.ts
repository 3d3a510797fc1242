/** Tables as they were, as they are typed: `TABLE@TIME`, where TIME is a time in ISO 8601 or so long before now, or `TABLE` as it is now. */
import { dayMs, hourMs, minuteMs, parseTime, secondMs } from '../../base/clock.ts'
import type { ClockReading } from '../../server/control/server-clock.ts'
import { askControl } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { UsageError } from '../read-arguments.ts'

export interface TableAt {
  readonly table: string
  /** Undefined: now. */
  readonly at: { readonly ms: number } | { readonly beforeNowMs: number } | undefined
}

/** Throws UsageError. */
export function parseTableAt(text: string): TableAt {
  const sign = text.lastIndexOf('@')
  const table = sign < 0 ? text : text.slice(0, sign)
  const time = sign < 0 ? undefined : text.slice(sign + 1)
  if (table === '') throw new UsageError(`'${text}' names no table: write it as TABLE@TIME.`)
  if (time === undefined) return { table, at: undefined }
  const beforeNowMs = spanMsOf(time)
  if (beforeNowMs !== undefined) return { table, at: { beforeNowMs } }
  const ms = parseTime(time)
  if (ms === undefined) throw new UsageError(`'${time}' is no time: write it as 2026-11-22T10:04:59Z, or as 30s, 15m, 2h or 7d before now.`)
  return { table, at: { ms } }
}

/** When that is by the clock of the server, milliseconds since the epoch. */
export async function timeMsOf(endpoint: ControlEndpoint, { at }: TableAt): Promise<number> {
  if (at !== undefined && 'ms' in at) return at.ms
  const { nowMs } = (await askControl(endpoint, { method: 'GET', path: '/_stator/clock', answerHas: 'nowMs' })) as ClockReading
  return Math.floor(nowMs - (at?.beforeNowMs ?? 0))
}

const units: { readonly [unit: string]: number } = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }

function spanMsOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * (units[unit] ?? 0)
}
