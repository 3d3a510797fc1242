/** Items are counted by reading them: a count costs as much as its items. */
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { countByReading } from '../limits.ts'
import { inText, savingOf, severityBySaving } from '../money.ts'
import type { Rule } from '../rule.ts'

export const countByReadingRule: Rule = {
  id: 'count-by-reading',
  about: 'At least 10 requests asked for nothing but a count, for 128 read units each.',
  document: 'Q2',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const { engine, nowMs } = look
        const drafts: Draft[] = []
        for (const { pattern, text, counts, requests, readUnits } of heard.uses(engine, nowMs)) {
          // Of a pattern that is asked both ways nobody knows which units are those of counts.
          if (counts < countByReading.requestsMin || counts < requests || readUnits < countByReading.unitsMin * counts) continue
          const table = engine.catalog.find(pattern.name.table)
          const money = table && (await look.moneyOf?.(table))
          const minutes = heard.running.whole()
          const units = heard.uses(engine, nowMs, minutes).find((use) => use.pattern === pattern)?.readUnits ?? 0
          const saving = money && savingOf({ units, usdPerUnit: money.usdPerReadUnit, minutes, what: 'read units of counts' })
          drafts.push({
            severity: severityBySaving(look, saving, money),
            ...{ region: engine.region, table: pattern.name.table, ...(pattern.name.index !== undefined && { index: pattern.name.index }) },
            ...{ patterns: [text], fromMs: heard.fromMs(nowMs), toMs: nowMs },
            evidence: { requests: counts, readUnits },
            sentence: `Counting costs ${inText(readUnits / counts)} read units each time, as much as reading: ${text}.`,
            change: {
              text: 'Keep the count in an item of its own, changed in the transaction that adds or removes an item, or by whoever reads the stream. DescribeTable tells the ItemCount of a whole table for nothing, about six hours old.',
              code: "Update: { Key: { pk: 'count' }, UpdateExpression: 'ADD n :one', … } // beside the Put, in TransactWriteItems",
            },
            wontHelp: 'An index with keys only: it is smaller, and grows all the same.',
            ...(saving !== undefined && { saving }),
          })
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}
