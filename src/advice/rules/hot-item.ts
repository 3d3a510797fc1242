/** The writes of a hot key go to one item: no split helps below that. */
import type { Draft, Severity } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { type HeatedKey, heatedSpace } from '../heated-keys.ts'
import { hotSamples } from '../hot-samples.ts'
import { type KeyRangeRefusals, keyRangeRefusals } from '../key-range-refusals.ts'
import { hotCollection, hotKey, keyRefusalShareMin, keyRefusalsMin, keyWriteUnitsMax } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'

export const hotItemRule: Rule = {
  id: 'hot-item',
  about: 'A partition key with a tenth of the writes and 300 write units a second has 80 % of them in one item.',
  document: 'C5',
  causes: ['hot-counter'],
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const { engine } = look
        const drafts: Draft[] = []
        for (const table of engine.catalog.tables()) {
          const { keys, fromMs, toMs } = await heatedSpace(engine, { table, access: 'write', minutes: heard.running.whole() })
          const refusals = await keyRangeRefusals(look, 'write', table)
          for (const key of keys) {
            const severity = severityOf(key, refusals)
            if (severity === undefined) continue
            const { count, ofOneItem } = hotSamples(engine, table, key, fromMs)
            if (count < hotCollection.samplesMin || ofOneItem < hotCollection.itemShareMin * count) continue
            drafts.push({
              severity,
              ...{ region: engine.region, table: table.name, key: key.text, fromMs, toMs },
              evidence: { unitsPerSecond: key.sustained, share: key.share, ofOneItem: ofOneItem / count },
              sentence: `One item of ${key.text} in ${table.name} has ${percentText(ofOneItem / count)} of the ${inText(key.sustained)} write units/s of its key: no split of the table helps it, and more than ${inText(keyWriteUnitsMax)} never fit.`,
              change: {
                text: 'Write it less often: add up in the process or in whoever reads the stream, and write once a second. Or divide it into N items that are read together.',
                code: `${table.key.hash[0]?.name ?? ''}: \`\${key}#\${Math.floor(random() * N)}\` // written; all N are read by one BatchGetItem`,
              },
              wontHelp: 'Transactions cost twice the units; optimistic locking pays for each try that fails.',
            })
          }
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}

function severityOf({ text, share, sustained }: HeatedKey, { refused, ofKeys }: KeyRangeRefusals): Severity | undefined {
  if (refused >= keyRefusalsMin && (ofKeys.get(text) ?? 0) >= keyRefusalShareMin * refused) return 'error'
  if (share < hotKey.shareMin || sustained < hotKey.unitsMin) return undefined
  if (sustained >= hotKey.errorUnits) return 'error'
  return sustained >= hotKey.warningUnits ? 'warning' : 'info'
}
