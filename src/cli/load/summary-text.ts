/** The summary and the progress line as people read them. */

import { printable } from '../../base/printable.ts'
import { shownKeyShareMin } from '../limits.ts'
import type { LoadSummary } from './summary.ts'

export interface ProgressFigures {
  readonly elapsedMs: number
  /** Since the last line. */
  readonly sinceMs: number
  readonly requests: number
  readonly units: number
  readonly throttles: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export function progressLine({ elapsedMs, sinceMs, requests, units, throttles, failed, p50Ms, p99Ms }: ProgressFigures): string {
  const perSecond = (count: number): string => whole(sinceMs > 0 ? (count / sinceMs) * 1000 : 0)
  const failures = failed === 0 ? '' : `  ${perSecond(failed)} failed/s`
  return (
    `${Math.round(elapsedMs / 1000)} s  ${perSecond(requests)} requests/s  ${perSecond(units)} units/s  ` +
    `${perSecond(throttles)} throttles/s  p50 ${milliseconds(p50Ms)} ms  p99 ${milliseconds(p99Ms)} ms${failures}`
  )
}

export function summaryText(summary: LoadSummary): string {
  const { table, index, endpoint, elapsedSeconds, seed, finding } = summary
  const target = index === undefined ? table : `${table}, index ${index},`
  const parts = [
    [`${target} at ${endpoint} for ${elapsedSeconds.toFixed(1)} s, seed ${seed}`],
    totals(summary),
    operations(summary),
    throttles(summary),
    errors(summary),
    hottestKeys(summary),
    hotPartitions(summary),
    letThrough(summary),
    [printable(finding)],
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function totals(summary: LoadSummary): readonly string[] {
  const { requests, succeeded, throttled, failed, retries, requestsPerSecond, askedPerSecond, unsent = 0, consumed } = summary
  const asked = askedPerSecond === undefined ? '' : ` of the ${whole(askedPerSecond)} asked for`
  const late = unsent === 0 ? '' : `, ${whole(unsent)} that were due are not among them`
  const rows = [
    ['requests', whole(requests), `${whole(requestsPerSecond)} a second${asked}${late}`],
    ['succeeded', whole(succeeded), ''],
    ['throttled', whole(throttled), ''],
    ['failed', whole(failed), ''],
    ...(retries > 0 ? [['retries', whole(retries), '']] : []),
    ['read units', whole(consumed.readUnits), `${perSecond(summary, consumed.readUnits)} a second`],
    ['write units', whole(consumed.writeUnits), `${perSecond(summary, consumed.writeUnits)} a second`],
  ]
  return table(rows, 'lrl')
}

function perSecond({ elapsedSeconds }: LoadSummary, count: number): string {
  return whole(elapsedSeconds > 0 ? count / elapsedSeconds : 0)
}

function operations(summary: LoadSummary): readonly string[] {
  if (summary.operations.length === 0) return []
  const rows = summary.operations.map(({ operation, requests, p50Ms, p90Ms, p99Ms, maxMs }) => [
    operation,
    whole(requests),
    ...[p50Ms, p90Ms, p99Ms, maxMs].map(milliseconds),
  ])
  return table([['operation', 'requests', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'], ...rows], 'lrrrrr')
}

function throttles({ throttles: { byReason } }: LoadSummary): readonly string[] {
  if (byReason.length === 0) return []
  const rows = byReason.map(({ count, exception, reason, resource }) => [
    whole(count),
    exception,
    reason === '' ? '(no reason given)' : reason,
    shortResource(resource),
  ])
  return ['Throttles', ...table(rows, 'rlll')]
}

/** What stands behind `table/` in an ARN. */
function shortResource(resource: string): string {
  const at = resource.indexOf(':table/')
  return at < 0 ? resource : resource.slice(at + ':table/'.length)
}

function errors(summary: LoadSummary): readonly string[] {
  if (summary.errors.length === 0) return []
  return [
    'Errors',
    ...table(
      summary.errors.map(({ count, name, message }) => [whole(count), name, message]),
      'rll',
    ),
  ]
}

function hottestKeys({ hottestKeys: all }: LoadSummary): readonly string[] {
  if (all.length === 0) return []
  const keys = all.filter(({ share }) => share >= shownKeyShareMin)
  if (keys.length === 0) return ['No key got a thousandth of the requests.']
  const rows = keys.map(({ key, requests, share, throttles: count }) => [
    key,
    `${(share * 100).toFixed(1)} %`,
    whole(requests),
    count === 0 ? '' : whole(count),
  ])
  return ['Hottest keys', ...table([['key', 'share', 'requests', 'throttles'], ...rows], 'lrrr')]
}

function hotPartitions({ stator }: LoadSummary): readonly string[] {
  if (stator === undefined || stator.partitions.length === 0) return []
  const rows = stator.partitions.map(({ partitions, share, readUnits, writeUnits, refused }) => [
    partitions.join(', '),
    `${(share * 100).toFixed(1)} %`,
    whole(readUnits),
    whole(writeUnits),
    refused === 0 ? '' : whole(refused),
  ])
  const heading = ['partition', 'share', 'read units', 'write units', 'throttles']
  return ['Hottest partitions, by what Stator says', ...table([heading, ...rows], 'lrrrr')]
}

function letThrough({ stator }: LoadSummary): readonly string[] {
  if (stator === undefined || stator.letThrough.length === 0) return []
  const rows = stator.letThrough.map(({ of, reason, count }) => [whole(count), reason, of])
  return ['What Stator let through and AWS would have throttled (start it with --throughput enforce)', ...table(rows, 'rll')]
}

/** `aligned` has a letter for each column, l or r. */
function table(given: readonly (readonly string[])[], aligned: string): readonly string[] {
  const rows = given.map((row) => row.map(printable))
  const widths = [...aligned].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      aligned[column] === 'r' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function milliseconds(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)
}
