/** What the tables would cost on AWS, with the prices of the server or with others (docs/cost.md). */

import type { Pace } from '../../base/pace.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { costOfTables } from '../../services/cost/cost-of-tables.ts'
import type { CostEstimate } from '../../services/cost/estimate-cost.ts'
import { windowHoursMax } from '../../services/cost/observe-use.ts'
import { checkPriceTable, type PriceTable, PriceTableError } from '../../services/cost/price-table.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Member } from './members.ts'
import { type ControlContext, type InRegion, type Route, region, table } from './route.ts'
import { regionalEngine, tableNamed } from './table-statistics.ts'

export type { CostEstimate }

export interface CostInput extends InRegion {
  readonly table?: string
  /** From a query it comes as text. */
  readonly hours?: number | `${number}`
  readonly priceRegion?: string
}

export interface CostWithPricesInput extends CostInput {
  readonly prices: PriceTable
}

const members: { readonly [Name in keyof CostInput]-?: Member } = {
  table: { kind: table.kind, does: 'name of a table; all of them when it is left out' },
  hours: {
    kind: 'hours',
    does: `the last so many hours, up to ${windowHoursMax}; when left out, from the first to the last minute with use in that time`,
  },
  priceRegion: { kind: 'region', does: 'whose prices; when left out, those of the region of the tables' },
  region,
}

export const costRoutes: {
  readonly cost: Route<CostInput, CostEstimate>
  readonly costWithPrices: Route<CostWithPricesInput, CostEstimate>
} = {
  cost: {
    method: 'GET',
    path: `${controlRoot}/cost`,
    does: 'What the tables would cost on AWS in a month: docs/cost.md.',
    answers: '`{ window, prices, hoursPerMonth, tables, account, patterns, assumptions }`; amounts are US dollars a month',
    members,
    run: (context, input, pace) => estimate(context, input, context.prices, pace),
  },
  costWithPrices: {
    method: 'POST',
    isRead: true,
    path: `${controlRoot}/cost`,
    does: 'The same with other prices.',
    answers: 'the same',
    members: { ...members, prices: { kind: 'object', required: true, does: 'a table of prices as docs/cost.md describes it' } },
    run: (context, input, pace) => estimate(context, input, checkedPrices(input.prices), pace),
  },
}

function estimate({ engine }: ControlContext, input: CostInput, priceTable: PriceTable, pace: Pace): Promise<CostEstimate> {
  const regional = regionalEngine(engine, input.region)
  const hours = input.hours === undefined ? undefined : Number(input.hours)
  return costOfTables(regional, tablesOf(regional, input.table), {
    priceTable,
    priceRegion: input.priceRegion ?? regional.region,
    hours,
    pace,
  })
}

function tablesOf(engine: MeteredEngine, name: string | undefined): readonly Table[] {
  if (name !== undefined) return [tableNamed(engine, name)]
  const { catalog } = engine
  return [...catalog.names()].flatMap((each) => catalog.find(each) ?? [])
}

function checkedPrices(prices: unknown): PriceTable {
  try {
    return checkPriceTable(prices)
  } catch (error) {
    if (error instanceof PriceTableError) throw new ControlError(400, error.message)
    throw error
  }
}
