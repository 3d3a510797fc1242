/** What a run says at its end, as data (`--json`). `summary-text.ts` prints it. */
import { blamedKeysMax, blamedThrottleShareMin, hotRequestShareMin, hottestKeysMax, namedKeysMax } from '../limits.ts'
import type { KeyCount } from './key-counts.ts'
import type { ErrorCount, LoadStatistics, ThrottleCount } from './load-statistics.ts'
import type { LoadOperation } from './request-maker.ts'
import type { StatorView } from './stator-view.ts'

export interface LoadSummary {
  readonly table: string
  readonly index?: string
  readonly endpoint: string
  readonly seed: number
  readonly elapsedSeconds: number
  readonly requests: number
  readonly succeeded: number
  /** Requests that ended throttled, after their retries. */
  readonly throttled: number
  readonly failed: number
  readonly retries: number
  readonly requestsPerSecond: number
  /** With a rate: what was asked for, and how many requests were due when the run ended but not yet sent. */
  readonly askedPerSecond?: number
  readonly unsent?: number
  readonly consumed: { readonly readUnits: number; readonly writeUnits: number }
  readonly operations: readonly OperationSummary[]
  /** `total` counts answers, so that one request may be counted with each of its tries. */
  readonly throttles: { readonly total: number; readonly byReason: readonly ThrottleCount[] }
  readonly errors: readonly ErrorCount[]
  readonly hottestKeys: readonly HotKey[]
  readonly finding: string
  /** What a Stator says of itself; absent when the endpoint is none. */
  readonly stator?: StatorView
}

/** Latencies are those of what succeeded. */
export interface OperationSummary {
  readonly operation: LoadOperation
  readonly requests: number
  readonly succeeded: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface HotKey {
  readonly key: string
  readonly requests: number
  /** Of all requests, from 0 to 1. */
  readonly share: number
  readonly throttles: number
}

export interface RunFacts {
  readonly table: string
  readonly index?: string
  readonly endpoint: string
  readonly seed: number
  readonly elapsedMs: number
  readonly ratePerSecond?: number
  readonly unsent: number
  readonly stator?: StatorView
}

export function summarize(statistics: LoadStatistics, facts: RunFacts): LoadSummary {
  const { requests, succeeded, throttled, failed, retries, readUnits, writeUnits, throttles, keys } = statistics
  const { table, index, endpoint, seed, elapsedMs, ratePerSecond, unsent, stator } = facts
  return {
    table,
    ...(index !== undefined && { index }),
    endpoint,
    seed,
    elapsedSeconds: round(elapsedMs / 1000, 3),
    requests,
    succeeded,
    throttled,
    failed,
    retries,
    requestsPerSecond: elapsedMs > 0 ? round((requests / elapsedMs) * 1000, 1) : 0,
    ...(ratePerSecond !== undefined && { askedPerSecond: ratePerSecond, unsent }),
    consumed: { readUnits: round(readUnits, 1), writeUnits: round(writeUnits, 1) },
    operations: operationSummaries(statistics),
    throttles: { total: throttles, byReason: statistics.throttleCounts() },
    errors: statistics.errorCounts(),
    hottestKeys: keys.hottest('requests', hottestKeysMax).map((count) => hotKey(count, requests)),
    finding: finding(statistics, stator),
    ...(stator !== undefined && { stator }),
  }
}

function operationSummaries({ operations }: LoadStatistics): readonly OperationSummary[] {
  return [...operations]
    .filter(([, counts]) => counts.requests > 0)
    .map(([operation, { requests, succeeded, latencies }]) => ({
      operation,
      requests,
      succeeded,
      p50Ms: round(latencies.percentile(50), 3),
      p90Ms: round(latencies.percentile(90), 3),
      p99Ms: round(latencies.percentile(99), 3),
      maxMs: round(latencies.maximum, 3),
    }))
}

function hotKey({ key, requests, throttled }: KeyCount, allRequests: number): HotKey {
  return { key: keyText(key), requests, share: requests / allRequests, throttles: throttled }
}

/** The attribute values of a partition key, as people read them. */
export function keyText(partitionKey: string): string {
  const values = JSON.parse(`[${partitionKey}]`) as readonly { readonly [type: string]: string }[]
  return values.flatMap((value) => Object.values(value)).join(' / ')
}

/** The one sentence to remember: whether throttles come from few keys, and whether a partition or the table ran out. */
function finding(statistics: LoadStatistics, stator: StatorView | undefined): string {
  const { requests, succeeded, throttles, keys } = statistics
  if (requests === 0) return 'Nothing was sent.'
  if (succeeded === 0 && throttles === 0) return 'Nothing succeeded.'
  if (throttles === 0) return nothingThrottled(statistics, stator)
  const throttled = keys.hottest('throttled', blamedKeysMax)
  let few = 0
  let theirThrottles = 0
  while (few < throttled.length && theirThrottles < throttles * blamedThrottleShareMin) {
    theirThrottles += throttled[few]?.throttled ?? 0
    few += 1
  }
  const cause = causeOf(statistics, few)
  if (theirThrottles < throttles * blamedThrottleShareMin) return `The throttles are spread over many keys: ${cause.spread}`
  const hot = throttled.slice(0, few)
  const theirRequests = hot.reduce((sum, count) => sum + count.requests, 0)
  const named = hot
    .slice(0, namedKeysMax)
    .map(({ key }) => keyText(key))
    .join(', ')
  const shares = `${percent(theirThrottles / throttles)} of the throttles and ${percent(theirRequests / requests)} of the requests`
  const subject = few === 1 ? '1 key' : `${few} keys`
  return `${subject} got ${shares}: ${named}${few > namedKeysMax ? ', …' : ''}. ${cause.concentrated}`
}

function nothingThrottled({ requests, keys }: LoadStatistics, stator: StatorView | undefined): string {
  const [first] = stator?.letThrough ?? []
  if (first === undefined) return 'Nothing was throttled.'
  const [hottest] = keys.hottest('requests', 1)
  const isHot = hottest !== undefined && hottest.requests >= requests * hotRequestShareMin
  const key = isHot ? ` The hottest key, ${keyText(hottest.key)}, got ${percent(hottest.requests / requests)} of the requests.` : ''
  return `Nothing was throttled here, but AWS would have: ${first.count.toLocaleString('en-US')} times for ${first.reason} of ${first.of}.${key}`
}

interface Cause {
  readonly spread: string
  readonly concentrated: string
}

/** By the reason that most throttles give. Its name says whether a partition (KeyRange), the table or the account was at its limit. */
function causeOf(statistics: LoadStatistics, hotKeys: number): Cause {
  const reason = statistics.throttleCounts()[0]?.reason ?? ''
  if (reason.includes('KeyRange')) {
    const [whose, which] = hotKeys === 1 ? ['Its partition was', 'this key'] : ['Their partitions were', 'these keys']
    return {
      spread: 'partitions were at their limit.',
      concentrated: `${whose} at the limit, which more capacity for the table does not raise: spread ${which}.`,
    }
  }
  if (reason === '') return { spread: 'no reason was given.', concentrated: 'No reason was given.' }
  const whose = reason.startsWith('Index') ? "the index's" : "the table's"
  return {
    spread: `${whose} throughput was used up, not that of one key.`,
    concentrated: `What was used up is ${whose} throughput (${reason}), not that of a partition.`,
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
