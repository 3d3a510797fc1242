/** One partition key carries the writes: more than a partition takes, or so much that it soon will be. */

import type { Draft, Severity } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { type AskedHeat, type HeatedKey, type HeatedSpace, heatedSpace } from '../heated-keys.ts'
import { type KeyRangeRefusals, keyRangeRefusals } from '../key-range-refusals.ts'
import { hotKey, keyRefusalShareMin, keyRefusalsMin, keyWriteUnitsMax } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { shardCount, shardingChange } from '../write-sharding.ts'

export const hotKeyRule: Rule = {
  id: 'hot-key',
  about:
    'One partition key takes at least a tenth of the writes and 300 write units a second, or half of what the limit of a partition refused.',
  document: 'K2',
  causes: ['low-cardinality-key', 'moving-hot-key', 'ascending-sort-key', 'hot-item', 'hot-counter'],
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables())
          drafts.push(...(await draftsOf(look, { table, access: 'write', minutes: heard.running.whole() })))
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}

async function draftsOf(look: Look, asked: AskedHeat): Promise<readonly Draft[]> {
  const refusals = await keyRangeRefusals(look, 'write', asked.table)
  const space = await heatedSpace(look.engine, asked)
  return space.keys.flatMap((key) => {
    const severity = severityOf(key, refusals)
    return severity === undefined ? [] : [draftOf(look, asked, space, key, severity, refusals)]
  })
}

function severityOf({ text, share, sustained }: HeatedKey, { refused, all, ofKeys }: KeyRangeRefusals): Severity | undefined {
  const ofKey = ofKeys.get(text) ?? 0
  if (all >= keyRefusalsMin && ofKey >= keyRefusalShareMin * all) return refused > 0 ? 'error' : 'warning'
  if (share < hotKey.shareMin || sustained < hotKey.unitsMin) return undefined
  if (sustained >= hotKey.errorUnits) return 'error'
  return sustained >= hotKey.warningUnits ? 'warning' : 'info'
}

function draftOf(
  { engine }: Look,
  { table }: AskedHeat,
  space: HeatedSpace,
  { text, share, sustained, peak }: HeatedKey,
  severity: Severity,
  { all, ofKeys }: KeyRangeRefusals,
): Draft {
  const ofKey = Math.min(all, ofKeys.get(text) ?? 0)
  // What was refused wanted to be more than was measured.
  const wanted = ofKey >= keyRefusalsMin ? Math.max(peak, keyWriteUnitsMax) : peak
  const shards = shardCount(wanted)
  const rate =
    sustained >= 1
      ? `${text} takes ${inText(sustained)} of the ${inText(space.sustained)} write units/s of ${table.name}, ${percentText(share)} of its writes; one key has at most ${inText(keyWriteUnitsMax)}.`
      : `${text} takes ${percentText(share)} of the writes of ${table.name}; one key has at most ${inText(keyWriteUnitsMax)} write units/s.`
  const refused = ofKey === 0 ? '' : ` The limit of its partition met ${inText(ofKey)} of its writes.`
  return {
    severity,
    region: engine.region,
    table: table.name,
    key: text,
    fromMs: space.fromMs,
    toMs: space.toMs,
    evidence: { unitsPerSecond: sustained, peakUnitsPerSecond: peak, share, refused: ofKey, shards },
    sentence: `${rate}${refused}`,
    change: shardingChange(table.key.hash[0]?.name ?? '', shards, wanted),
    wontHelp: 'Higher capacity of the table, on-demand mode, warm throughput, or DAX, which writes go through.',
  }
}
