/** One call deletes a table that holds something. */
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { lastingTables } from '../unsafe-tables.ts'

export const noDeletionProtectionRule: Rule = {
  id: 'no-deletion-protection',
  about: 'A table that is older than a day and holds at least 1,000 items may be deleted by one call.',
  document: 'D3',
  isForProduction: true,
  open: () => ({
    find: async (look) => {
      const tables = await lastingTables(look, ({ deletionProtection }) => !deletionProtection)
      return tables.map(({ table, itemCount }) => ({
        severity: 'info',
        ...{ region: look.engine.region, table: table.name, fromMs: look.nowMs, toMs: look.nowMs },
        evidence: { items: itemCount },
        sentence: `One DeleteTable ends the ${inText(itemCount)} items of ${table.name}.`,
        change: {
          text: 'Protect it from deletion; it costs nothing.',
          code: JSON.stringify({ TableName: table.name, DeletionProtectionEnabled: true }),
        },
      }))
    },
  }),
}
