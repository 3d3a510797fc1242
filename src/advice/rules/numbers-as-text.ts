/** Numbers are kept as texts of different lengths and compared for order: then 10 stands before 9. */
import { attributesOfKey } from '../../engine/schema/table.ts'
import { comparedForOrder } from '../asked-attributes.ts'
import { AttributeCensus } from '../attribute-census.ts'
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { numbersAsText } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'

export const numbersAsTextRule: Rule = {
  id: 'numbers-as-text',
  about: 'An attribute whose texts are numbers of different lengths, in 99 % of at least 100 samples, is compared with <, > or BETWEEN.',
  document: 'B3',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const census = new AttributeCensus()
    return {
      hear: (call) => {
        heard.hear(call)
        census.hear(call)
      },
      find: ({ engine, nowMs }) => {
        const drafts: Draft[] = []
        for (const { pattern, text } of heard.uses(engine, nowMs)) {
          const table = engine.catalog.find(pattern.name.table)
          if (table === undefined) continue
          // Those of keys are for the rule on sort keys.
          const keys = new Set([table, ...table.indexes].flatMap(({ key }) => attributesOfKey(key)).map(({ name }) => name))
          const { filter, condition, statement } = pattern.name.clauses
          const compared = new Set([filter, condition, statement].flatMap(comparedForOrder).filter((name) => !keys.has(name)))
          for (const attribute of compared) {
            const facts = census.of(table.tableId).get(attribute)
            if (facts === undefined || facts.texts < numbersAsText.samplesMin || facts.numeric < numbersAsText.shareMin * facts.texts)
              continue
            if (facts.widths.size < 2) continue
            drafts.push({
              severity: 'warning',
              ...{ region: engine.region, table: table.name, patterns: [text], fromMs: heard.fromMs(nowMs), toMs: nowMs },
              evidence: { samples: facts.texts, numeric: facts.numeric, widths: facts.widths.size },
              sentence: `${attribute} of ${table.name} holds numbers as text (${percentText(facts.numeric / facts.texts)} of ${inText(facts.texts)} samples), and ${text} compares them: '9' is above '10' there.`,
              change: {
                text: 'Keep it as a number, or as text of one width, padded with zeros.',
                code: `${attribute}: { N: String(value) }`,
              },
              wontHelp: 'Converting in the client: the comparison is made here.',
            })
          }
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        census.forget()
      },
    }
  },
}
