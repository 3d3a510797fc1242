/** Why somebody may or may not do something, for people: the decision, what each statement made of it, and what would allow it. */
import type { AccessExplanation, AccessQuestion } from '../../server/control/access-routes.ts'

type StatementTrace = AccessExplanation['statements'][number]

export function explanationText({ as, action, resource = '*' }: AccessQuestion, explanation: AccessExplanation): string {
  const { allowed, message, statements, wouldAllow } = explanation
  const head = [`${allowed ? 'Allowed' : 'Denied'}: ${as}, ${action}, ${resource}`, ...(message === undefined ? [] : [message])]
  const traces = statements.flatMap(statementLines)
  const none = statements.length === 0 ? ['No statement of any policy is about this action.'] : []
  const missing = wouldAllow.flatMap(({ policyType, statement }) => [
    `It would be allowed by this in ${places[policyType]}:`,
    JSON.stringify(statement),
  ])
  return `${[...head, '', ...none, ...traces, ...(missing.length === 0 ? [] : ['', ...missing])].join('\n')}\n`
}

const places: { readonly [type in StatementTrace['policyType']]: string } = {
  identity: 'a policy of the user or role',
  boundary: 'its permissions boundary',
  session: 'the policy of its session',
  resource: 'the policy of the resource',
}

const reasons: { readonly [reason in NonNullable<StatementTrace['because']>]: string } = {
  principal: 'is about others',
  resource: 'is about other resources',
  condition: 'has a condition that is false',
}

function statementLines({ policyType, policy, index, sid, effect, because, conditions }: StatementTrace): readonly string[] {
  const outcome = because === undefined ? 'applies' : reasons[because]
  const told = because === undefined ? [] : conditions.filter(({ holds }) => !holds)
  return [
    `${effect} ${policyType} ${policy} ${sid ?? `statement ${index + 1}`}: ${outcome}`,
    ...told.map(({ operator, key, values, given }) => {
      const had = given === undefined ? 'the request has none' : `the request has ${JSON.stringify(given)}`
      return `    ${operator} ${key} ${JSON.stringify(values)}: ${had}`
    }),
  ]
}
