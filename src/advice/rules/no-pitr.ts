/** What is overwritten or deleted by mistake cannot be brought back. */
import { recoveryUsdPerGbMonth, shownUsdMin } from '../limits.ts'
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { lastingTables } from '../unsafe-tables.ts'

export const noPitrRule: Rule = {
  id: 'no-pitr',
  about: 'A table that is older than a day and holds at least 1,000 items has no point-in-time recovery.',
  document: 'D4',
  isForProduction: true,
  open: () => ({
    find: async (look) => {
      const tables = await lastingTables(look, ({ history }) => history?.recovery === undefined)
      return tables.map(({ table, itemCount, sizeBytes }) => ({
        severity: 'info',
        ...{ region: look.engine.region, table: table.name, fromMs: look.nowMs, toMs: look.nowMs },
        evidence: { items: itemCount, bytes: sizeBytes },
        sentence: `What is overwritten or deleted by mistake among the ${inText(itemCount)} items of ${table.name} cannot be brought back.`,
        change: {
          text: `Turn point-in-time recovery on. It costs about $${inText(Math.max(shownUsdMin, (sizeBytes / 2 ** 30) * recoveryUsdPerGbMonth))} a month.`,
          code: JSON.stringify({ TableName: table.name, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
        },
        wontHelp: 'Deletion protection: it keeps the table, not its items.',
      }))
    },
  }),
}
