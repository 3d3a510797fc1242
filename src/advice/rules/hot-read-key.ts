/** One partition key is read so much that its partition will not take much more. */
import { nowCall } from '../code-to-copy.ts'
import type { Draft, Severity } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { type HeatedKey, heatedSpace } from '../heated-keys.ts'
import { type KeyRangeRefusals, keyRangeRefusals } from '../key-range-refusals.ts'
import { hotReadKey, keyReadUnitsMax, keyRefusalShareMin, keyRefusalsMin } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'

export const hotReadKeyRule: Rule = {
  id: 'hot-read-key',
  about:
    'One partition key takes at least a tenth of the reads and 900 read units a second, or half of what the limit of a partition refused.',
  document: 'K1',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          const refusals = await keyRangeRefusals(look, 'read', table)
          const { keys, fromMs, toMs } = await heatedSpace(look.engine, { table, access: 'read', minutes: heard.running.whole() })
          for (const key of keys) {
            const severity = severityOf(key, refusals)
            if (severity === undefined) continue
            drafts.push({ severity, region: look.engine.region, table: table.name, fromMs, toMs, ...told(key, refusals, table.name) })
          }
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}

function severityOf({ text, share, sustained }: HeatedKey, { refused, all, ofKeys }: KeyRangeRefusals): Severity | undefined {
  if (all >= keyRefusalsMin && (ofKeys.get(text) ?? 0) >= keyRefusalShareMin * all) return refused > 0 ? 'error' : 'warning'
  if (share < hotReadKey.shareMin || sustained < hotReadKey.unitsMin) return undefined
  return sustained >= hotReadKey.warningUnits ? 'warning' : 'info'
}

type Told = Pick<Draft, 'key' | 'evidence' | 'sentence' | 'change' | 'wontHelp'>

function told({ text, share, sustained, peak }: HeatedKey, { all, ofKeys }: KeyRangeRefusals, table: string): Told {
  const refused = Math.min(all, ofKeys.get(text) ?? 0)
  const copies = Math.max(2, Math.ceil(peak / (keyReadUnitsMax / 2)))
  return {
    key: text,
    evidence: { unitsPerSecond: sustained, peakUnitsPerSecond: peak, share, refused },
    sentence: `${text} is read with ${inText(sustained)} of the ${inText(keyReadUnitsMax)} read units/s that one key has, ${percentText(share)} of the reads of ${table}.${refused === 0 ? '' : ` The limit of its partition met ${inText(refused)} of these reads.`}`,
    change: {
      text: `Read it eventually consistently (half of the units), and keep it for some seconds in the process or in DAX: of all reads, nodes ÷ seconds in a second are left. If it must be fresh and is read far more often than written, keep ${copies} copies under keys of their own and read any of them.`,
      code: [
        'const kept = new Map()',
        'async function readCached(key, seconds = 5) {',
        '  const known = kept.get(key)',
        `  if (known !== undefined && known.untilMs > ${nowCall}) return known.item`,
        '  const item = await read(key)',
        `  kept.set(key, { item, untilMs: ${nowCall} + seconds * 1000 })`,
        '  return item',
        '}',
      ].join('\n'),
    },
    wontHelp: 'More read capacity of the table; a split of the partition, if it is one item.',
  }
}
