/** DescribeInsightRules: the rules of Contributor Insights, all of them made by DynamoDB. */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { insightRulesListedMax } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import { type KnownRule, keyLabels, knownRules } from './insight-rules.ts'
import { pageToken, placeIn } from './page-token.ts'

type Output = CloudWatch<'DescribeInsightRulesOutput'>

/** In the order of their names. */
export async function describeInsightRules(engine: MeteredEngine, input: CloudWatch<'DescribeInsightRulesInput'>): Promise<Output> {
  const { NextToken: token, MaxResults: max = insightRulesListedMax } = input
  const after = token === undefined ? '' : placeIn('insight rules', token)
  if (after === undefined) throw new CloudWatchError('InvalidNextToken', 'The next token specified is invalid.')
  const rest = knownRules(engine).filter(({ name }) => name > after)
  const page = rest.slice(0, max)
  const last = page.at(-1)
  return {
    InsightRules: page.map((rule) => ({
      Name: rule.name,
      State: 'ENABLED',
      Schema: JSON.stringify(schema),
      Definition: definitionOf(rule),
      ManagedRule: true,
    })),
    ...(rest.length > page.length && last !== undefined && { NextToken: pageToken('insight rules', last.name) }),
  }
}

/** Of rules that AWS's services make (CloudWatch's API reference). */
const schema = { Name: 'ServiceLogRule', Version: 1 }

/** In the syntax of rules; what DynamoDB's own say there is not known [I]. */
function definitionOf(known: KnownRule): string {
  const Keys = keyLabels(known).map((label) => `$.${label}`)
  const ValueOf = known.rule.endsWith('C') ? '$.ConsumedThroughputUnits' : '$.ThrottleCount'
  return JSON.stringify({ Schema: schema, LogFormat: 'JSON', Contribution: { Keys, ValueOf, Filters: [] }, AggregateOn: 'Sum' })
}
