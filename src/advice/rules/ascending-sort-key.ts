/** A hot item collection grows at its end: wherever its sort keys were split, all writes would go to the last part. */
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { heatedSpace } from '../heated-keys.ts'
import { hotSamples } from '../hot-samples.ts'
import { keyRangeRefusals } from '../key-range-refusals.ts'
import { hotCollection, hotKey, keyRefusalShareMin, keyRefusalsMin } from '../limits.ts'
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { shardCount, shardingChange } from '../write-sharding.ts'

export const ascendingSortKeyRule: Rule = {
  id: 'ascending-sort-key',
  about: 'A partition key with a tenth of the writes and 600 write units a second gets 90 % of its items behind the last one.',
  document: 'K2',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const { engine } = look
        const drafts: Draft[] = []
        for (const table of engine.catalog.tables()) {
          if (table.key.range.length === 0) continue
          const { keys, fromMs, toMs } = await heatedSpace(engine, { table, access: 'write', minutes: heard.running.whole() })
          const { refused, ofKeys } = await keyRangeRefusals(look, 'write', table)
          for (const key of keys) {
            const isRefused = refused >= keyRefusalsMin && (ofKeys.get(key.text) ?? 0) >= keyRefusalShareMin * refused
            if (!isRefused && (key.share < hotKey.shareMin || key.sustained < hotCollection.warningUnits)) continue
            const { count, ascending } = hotSamples(engine, table, key, fromMs)
            if (count < hotCollection.samplesMin || ascending < hotCollection.ascendingShareMin) continue
            const change = shardingChange(table.key.hash[0]?.name ?? '', shardCount(key.peak), key.peak)
            drafts.push({
              severity: isRefused ? 'error' : 'warning',
              ...{ region: engine.region, table: table.name, key: key.text, fromMs, toMs },
              evidence: { unitsPerSecond: key.sustained, share: key.share, ascending },
              sentence: `${key.text} of ${table.name} gets ${inText(key.sustained)} write units/s, each item behind the last: a split between its sort keys cannot spread them.`,
              change,
              wontHelp: 'Waiting for a split. A random prefix of the sort key spreads the writes, but loses reads by range.',
            })
          }
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}
