/** An access pattern for people and programs to read: what is asked in one line, what it came to, and what is worth a thought. */
import { adviceFilterYieldMin, adviceItemsMin, adviceRequestsMin } from '../limits.ts'
import type { AccessPattern, PatternClauseTexts, PatternName } from './access-pattern.ts'

export interface PatternReport extends PatternClauseTexts {
  readonly operation: string
  readonly region: string
  /** Empty for what is left over of all tables. */
  readonly table: string
  readonly index?: string
  /** True when it stands for all patterns of the operation that there was no room for. */
  readonly isOther: boolean
  /** The whole of it in one line. */
  readonly text: string
  readonly requests: number
  readonly errors: number
  readonly failedConditions: number
  readonly throttled: number
  readonly readUnits: number
  readonly writeUnits: number
  readonly evaluatedItems: number
  readonly returnedItems: number
  readonly answeredWithMore: number
  readonly continued: number
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number }
  readonly firstMs: number
  readonly lastMs: number
  readonly advice: readonly string[]
}

export function describePattern(pattern: AccessPattern): PatternReport {
  const { name, latency } = pattern
  const { operation, region, table, index, clauses, isOther } = name
  const { requests, errors, failedConditions, throttled, readUnits, writeUnits } = pattern
  const { evaluatedItems, returnedItems, answeredWithMore, continued, firstMs, lastMs } = pattern
  const percentile = (percent: number) => Number(latency.percentile(percent).toPrecision(3))
  return {
    operation,
    region,
    table,
    ...(index !== undefined && { index }),
    isOther,
    text: patternText(name),
    ...clauses,
    ...{ requests, errors, failedConditions, throttled, readUnits, writeUnits },
    ...{ evaluatedItems, returnedItems, answeredWithMore, continued },
    latencyMs: { p50: percentile(50), p90: percentile(90), p99: percentile(99) },
    firstMs,
    lastMs,
    advice: adviceOn(pattern),
  }
}

export function patternText({ operation, table, index, clauses, isOther }: PatternName): string {
  const { keyCondition, filter, projection, condition, update, statement, members } = clauses
  const what = table === '' ? '' : index === undefined ? table : `${table}.${index}`
  const parts = [
    isOther && 'whatever else was asked',
    keyCondition && `where ${keyCondition}`,
    filter && `filter ${filter}`,
    projection && `show ${projection}`,
    update,
    condition && `if ${condition}`,
    statement,
    members?.join('; '),
  ]
  // The members of a batch name their tables themselves.
  const head = members === undefined ? [operation, what] : [operation]
  return [...head, ...parts].filter((text) => typeof text === 'string' && text !== '').join(' ')
}

/** Only what the numbers say by themselves. */
function adviceOn({ name, requests, evaluatedItems, returnedItems, answeredWithMore, continued, throttled }: AccessPattern): string[] {
  const advice: string[] = []
  const { operation, isOther } = name
  if (isOther || requests < adviceRequestsMin) return advice
  if (evaluatedItems >= adviceItemsMin && returnedItems < evaluatedItems * adviceFilterYieldMin) {
    const percent = Number(((100 * returnedItems) / evaluatedItems).toPrecision(2))
    advice.push(
      `Answers with ${percent} % of the items that it reads and pays for: a key or an index that holds just those would cost less than the filter.`,
    )
  } else if (operation === 'Scan' && continued === 0 && answeredWithMore === 0 && evaluatedItems >= adviceItemsMin) {
    advice.push('Reads the whole table every time: the costs grow with the table, not with what is asked.')
  }
  if (answeredWithMore >= adviceRequestsMin && continued === 0) {
    advice.push('Was answered with LastEvaluatedKey and never went on there: what lies behind the first page is not seen.')
  }
  if (throttled > requests / 100) advice.push(`${throttled} of ${requests} requests went beyond the throughput there is.`)
  return advice
}
