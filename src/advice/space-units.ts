/** How many units a table or an index had in some minutes of the last two hours. */
import { minuteMs } from '../base/clock.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../engine/schema/table.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { heatOfAll } from '../metering/reports/traffic-of-all.ts'
import { windowMinutes } from './limits.ts'
import type { Minutes } from './running-minutes.ts'

export interface AskedUnits {
  readonly table: Table
  readonly index?: GlobalIndex | undefined
  readonly access: 'read' | 'write'
  readonly minutes: Minutes
}

/** Of each of the minutes that lie in the last hour. */
export async function unitsByMinute(engine: MeteredEngine, { table, index, access, minutes }: AskedUnits): Promise<readonly number[]> {
  const heat = await heatOfAll(engine, spaceOf(table, index), windowMinutes)
  const rows = access === 'read' ? heat.reads : heat.writes
  const first = heat.fromMs / minuteMs
  return rows.flatMap((row, at) =>
    first + at < minutes.from || first + at >= minutes.to ? [] : [row.reduce((sum, units) => sum + units, 0)],
  )
}

/** Of all of them together. */
export async function unitsIn(engine: MeteredEngine, asked: AskedUnits): Promise<number> {
  return (await unitsByMinute(engine, asked)).reduce((sum, units) => sum + units, 0)
}
