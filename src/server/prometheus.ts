/**
 * The metrics for Prometheus, in its text format 0.0.4: what was measured since the process started, under AWS's names in its
 * spelling. Who may ask is who may use the control endpoint, or brings the token that is for it.
 *
 * | kind of metric | name                                  | value                                                |
 * | -------------- | ------------------------------------- | ---------------------------------------------------- |
 * | counter        | `dynamodb_<name>_total`               | sum of all measurements                              |
 * | gauge          | `dynamodb_<name>`, percentages `…_percent` | the last measurement, unless it is of long ago  |
 * | histogram      | `dynamodb_<name>_seconds`             | how many took at most so long, their sum and number  |
 */

import { noBytes } from '../base/bytes.ts'
import { stopwatchMs } from '../base/clock.ts'
import { NobodyWaits, Pace } from '../base/pace.ts'
import { partitionMapOf } from '../engine/catalog/catalog.ts'
import { enginesWithTables } from '../engine/regions.ts'
import { splitReasons } from '../engine/schema/partition-splits.ts'
import { partitionedSpaces } from '../engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { type MetricName, metricFacts, metricUnits } from '../metering/metrics/metric-names.ts'
import type { Metrics } from '../metering/metrics/metrics.ts'
import { durationBoundsMs, type Series } from '../metering/metrics/series.ts'
import type { Answer } from '../protocols/answer.ts'
import { signedAnswer } from '../protocols/answer.ts'
import type { RequestIds } from '../protocols/request-ids.ts'
import type { Authentication } from './auth/authentication.ts'
import type { BearerToken } from './auth/bearer-token.ts'
import type { Budget } from './budget/budget.ts'
import type { ScrubStatus } from './checks.ts'
import { type AccessRules, checkAllowed } from './control/allowed.ts'
import { ControlError } from './control/control-error.ts'
import type { ControlContext } from './control/route.ts'
import { callerOfControl, checkMayControl } from './control/signed-control.ts'
import type { HttpRequest } from './http-request.ts'
import { gaugeAgeMsMax } from './limits.ts'
import type { LoopDelay } from './loop-delay.ts'
import { type OutboxSample, outboxSamples, sinkSamples } from './outbox-figures.ts'
import { processText } from './process-figures.ts'
import { type CallerCounts, outcomes } from './requests/caller-counts.ts'
import { version } from './version.ts'

export interface PrometheusOptions extends AccessRules {
  readonly authentication?: Authentication | undefined
  /** Who brings it is answered. Left out: nobody is for that. */
  readonly metricsToken?: BearerToken | undefined
  readonly context: Pick<ControlContext, 'callers' | 'checks' | 'engine' | 'identities' | 'sinks'>
  readonly requestIds: RequestIds
  readonly loopDelay: LoopDelay
  readonly budget: Budget
  /** How many descriptors the process has, where that can be known. */
  readonly openFiles?: (() => number | undefined) | undefined
}

/** Answers `GET /metrics`. */
export async function answerMetrics(options: PrometheusOptions, request: HttpRequest): Promise<Answer> {
  const { requestIds } = options
  const requestId = requestIds.next()
  try {
    if (options.metricsToken?.isIn(request.headers.authorization) !== true) await checkMayRead(options, request)
    const body = await wholeText(options, new Pace(stopwatchMs, () => request.isWanted()))
    return signedAnswer({ requestId, status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body })
  } catch (error) {
    if (error instanceof NobodyWaits) return signedAnswer({ requestId, status: 503, body: '' })
    if (!(error instanceof ControlError)) throw error
    return signedAnswer({ requestId, status: error.status, contentType: 'text/plain; charset=utf-8', body: `${error.message}\n` })
  }
}

async function wholeText(options: PrometheusOptions, pace: Pace): Promise<string> {
  const { context } = options
  const { metering, clock } = context.engine
  const measured = await inPieces(metricsPieces(metering.metrics, clock.now()), pace)
  const partitions = await inPieces(partitionsPieces(context.engine), pace)
  const outboxes = [...(await outboxSamples(context.engine)), ...sinkSamples(context.sinks)].map(outboxText).join('')
  const callers = context.callers === undefined ? '' : await inPieces(callersPieces(context.callers), pace)
  const ofServer = `${callers}${options.loopDelay.text()}${budgetText(options.budget)}${scrubText(context.checks.scrubbed)}`
  return `${measured}${partitions}${outboxes}${ofServer}${processText(options.openFiles)}${buildText()}`
}

