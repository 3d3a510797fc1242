/** Capacity stands ready that is never needed, and nothing scales it. */
import { minuteMs } from '../../base/clock.ts'
import type { Draft, Saving } from '../finding.ts'
import { capacityWindowMinutes, hoursPerMonth, overProvisioned } from '../limits.ts'
import { inText, severityBySaving } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { LineCapacity } from '../table-capacity.ts'
import type { TableMoney } from '../table-money.ts'

export const overProvisionedRule: Rule = {
  id: 'over-provisioned',
  about:
    'In a day or more, less than a fifth of the provisioned units was used, and less than half of them in the busiest minute, without auto scaling.',
  document: 'M7',
  isForProduction: true,
  causes: ['cheaper-mode'],
  open: () => ({
    find: async (look) => {
      const drafts: Draft[] = []
      for (const table of look.engine.catalog.tables()) {
        const lines = (await look.capacityOf?.(table)) ?? []
        const money = await look.moneyOf?.(table)
        for (const line of lines) drafts.push(...draftOf(look, table.name, line, money))
      }
      return drafts
    },
  }),
}

function draftOf(look: Look, table: string, line: LineCapacity, money: TableMoney | undefined): readonly Draft[] {
  const { index, access, provisioned, mean, peak, minutes, scaling } = line
  if (provisioned === undefined || scaling !== undefined || minutes < capacityWindowMinutes) return []
  if (mean >= overProvisioned.meanShareMax * provisioned || peak >= overProvisioned.peakShareMax * provisioned) return []
  const saving = money && savingBy(line, provisioned, money)
  const enough = Math.max(1, Math.ceil(overProvisioned.spare * peak))
  return [
    {
      severity: severityBySaving(look, saving, money),
      ...{
        region: look.engine.region,
        table,
        ...(index !== undefined && { index }),
        fromMs: look.nowMs - minutes * minuteMs,
        toMs: look.nowMs,
      },
      evidence: { provisioned, mean, peak, minutes },
      sentence: `${inText(provisioned)} ${access} units/s of ${index ?? table} stand ready; ${inText(mean)} were used, and ${inText(peak)} in the busiest minute of ${inText(minutes / 60)} h.`,
      change: {
        text: `Let auto scaling aim at 70 %, pay for requests on demand, or provision ${inText(enough)}.`,
        code: `${access === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits'}: ${enough}`,
      },
      ...(saving !== undefined && { saving }),
    },
  ]
}

function savingBy(
  { access, peak }: LineCapacity,
  provisioned: number,
  { usdPerReadUnitHour, usdPerWriteUnitHour }: TableMoney,
): Saving | undefined {
  const usdPerHour = access === 'read' ? usdPerReadUnitHour : usdPerWriteUnitHour
  const units = provisioned - overProvisioned.spare * peak
  const usdPerMonth = Math.round(units * usdPerHour * hoursPerMonth * 100) / 100
  const formula = `(${inText(provisioned)} − ${overProvisioned.spare} × ${inText(peak)}) units × $${usdPerHour} an hour × ${hoursPerMonth} h`
  return usdPerMonth <= 0 ? undefined : { unitsPerMonth: Math.round(units * hoursPerMonth), usdPerMonth, formula }
}
