/**
 * The hot keys of a table or index by the minute: which keys they are, the sketches know (heavy-keys.ts); how much goes on in which minute,
 * the picture of heat, in the part of the hash space where the key lies. A key has at most the share of its part that it has of all.
 */
import { minuteMs } from '../base/clock.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { heatOfAll, hotKeysOfAll } from '../metering/reports/traffic-of-all.ts'
import type { Heat } from '../metering/traffic/heat-grid.ts'
import { partitionKeyOf } from '../metering/traffic/partition-key.ts'
import type { HeavyKey } from '../metering/traffic/space-traffic.ts'
import { partitionKeyText } from './key-text.ts'
import { minutesOfHotKeys, wholeMinutesMin } from './limits.ts'
import type { Minutes } from './running-minutes.ts'

type Access = 'read' | 'write'

export interface HeatedKey {
  readonly text: string
  readonly hash: number
  /** Some store key that has it. */
  readonly example: Uint8Array
  /** Of all units of the access in the last five to ten minutes; a lower bound. */
  readonly share: number
  /** Units a second that it reached in at least three whole minutes, and in the busiest one. */
  readonly sustained: number
  readonly peak: number
}

export interface HeatedSpace {
  readonly fromMs: number
  readonly toMs: number
  readonly units: number
  /** Units a second that the whole reached in at least three whole minutes, and in the busiest one. */
  readonly sustained: number
  readonly peak: number
  readonly keys: readonly HeatedKey[]
}

export interface AskedHeat {
  readonly table: Table
  readonly index?: GlobalIndex | undefined
  readonly access: Access
  /** In which rates may be reckoned. */
  readonly minutes: Minutes
}

export async function heatedSpace(engine: MeteredEngine, { table, index, access, minutes }: AskedHeat): Promise<HeatedSpace> {
  const space = spaceOf(table, index)
  const report = await hotKeysOfAll(engine, space)
  const heat = await heatOfAll(engine, space, minutesOfHotKeys)
  const rows = access === 'read' ? heat.reads : heat.writes
  const { units, keys } = report[access]
  const first = heat.fromMs / minuteMs
  const inReport = rows.filter((_, at) => first + at >= Math.floor(report.fromMs / minuteMs))
  const whole = rows.filter((_, at) => first + at >= Math.max(minutes.from, Math.ceil(report.fromMs / minuteMs)) && first + at < minutes.to)
  const sums = whole.map(sumOf)
  const { hash } = (index ?? table).key
  return {
    fromMs: report.fromMs,
    toMs: report.toMs,
    units,
    sustained: sustainedOf(sums),
    peak: Math.max(0, ...sums) / 60,
    keys: keys.flatMap((key) => {
      if (key.example === undefined) return []
      const text = partitionKeyText(partitionKeyOf(key.example, hash))
      return [
        {
          text,
          hash: key.hash,
          example: key.example,
          share: units === 0 ? 0 : key.unitsMin / units,
          ...ratesOf(key, heat, inReport, whole),
        },
      ]
    }),
  }
}

function ratesOf(
  { hash, unitsMin }: HeavyKey,
  { ranges }: Heat,
  inReport: Heat['reads'],
  whole: Heat['reads'],
): Pick<HeatedKey, 'sustained' | 'peak'> {
  const range = Math.floor(hash / (2 ** 32 / ranges))
  const inRange = inReport.reduce((sum, row) => sum + (row[range] ?? 0), 0)
  const share = inRange === 0 ? 0 : Math.min(1, unitsMin / inRange)
  const units = whole.map((row) => share * (row[range] ?? 0))
  return { sustained: sustainedOf(units), peak: Math.max(0, ...units) / 60 }
}

/** What the third of the busiest minutes had in a second. */
function sustainedOf(unitsOfMinutes: readonly number[]): number {
  return (unitsOfMinutes.toSorted((a, b) => b - a)[wholeMinutesMin - 1] ?? 0) / 60
}

function sumOf(row: readonly number[]): number {
  return row.reduce((sum, units) => sum + units, 0)
}
