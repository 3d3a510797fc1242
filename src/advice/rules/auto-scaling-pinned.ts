/** Auto scaling cannot do its work: it is at its end, has no room, aims too high, or leaves an index out. */
import { minuteMs } from '../../base/clock.ts'
import { throttlesOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { Draft } from '../finding.ts'
import { capacityWindowMinutes, pinnedScaling, refusalsAgeMsMax } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { LineCapacity } from '../table-capacity.ts'

export const autoScalingPinnedRule: Rule = {
  id: 'auto-scaling-pinned',
  about:
    'Scaled capacity was at its maximum for 10 minutes, has no room between minimum and maximum, aims above 85 %, or an index is not scaled beside its table.',
  document: 'M2',
  isForProduction: true,
  causes: ['low-cardinality-key', 'moving-hot-key', 'ascending-sort-key', 'hot-key', 'hot-item', 'hot-counter', 'hot-read-key'],
  open: () => ({
    find: async (look) => {
      const drafts: Draft[] = []
      for (const table of look.engine.catalog.tables()) {
        const lines = (await look.capacityOf?.(table)) ?? []
        for (const line of lines) {
          const fault = line.minutes < capacityWindowMinutes ? undefined : faultOf(line, lines)
          if (fault !== undefined) drafts.push(await draftOf(look, table.name, line, fault))
        }
      }
      return drafts
    },
  }),
}

function faultOf({ index, access, provisioned, scaling }: LineCapacity, lines: readonly LineCapacity[]): string | undefined {
  if (scaling === undefined) {
    const ofTable = lines.find((line) => line.index === undefined && line.access === access)
    const isLeftOut = index !== undefined && provisioned !== undefined && ofTable?.scaling !== undefined
    return isLeftOut ? `is not scaled, and its table is` : undefined
  }
  const { min, max, targetPercent, minutesAtMax } = scaling
  if (min === max) return `has the same minimum and maximum, ${inText(max)}`
  if (minutesAtMax >= pinnedScaling.minutesMin) return `was at its maximum of ${inText(max)} for ${inText(minutesAtMax)} minutes`
  if (targetPercent !== undefined && targetPercent > pinnedScaling.targetPercentMax)
    return `aims at ${inText(targetPercent)} % of use, which leaves no room for a rise`
  return undefined
}

async function draftOf({ engine, nowMs }: Look, table: string, line: LineCapacity, fault: string): Promise<Draft> {
  const { index, access, minutes, scaling } = line
  const counts = await throttlesOfAll(engine, table)
  const prefix = `${index === undefined ? 'Table' : 'Index'}${access === 'read' ? 'Read' : 'Write'}`
  const refused = counts
    .filter((count) => count.index === index && count.reason.startsWith(prefix) && nowMs - count.lastMs < refusalsAgeMsMax)
    .reduce((sum, count) => sum + count.refused, 0)
  const met = refused === 0 ? '' : ` ${inText(refused)} requests were refused.`
  return {
    severity: refused > 0 ? 'error' : 'warning',
    ...{ region: engine.region, table, ...(index !== undefined && { index }), fromMs: nowMs - minutes * minuteMs, toMs: nowMs },
    evidence: { refused, ...(scaling !== undefined && { max: scaling.max, minutesAtMax: scaling.minutesAtMax }) },
    sentence: `The ${access} capacity of ${index ?? table} ${fault}.${met}`,
    change: {
      text: 'Raise the maximum, aim at 70 %, and register each global index with the same policy as its table.',
      code: `RegisterScalableTarget: { ServiceNamespace: 'dynamodb', ResourceId: '${index === undefined ? `table/${table}` : `table/${table}/index/${index}`}', ScalableDimension: 'dynamodb:${index === undefined ? 'table' : 'index'}:${access === 'read' ? 'Read' : 'Write'}CapacityUnits', MinCapacity: …, MaxCapacity: … }`,
    },
    wontHelp: 'A shorter cooldown.',
  }
}
