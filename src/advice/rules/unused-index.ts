/** A global index is written and never read. */
import { dayMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { patternsOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import type { Draft, Saving } from '../finding.ts'
import { type HeardTraffic, heardTraffic } from '../heard-traffic.ts'
import { unusedIndex } from '../limits.ts'
import { inText, savingOf, severityBySaving } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { unitsIn } from '../space-units.ts'
import type { TableMoney } from '../table-money.ts'

export const unusedIndexRule: Rule = {
  id: 'unused-index',
  about:
    'A global index took at least 1,000 write units and was never read, while its table was read at least 100 times; in production, for 30 days.',
  document: 'M4',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    let sinceMs: number | undefined
    return {
      hear: (call) => {
        heard.hear(call)
        sinceMs = Math.min(sinceMs ?? call.atMs, call.atMs)
      },
      find: async (look) => {
        if (sinceMs === undefined || (look.profile === 'prod' && look.nowMs - sinceMs < unusedIndex.days * dayMs)) return []
        const drafts: Draft[] = []
        const patterns = await patternsOfAll(look.engine)
        for (const table of look.engine.catalog.tables()) {
          const reads = patterns.filter(({ name, readUnits }) => name.tableIds.includes(table.tableId) && readUnits > 0)
          if (reads.reduce((sum, { requests }) => sum + requests, 0) < unusedIndex.tableReadsMin) continue
          for (const index of unreadIndexes(table, reads)) {
            const draft = await draftOf(look, heard, table, index, sinceMs)
            if (draft !== undefined) drafts.push(draft)
          }
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        sinceMs = undefined
      },
    }
  },
}

/** Statements of a batch name their indexes in their texts. */
function unreadIndexes({ indexes }: Table, reads: readonly AccessPattern[]): readonly GlobalIndex[] {
  return indexes.filter((index): index is GlobalIndex => {
    if (index.kind !== 'global' || index.status !== 'ACTIVE') return false
    return !reads.some(({ name }) => name.isOther || name.index === index.name || patternText(name).includes(index.name))
  })
}

function writtenUnits({ metering: { metrics }, catalog }: MeteredEngine, table: Table, index: GlobalIndex): number {
  const dimensions = { region: catalog.region, TableName: table.name, GlobalSecondaryIndexName: index.name }
  return metrics.find('ConsumedWriteCapacityUnits', dimensions)?.sumOfAll ?? 0
}

async function draftOf(look: Look, heard: HeardTraffic, table: Table, index: GlobalIndex, sinceMs: number): Promise<Draft | undefined> {
  const { engine, nowMs, profile } = look
  const units = writtenUnits(engine, table, index)
  if (units < unusedIndex.unitsMin) return undefined
  const money = await look.moneyOf?.(table)
  const saving = money && (await savingBy(look, heard, table, index, money))
  const when = profile === 'prod' ? `in ${inText((nowMs - sinceMs) / dayMs)} days` : 'in this run'
  return {
    severity: severityBySaving(look, saving, money),
    ...{ region: engine.region, table: table.name, index: index.name, fromMs: sinceMs, toMs: nowMs },
    evidence: { writeUnits: units },
    sentence: `${index.name} of ${table.name} took ${inText(units)} write units and was not read ${when}.`,
    change: {
      text: 'Drop it, unless it is read more seldom than this, or kept for something else.',
      code: JSON.stringify({ TableName: table.name, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.name } }] }),
    },
    wontHelp: 'Another projection: it takes a new index.',
    ...(saving !== undefined && { saving }),
  }
}

async function savingBy(
  { engine }: Look,
  heard: HeardTraffic,
  table: Table,
  index: GlobalIndex,
  money: TableMoney,
): Promise<Saving | undefined> {
  const minutes = heard.running.whole()
  const [counts] = await readCounts(engine.store, [spaceOf(table, index)])
  return savingOf({
    units: await unitsIn(engine, { table, index, access: 'write', minutes }),
    usdPerUnit: money.usdPerWriteUnit,
    plusUsdPerMonth: ((counts?.sizeBytes ?? 0) / 2 ** 30) * money.usdPerGbMonth,
    minutes,
    what: `write units of ${index.name}`,
  })
}