/** Rejects with ControlError. */
async function checkMayRead(options: PrometheusOptions, request: HttpRequest): Promise<void> {
  const { authentication, context } = options
  if (authentication === undefined) checkAllowed(options, request)
  else checkMayControl(context, await callerOfControl(authentication, request, noBytes), 'ReadMetrics', request)
}

/** Everything measured of the database. */
export function metricsText(metrics: Metrics, nowMs: number): string {
  return [...metricsPieces(metrics, nowMs)].join('')
}

/** The same, a series at a time: there may be twenty thousand. */
function* metricsPieces(metrics: Metrics, nowMs: number): Generator<string> {
  const byName = Map.groupBy(metrics.all(), ({ name }) => name)
  for (const [name, all] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { kind } = metricFacts[name]
    const family = prometheusName(name)
    let head = `# HELP ${family} ${metricFacts[name].counts}\n# TYPE ${family} ${kind}\n`
    for (const series of all) {
      if (series.countOfAll === 0 || (kind === 'gauge' && Math.abs(nowMs - series.lastMinuteMs) >= gaugeAgeMsMax)) continue
      yield `${head}${samplesOf(family, series)}`
      head = ''
    }
  }
  const dropped = 'stator_metric_series_dropped_total'
  yield `# HELP ${dropped} series not kept because there were too many\n# TYPE ${dropped} counter\n${dropped} ${metrics.dropped}\n`
}

/** How many partitions every table and global index has, and which splits made so many of them since it was made. */
export function partitionsText(engine: MeteredEngine): string {
  return [...partitionsPieces(engine)].join('')
}

/** The same, a table at a time. */
function* partitionsPieces(engine: MeteredEngine): Generator<string> {
  let splits = ''
  yield '# HELP stator_partitions partitions of the table or index\n# TYPE stator_partitions gauge\n'
  for (const { catalog } of enginesWithTables(engine)) {
    for (const table of catalog.tables()) {
      let counts = ''
      for (const target of partitionedSpaces(table)) {
        const map = partitionMapOf(catalog, target.table, target.index)
        const { name: TableName } = target.table
        const GlobalSecondaryIndexName = target.index?.name ?? ''
        const labels = labelsOf({ dimensions: { region: catalog.region, TableName, GlobalSecondaryIndexName } })
        counts += sample('stator_partitions', labels, map.partitions.length)
        for (const reason of splitReasons) {
          const count = map.splits.counts[reason] ?? 0
          if (count > 0) splits += sample('stator_partition_splits_total', [...labels, ['reason', reason]], count)
        }
      }
      yield counts
    }
  }
  yield `# HELP stator_partition_splits_total splits of partitions since there is the table or index\n# TYPE stator_partition_splits_total counter\n${splits}`
}

/** In slices, as a series may be a histogram. */
async function inPieces(pieces: Iterable<string>, pace: Pace): Promise<string> {
  let text = ''
  for (const piece of pieces) {
    if (pace.isOver(1 + Math.floor(piece.length / 1024))) await pace.pause()
    text += piece
  }
  return text
}

/** What there was no room for, and what takes it. */
function budgetText({ admission, arriving, leaving, connections }: Budget): string {
  const refused = [
    ['request', admission.counts.refused],
    ['body', arriving.refused],
    ['answer', leaving.refused],
    ['connection', connections.refused],
  ] as const
  const name = 'stator_refused_total'
  const counts = refused.map(([what, count]) => sample(name, [['what', what]], count)).join('')
  const gauges = [
    ['stator_requests_at_work', 'requests that have begun', admission.counts.working],
    ['stator_requests_waiting', 'requests that wait to begin', admission.counts.waiting],
    ['stator_arriving_bytes', 'what has come of requests that are not whole', arriving.bytes],
    ['stator_leaving_bytes', 'what is held of answers that have not been taken', leaving.bytes],
  ] as const
  return (
    `# HELP ${name} what was refused or hung up on since there was too much\n# TYPE ${name} counter\n${counts}` +
    gauges.map(([gauge, help, value]) => `# HELP ${gauge} ${help}\n# TYPE ${gauge} gauge\n${gauge} ${value}\n`).join('')
  )
}

