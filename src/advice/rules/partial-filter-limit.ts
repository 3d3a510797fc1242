/** A limit counts the items that are read, and a filter drops some of those: pages come short, or empty, though more would match. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { shortPageShareMax, shortPagesAbandonedShareMin, shortPagesMin } from '../limits.ts'
import { OpenPages, type Page } from '../open-pages.ts'
import type { OpenRule, Rule } from '../rule.ts'

export const partialFilterLimitRule: Rule = {
  id: 'partial-filter-limit',
  about: 'Queries and scans with a limit and a filter whose short pages are taken for all there is.',
  document: 'Q2',
  open: (hearing) => {
    const cases = new Cases(hearing.nowMs)
    const pages = new OpenPages(hearing, {
      wants: isShort,
      followed: (page) => cases.add(page, { ...page, counts: { short: 1 } }),
      abandoned: (page) => cases.add(page, { ...page, counts: { short: 1, abandoned: 1, limits: page.limit ?? 0 } }),
    })
    return {
      hear: (call) => pages.hear(call),
      find: (look) => {
        pages.expire(hearing.nowMs())
        return cases.found(look).filter(isEnough).map(draftOf)
      },
      forget: () => {
        cases.clear()
        pages.forget()
      },
    } satisfies OpenRule
  },
}

function isShort({ usage }: HeardCall, { limit, pattern }: Page): boolean {
  if (limit === undefined || pattern?.name.clauses.filter === undefined) return false
  return (usage.returnedItems ?? 0) < limit * shortPageShareMax
}

function isEnough(found: Case): boolean {
  const abandoned = found.count('abandoned')
  return abandoned >= shortPagesMin && abandoned >= found.count('short') * shortPagesAbandonedShareMin
}

function draftOf(found: Case): Draft {
  const abandoned = found.count('abandoned')
  const short = found.count('short')
  const limit = Math.round(found.count('limits') / abandoned)
  const percent = Math.round((100 * abandoned) / short)
  const operation = found.pattern?.operation === 'Scan' ? 'Scan' : 'Query'
  return {
    ...aboutCase(found),
    severity: 'warning',
    evidence: { abandoned, short, limit },
    sentence: `Limit ${limit} counts items read, not found: of ${short} pages that came short though there was more, ${percent} % were the last that was asked for.`,
    change: {
      text: 'Read on until enough items were found or no LastEvaluatedKey comes; or let a key or an index hold just those items, in place of the filter.',
      code: `import { paginate${operation} } from '@aws-sdk/lib-dynamodb'

const found = []
for await (const page of paginate${operation}({ client, pageSize: 100 }, input)) {
  found.push(...page.Items)
  if (found.length >= ${limit}) break
}`,
    },
    wontHelp: 'A larger Limit alone only makes it rarer.',
  }
}
