/** Another way to pay for a table costs clearly less, and would have refused nothing. */
import { minuteMs } from '../../base/clock.ts'
import type { Draft } from '../finding.ts'
import { capacityWindowMinutes, cheaperMode } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'

export const cheaperModeRule: Rule = {
  id: 'cheaper-mode',
  about: 'Another mode or class would cost at least 20 % and $5 a month less, by a day of traffic or more.',
  document: 'M1',
  isForProduction: true,
  open: () => ({
    find: async ({ engine, nowMs, moneyOf }) => {
      const drafts: Draft[] = []
      for (const table of engine.catalog.tables()) {
        const money = await moneyOf?.(table)
        if (money === undefined || money.windowMinutes < capacityWindowMinutes) continue
        const { usdPerMonth, cheapest } = money
        const saved = usdPerMonth - cheapest.usdPerMonth
        if (saved < cheaperMode.savedUsdMin || saved < cheaperMode.savedShareMin * usdPerMonth) continue
        const formula = `$${inText(usdPerMonth)} as it is − $${inText(cheapest.usdPerMonth)} ${cheapest.text}, by ${inText(money.windowMinutes)} min of traffic`
        drafts.push({
          severity: saved >= cheaperMode.warningUsd ? 'warning' : 'info',
          ...{ region: engine.region, table: table.name, fromMs: nowMs - money.windowMinutes * minuteMs, toMs: nowMs },
          evidence: { usdPerMonth, cheapestUsdPerMonth: cheapest.usdPerMonth },
          sentence: `${table.name} would cost $${inText(cheapest.usdPerMonth)} a month ${cheapest.text}, instead of $${inText(usdPerMonth)}: ${percentText(saved / usdPerMonth)} less.`,
          change: { text: `Let it be ${cheapest.text}: one UpdateTable, a few times a day at most.` },
          wontHelp: 'Reserved capacity is not reckoned with here; with it, provisioned mode may be cheaper still.',
          saving: { unitsPerMonth: 0, usdPerMonth: Math.round(saved * 100) / 100, formula },
        })
      }
      return drafts
    },
  }),
}
