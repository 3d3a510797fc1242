/** What the advisor is to know of money and capacity, for one question: the estimate of each table is made once, whichever rules ask. */
import type { LineCapacity } from '../../advice/table-capacity.ts'
import type { TableMoney } from '../../advice/table-money.ts'
import { Pace } from '../../base/pace.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { costOfTables } from '../../services/cost/cost-of-tables.ts'
import { linesOfTable } from '../../services/cost/lines-of-table.ts'
import { type PriceTable, pricesOf } from '../../services/cost/price-table.ts'
import type { TableCost } from '../../services/cost/table-cost.ts'
import type { Records } from '../../services/records.ts'

/** As `AskedAdvice` takes them. */
export interface CostsForAdvice {
  readonly moneyOf: (engine: MeteredEngine, table: Table) => Promise<TableMoney | undefined>
  readonly capacityOf: (engine: MeteredEngine, table: Table) => Promise<readonly LineCapacity[]>
}

interface Estimated {
  readonly cost: TableCost
  readonly minutes: number
}

const classNames = { STANDARD: 'Standard', STANDARD_INFREQUENT_ACCESS: 'Standard-IA' } as const
const modeNames = {
  onDemand: 'on demand',
  autoScaled: 'provisioned with auto scaling',
  fixed: 'provisioned for the busiest minute',
} as const
const million = 1_000_000

/** `records`: those of the wings, where auto scaling keeps its targets. */
export function costsForAdvice({ priceTable, records }: { readonly priceTable: PriceTable; readonly records: Records }): CostsForAdvice {
  const estimates = new Map<number, Promise<Estimated | undefined>>()
  const estimateOf = (engine: MeteredEngine, table: Table): Promise<Estimated | undefined> => {
    const known = estimates.get(table.tableId)
    if (known !== undefined) return known
    const made = estimate(engine, table, priceTable)
    estimates.set(table.tableId, made)
    return made
  }
  return {
    moneyOf: async (engine, table) => {
      const estimated = await estimateOf(engine, table)
      return estimated && moneyIn(estimated, priceTable, engine.region)
    },
    capacityOf: async (engine, table) => {
      const estimated = await estimateOf(engine, table)
      return estimated === undefined ? [] : linesOfTable(engine, records, { table, ...estimated })
    },
  }
}

async function estimate(engine: MeteredEngine, table: Table, priceTable: PriceTable): Promise<Estimated | undefined> {
  const question = { priceTable, priceRegion: engine.region, pace: new Pace() }
  const { tables, window } = await costOfTables(engine, [table], question)
  const [cost] = tables
  return cost && { cost, minutes: window.minutes }
}

function moneyIn({ cost, minutes }: Estimated, priceTable: PriceTable, region: string): TableMoney {
  const prices = pricesOf(priceTable, region).prices[cost.tableClass]
  const { mode, tableClass, dollars } = cost.cheapest
  return {
    usdPerReadUnit: prices.onDemandReadsPerMillion / million,
    usdPerWriteUnit: prices.onDemandWritesPerMillion / million,
    usdPerGbMonth: prices.storageGbMonth,
    usdPerReadUnitHour: prices.readUnitHour,
    usdPerWriteUnitHour: prices.writeUnitHour,
    windowMinutes: minutes,
    usdPerMonth: cost.asSet,
    cheapest: { text: `${modeNames[mode]}, ${classNames[tableClass]}`, usdPerMonth: dollars },
  }
}
