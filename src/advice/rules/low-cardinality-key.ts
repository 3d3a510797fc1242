/** Few partition keys carry a table that is large and busy: whatever is provisioned, it can do no more than they can. */
import { minuteMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { Table } from '../../engine/schema/table.ts'
import { heatOfAll } from '../../metering/reports/traffic-of-all.ts'
import { fewPartitionKeys } from '../distinct-partitions.ts'
import type { Draft, Severity } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { heatedSpace } from '../heated-keys.ts'
import { keyRangeRefusals } from '../key-range-refusals.ts'
import { keyReadUnitsMax, keyWriteUnitsMax, lowCardinality, windowMinutes } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { Minutes } from '../running-minutes.ts'

export const lowCardinalityKeyRule: Rule = {
  id: 'low-cardinality-key',
  about: 'At most 20 partition keys hold at least 10,000 items, and took at least 5,000 units in the last hour.',
  document: 'K1',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          const draft = await draftOf(look, table, heard.running.whole())
          if (draft !== undefined) drafts.push(draft)
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}

async function draftOf(look: Look, table: Table, minutes: Minutes): Promise<Draft | undefined> {
  const { engine, nowMs } = look
  const { reads, writes } = await heatOfAll(engine, spaceOf(table), windowMinutes)
  const units = [...reads, ...writes].flat().reduce((sum, cell) => sum + cell, 0)
  if (units < lowCardinality.unitsMin) return undefined
  const [counts] = await readCounts(engine.store, [spaceOf(table)])
  const items = counts?.itemCount ?? 0
  if (items < lowCardinality.itemsMin) return undefined
  const keys = (await fewPartitionKeys(engine, { table, countMax: lowCardinality.keysMax }))?.length ?? 0
  if (keys === 0) return undefined
  const attribute = table.key.hash[0]?.name ?? ''
  return {
    severity: await severityOf(look, table, keys, minutes),
    region: engine.region,
    table: table.name,
    fromMs: nowMs - windowMinutes * minuteMs,
    toMs: nowMs,
    evidence: { keys, items, units },
    sentence: `${inText(keys)} partition keys hold the ${inText(items)} items of ${table.name}; together they never take more than ${inText(keys * keyWriteUnitsMax)} writes/s, whatever is provisioned.`,
    change: {
      text: `Take an attribute with many values, such as an id, for the partition key, and keep ${attribute} for a global index; or append a shard to it.`,
      code: `${attribute}: \`\${${attribute}}#\${shard}\` // shard = hash(id) mod N`,
    },
    wontHelp: 'More capacity, on-demand mode, or a global index with the same partition key.',
  }
}

async function severityOf(look: Look, table: Table, keys: number, minutes: Minutes): Promise<Severity> {
  const refusals = [await keyRangeRefusals(look, 'write', table), await keyRangeRefusals(look, 'read', table)]
  if (refusals.some(({ refused }) => refused > 0)) return 'error'
  const writes = await heatedSpace(look.engine, { table, access: 'write', minutes })
  const reads = await heatedSpace(look.engine, { table, access: 'read', minutes })
  const isBusy =
    writes.sustained >= lowCardinality.warningShare * keys * keyWriteUnitsMax ||
    reads.sustained >= lowCardinality.warningShare * keys * keyReadUnitsMax
  return isBusy ? 'warning' : 'info'
}
