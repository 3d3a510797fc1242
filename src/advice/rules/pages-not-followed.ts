/** Answers that end at 1 MB, and nobody asks for what is behind: to the program it is not there. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { abandonedPagesMin, abandonedShareMin } from '../limits.ts'
import { OpenPages } from '../open-pages.ts'
import type { Look, OpenRule, Rule } from '../rule.ts'

export const pagesNotFollowedRule: Rule = {
  id: 'pages-not-followed',
  about: 'Queries and scans whose answers end at 1 MB, and nobody reads on.',
  document: 'Q3',
  causes: ['partial-filter-limit'],
  open: (hearing) => {
    const cases = new Cases(hearing.nowMs)
    const pages = new OpenPages(hearing, {
      // Who asks for so many wants no more.
      wants: (_, { limit }) => limit === undefined,
      followed: (page) => cases.add(page, { ...page, counts: { followed: 1 } }),
      abandoned: (page) => cases.add(page, { ...page, counts: { abandoned: 1 } }),
    })
    return {
      hear: (call) => {
        countAnswer(cases, call)
        pages.hear(call)
      },
      find: (look) => find(look, cases, pages, hearing.nowMs()),
      forget: () => {
        cases.clear()
        pages.forget()
      },
    } satisfies OpenRule
  },
}

function countAnswer(cases: Cases, call: HeardCall): void {
  const { operation, usage, error } = call
  if (error !== undefined || usage.table === undefined || (operation !== 'Query' && operation !== 'Scan')) return
  const { tableId, name: tableName } = usage.table
  // How sure it is whose requests these are has no meaning here.
  const meeting = { region: call.region, atMs: call.atMs, lane: { confidence: 'high' } } as const
  cases.add(meeting, { table: { tableId, tableName }, index: usage.index?.name, pattern: usage.pattern, counts: { answers: 1 } })
}

function find(look: Look, cases: Cases, pages: OpenPages, nowMs: number): readonly Draft[] {
  pages.expire(nowMs)
  return cases.found(look).filter(isEnough).map(draftOf)
}

function isEnough(found: Case): boolean {
  const abandoned = found.count('abandoned')
  return abandoned >= abandonedPagesMin && abandoned >= found.count('answers') * abandonedShareMin
}

function draftOf(found: Case): Draft {
  const abandoned = found.count('abandoned')
  const followed = found.count('followed')
  const operation = found.pattern?.operation === 'Scan' ? 'Scan' : 'Query'
  return {
    ...aboutCase(found),
    severity: followed === 0 ? 'error' : 'warning',
    evidence: { abandoned, followed, answers: found.count('answers') },
    sentence: `${abandoned} answers ended at 1 MB with LastEvaluatedKey; nobody read on: what is behind is invisible to the program.`,
    change: {
      text: 'Ask again with ExclusiveStartKey until an answer has no LastEvaluatedKey.',
      code: `import { paginate${operation} } from '@aws-sdk/lib-dynamodb'

for await (const page of paginate${operation}({ client }, input)) use(page.Items)`,
    },
    wontHelp: 'Select COUNT reads the same pages.',
  }
}