function outboxText({ name, help, type = 'gauge', values }: OutboxSample): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${values.map(({ labels, value }) => sample(name, labels, value)).join('')}`
}

/** Who asked for how much, where that is known. */
function* callersPieces(callers: CallerCounts): Generator<string> {
  const name = 'stator_caller_requests_total'
  yield `# HELP ${name} requests by who asked and what came of them\n# TYPE ${name} counter\n`
  for (const [caller, counts] of callers.entries()) {
    for (const outcome of outcomes) {
      const labels = [
        ['caller', caller],
        ['outcome', outcome],
      ] as const
      if (counts[outcome] > 0) yield sample(name, labels, counts[outcome])
    }
  }
}

/** How much was looked at in the background, and what was found. */
function scrubText({ rows, passes, found }: ScrubStatus): string {
  const texts = [
    ['stator_scrubbed_rows_total', 'counter', 'rows looked at in the background', rows],
    ['stator_scrub_passes_total', 'counter', 'how often all rows were', passes],
    ['stator_scrub_findings', 'gauge', 'what is wrong with them', found],
  ] as const
  return texts.map(([name, kind, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`).join('')
}

/** Under which name Prometheus finds the metric. */
export function prometheusName(name: MetricName): string {
  const words = `dynamodb_${name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase()}`
  switch (metricFacts[name].kind) {
    case 'counter':
      return `${words}_total`
    case 'histogram':
      return `${words}_seconds`
    default:
      return metricUnits[name] === 'Percent' ? `${words}_percent` : words
  }
}

function samplesOf(family: string, series: Series): string {
  const labels = labelsOf(series)
  if (series.durations !== undefined) return histogramOf(family, labels, series, series.durations)
  return sample(family, labels, metricFacts[series.name].kind === 'gauge' ? series.last : series.sumOfAll)
}

type Labels = readonly (readonly [name: string, value: string])[]

function histogramOf(family: string, labels: Labels, { countOfAll, sumOfAll }: Series, durations: Float64Array): string {
  let text = ''
  let count = 0
  for (const [at, boundMs] of durationBoundsMs.entries()) {
    count += durations[at] ?? 0
    text += sample(`${family}_bucket`, [...labels, ['le', String(boundMs / 1000)]], count)
  }
  text += sample(`${family}_bucket`, [...labels, ['le', '+Inf']], countOfAll)
  return `${text}${sample(`${family}_sum`, labels, sumOfAll / 1000)}${sample(`${family}_count`, labels, countOfAll)}`
}

function labelsOf({ dimensions }: Pick<Series, 'dimensions'>): Labels {
  const {
    region,
    TableName = '',
    GlobalSecondaryIndexName,
    IndexName,
    Operation = '',
    StreamLabel = '',
    DelegatedOperation = '',
    ReceivingRegion = '',
  } = dimensions
  const labels = [
    ['region', region],
    ['table', TableName],
    ['index', GlobalSecondaryIndexName ?? IndexName ?? ''],
    ['operation', Operation],
    ['stream', StreamLabel],
    ['delegated_operation', DelegatedOperation],
    ['receiving_region', ReceivingRegion],
  ] as const
  return labels.filter(([, value]) => value !== '')
}

function sample(name: string, labels: Labels, value: number): string {
  if (labels.length === 0) return `${name} ${value}\n`
  return `${name}{${labels.map(([label, text]) => `${label}="${escaped(text)}"`).join(',')}} ${value}\n`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function buildText(): string {
  const name = 'stator_build_info'
  const labels = [
    ['version', version],
    ['node', process.versions.node],
  ] as const
  return `# HELP ${name} which Stator this is\n# TYPE ${name} gauge\n${sample(name, labels, 1)}`
}
