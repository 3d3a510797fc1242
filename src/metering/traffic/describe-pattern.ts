/** An access pattern for people and programs to read: what is asked in one line, and what it came to. */
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
