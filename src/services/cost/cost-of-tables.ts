/** The estimate for tables of a database: what was observed of each, priced. The one call that others need. */

import type { Pace } from '../../base/pace.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { patternsOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { type CostEstimate, estimateCost, windowMinutes } from './estimate-cost.ts'
import { lastHours, observeTables, pricedSeries, windowWithUse } from './observe-use.ts'
import type { PatternUse } from './pattern-cost.ts'
import { type PriceTable, pricesOf } from './price-table.ts'
import { type TableCost, tableCost } from './table-cost.ts'

export interface CostQuestion {
  readonly priceTable: PriceTable
  /** Whose prices. */
  readonly priceRegion: string
  /** The last so many hours; else those that have data. */
  readonly hours?: number | undefined
  /** Who waits for it. */
  readonly pace: Pace
}

/** `tables` are tables of the engine's region. */
export async function costOfTables(engine: MeteredEngine, tables: readonly Table[], question: CostQuestion): Promise<CostEstimate> {
  const { priceTable, priceRegion, hours, pace } = question
  const { prices } = pricesOf(priceTable, priceRegion)
  const series = await pricedSeries(engine)
  const window = hours === undefined ? await windowWithUse(engine, tables, series, pace) : lastHours(engine, hours)
  const costs: TableCost[] = []
  for await (const use of observeTables({ engine, pace }, tables, window, series)) costs.push(tableCost(use, prices, windowMinutes(window)))
  return estimateCost({
    window,
    priceTable,
    wantedRegion: priceRegion,
    tables: costs,
    patterns: await patternUses(engine, tables),
    unpricedIndexes: tables.flatMap(({ name, vectorIndexes }) => vectorIndexes.map((index) => `${name}.${index.name}`)),
  })
}

/** A pattern about several tables is counted for the first of them. */
async function patternUses(engine: MeteredEngine, tables: readonly Table[]): Promise<readonly PatternUse[]> {
  const names = new Map(tables.map(({ tableId, name }) => [tableId, name]))
  const uses: PatternUse[] = []
  for (const pattern of await patternsOfAll(engine)) {
    const table = names.get(pattern.name.tableIds[0] ?? 0)
    if (table === undefined || pattern.readUnits + pattern.writeUnits === 0) continue
    const { requests, readUnits, writeUnits } = pattern
    const { operation, index } = pattern.name
    uses.push({ table, ...(index !== undefined && { index }), operation, text: patternText(pattern), requests, readUnits, writeUnits })
  }
  return uses
}

function patternText({ name: { isOther, clauses } }: AccessPattern): string {
  if (isOther) return 'all others'
  const { keyCondition, filter, projection, condition, update, statement, members } = clauses
  const named = { where: keyCondition, filter, condition, update, project: projection }
  const parts = Object.entries(named).flatMap(([name, text]) => (text === undefined ? [] : [`${name} ${text}`]))
  return [...(statement === undefined ? [] : [statement]), ...parts, ...(members ?? [])].join('; ')
}
