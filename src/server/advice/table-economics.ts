/** What tables cost and what capacity they have, for the advisor, which knows no services: reckoned once for all tables of a region. */
import type { LineCapacity, LineScaling } from '../../advice/table-capacity.ts'
import type { TableMoney } from '../../advice/table-money.ts'
import { hourMs, minuteMs } from '../../base/clock.ts'
import type { Pace } from '../../base/pace.ts'
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { settingEveryMinutes } from '../../metering/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { readPoints } from '../../metering/metrics/read-points.ts'
import type { ScalableTarget } from '../../services/auto-scaling/targets/scalable-target.ts'
import { loadScalableTargets } from '../../services/auto-scaling/targets/scalable-targets.ts'
import { costOfTables } from '../../services/cost/cost-of-tables.ts'
import type { CostEstimate } from '../../services/cost/estimate-cost.ts'
import { type PriceTable, pricesOf } from '../../services/cost/price-table.ts'
import type { LineThroughput, TableCost } from '../../services/cost/table-cost.ts'
import { hoursPerMonth } from '../../services/cost/throughput-cost.ts'

const accesses = ['read', 'write'] as const
const modes = { onDemand: 'on demand', autoScaled: 'provisioned with auto scaling', fixed: 'provisioned' } as const
const classes = { STANDARD: '', STANDARD_INFREQUENT_ACCESS: ' in the class Standard-IA' } as const

export class TableEconomics {
  readonly #engine: MeteredEngine
  readonly #prices: PriceTable
  readonly #pace: Pace
  #estimate: Promise<CostEstimate> | undefined
  #targets: Promise<readonly ScalableTarget[]> | undefined

  constructor(engine: MeteredEngine, prices: PriceTable, pace: Pace) {
    this.#engine = engine
    this.#prices = prices
    this.#pace = pace
  }

  async moneyOf({ name, tableClass }: Table): Promise<TableMoney | undefined> {
    const { tables, window } = await this.#cost()
    const cost = tables.find((each) => each.name === name)
    if (cost === undefined) return undefined
    const own = pricesOf(this.#prices, this.#engine.region).prices[tableClass]
    const { cheapest } = cost
    return {
      usdPerReadUnit: own.onDemandReadsPerMillion / 1_000_000,
      usdPerWriteUnit: own.onDemandWritesPerMillion / 1_000_000,
      usdPerGbMonth: own.storageGbMonth,
      usdPerReadUnitHour: own.readUnitHour,
      usdPerWriteUnitHour: own.writeUnitHour,
      windowMinutes: window.minutes,
      usdPerMonth: cost.asSet,
      cheapest: { text: `${modes[cheapest.mode]}${classes[cheapest.tableClass]}`, usdPerMonth: cheapest.dollars },
    }
  }

  async capacityOf(table: Table): Promise<readonly LineCapacity[]> {
    const { tables, window } = await this.#cost()
    const cost = tables.find((each) => each.name === table.name)
    if (cost === undefined) return []
    const lines: LineCapacity[] = []
    for (const line of [table, ...table.indexes.filter(({ kind }) => kind === 'global')]) {
      const throughput = throughputOf(cost, line === table ? undefined : line.name)
      if (throughput === undefined) continue
      for (const access of accesses) lines.push(await this.#line({ table, line, access, throughput, minutes: window.minutes }))
    }
    return lines
  }

  async #line({ table, line, access, throughput, minutes }: AskedLine): Promise<LineCapacity> {
    const index = line === table ? undefined : line.name
    const { provisioned } = line as Pick<Table, 'provisioned'>
    const scaling = await this.#scalingOf(table, index, access, minutes)
    const units = access === 'read' ? throughput.readUnits : throughput.writeUnits
    return {
      index,
      access,
      provisioned: provisioned && (access === 'read' ? provisioned.readUnits : provisioned.writeUnits),
      mean: units / (hoursPerMonth * (hourMs / 1000)),
      peak: access === 'read' ? throughput.peak.readUnits : throughput.peak.writeUnits,
      minutes,
      ...(scaling !== undefined && { scaling }),
    }
  }

  async #scalingOf(
    { name }: Table,
    index: string | undefined,
    access: LineCapacity['access'],
    minutes: number,
  ): Promise<LineScaling | undefined> {
    this.#targets ??= loadScalableTargets(this.#engine.store).then((all) => all.ofRegion(this.#engine.region))
    const resource = index === undefined ? `table/${name}` : `table/${name}/index/${index}`
    const dimension = `dynamodb:${index === undefined ? 'table' : 'index'}:${access === 'read' ? 'Read' : 'Write'}CapacityUnits`
    const target = (await this.#targets).find(({ place }) => place.resourceId === resource && place.dimension === dimension)
    if (target === undefined) return undefined
    const nowMs = this.#engine.clock.now()
    const dimensions = {
      region: this.#engine.catalog.region,
      TableName: name,
      ...(index !== undefined && { GlobalSecondaryIndexName: index }),
    }
    const metric = access === 'read' ? 'ProvisionedReadCapacityUnits' : 'ProvisionedWriteCapacityUnits'
    const points = await readPoints(this.#engine, metric, dimensions, nowMs - minutes * minuteMs, nowMs)
    const atMax = points.filter(({ sum, sampleCount }) => sum / sampleCount >= target.maxCapacity)
    return {
      min: target.minCapacity,
      max: target.maxCapacity,
      targetPercent: target.policies[0]?.targetPercent,
      minutesAtMax: atMax.length * settingEveryMinutes,
    }
  }

  #cost(): Promise<CostEstimate> {
    this.#estimate ??= costOfTables(this.#engine, [...this.#engine.catalog.tables()], {
      priceTable: this.#prices,
      priceRegion: this.#engine.region,
      pace: this.#pace,
    })
    return this.#estimate
  }
}

interface AskedLine {
  readonly table: Table
  readonly line: Table | SecondaryIndex
  readonly access: LineCapacity['access']
  readonly throughput: LineThroughput
  readonly minutes: number
}

function throughputOf({ lines }: TableCost, index: string | undefined): LineThroughput | undefined {
  return lines.find(({ kind, name }) => (index === undefined ? kind === 'table' : kind === 'global' && name === index))?.throughput
}
