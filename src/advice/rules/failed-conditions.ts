/** Writes whose condition fails often: they are paid all the same. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { failedConditionsMin, failedConditionsShareMin } from '../limits.ts'
import type { Hearing, OpenRule, Rule } from '../rule.ts'

export const failedConditionsRule: Rule = {
  id: 'failed-conditions',
  about: 'Writes whose condition fails so often that much is paid for nothing.',
  document: 'C3',
  open: ({ nowMs }: Hearing): OpenRule => {
    const cases = new Cases(nowMs)
    return {
      hear: (call) => hear(cases, call),
      find: (look) => cases.found(look).filter(isEnough).map(draftOf),
      forget: () => cases.clear(),
    }
  },
}

function hear(cases: Cases, call: HeardCall): void {
  const { operation, usage, error } = call
  if (operation !== 'PutItem' && operation !== 'UpdateItem' && operation !== 'DeleteItem') return
  const table = tableAsked(call)
  if (table === undefined || usage.pattern?.name.clauses.condition === undefined || isForNew(call)) return
  const isFailed = error === 'ConditionalCheckFailedException'
  const counts = { writes: 1, failed: isFailed ? 1 : 0, units: isFailed ? usage.writeUnits : 0 }
  // Whose requests these are has no meaning here.
  const meeting = { region: call.region, atMs: call.atMs, lane: { confidence: 'high' } } as const
  cases.add(meeting, { table, pattern: usage.pattern, counts })
}

/** Its purpose is to fail for what is there already. */
function isForNew({ usage: { table, pattern } }: HeardCall): boolean {
  const tests = (pattern?.name.clauses.condition ?? '').split(' AND ')
  const ofKey = [...(table?.key.hash ?? []), ...(table?.key.range ?? [])].map(({ name }) => `attribute_not_exists(${name})`)
  return tests.every((text) => ofKey.includes(text))
}

function isEnough(found: Case): boolean {
  const failed = found.count('failed')
  return failed >= failedConditionsMin && failed >= found.count('writes') * failedConditionsShareMin
}

function draftOf(found: Case): Draft {
  const failed = found.count('failed')
  const writes = found.count('writes')
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { failed, writes, units: found.count('units') },
    sentence: `${Math.round((100 * failed) / writes)} % of these writes fail their condition and are paid.`,
    change: {
      text: 'Let fewer writers compete for one item: split what they change into several items, or let one at a time have it by a lock with an end. To read first pays only where the condition mostly fails.',
    },
  }
}
