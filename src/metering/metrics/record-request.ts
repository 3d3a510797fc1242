/**
 * What the metrics say of a request once it is answered. It is counted for each table that it touched:
 *
 * | it was answered with                                   | counts in                                                       |
 * | ------------------------------------------------------ | --------------------------------------------------------------- |
 * | what was asked for                                     | SuccessfulRequestLatency, ReturnedItemCount                     |
 * | a throttle, or what would be one if limits were enforced | ThrottledRequests                                             |
 * | ConditionalCheckFailedException                        | ConditionalCheckFailedRequests                                  |
 * | TransactionConflictException                           | TransactionConflict                                             |
 * | TransactionCanceledException                           | the three above, as its reasons say; UserErrors for any other reason [I] |
 * | another status of 400                                  | UserErrors, which have no table                                 |
 * | a status of 500 and more, or nothing that was foreseen | SystemErrors                                                    |
 */
import { type ExceptionName, exceptions, type ServiceError } from '../../api/errors.ts'
import { type OperationName, operations, type Tier } from '../../api/operations.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import { recordAccess } from '../traffic/record-access.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'
import type { Dimensions, MetricName } from './metric-names.ts'
import type { Metrics } from './metrics.ts'
import type { Series } from './series.ts'

export interface AnsweredRequest {
  readonly operation: OperationName
  readonly usage: RequestUsage
  /** From the parsed request to the answer. */
  readonly latencyMs: number
  /** What the client was told instead of an answer; `fault` when it was no fault of the client's. */
  readonly error: ServiceError | 'fault' | undefined
}

/** Called once for each request to an operation. `engine` is that of the request's region. */
export function recordRequest(engine: MeteredEngine, request: AnsweredRequest): void {
  const { usage, error } = request
  const nowMs = engine.clock.now()
  recordAccess(request, nowMs)
  if (isThrottled(request)) recordThrottle(engine, request, nowMs)
  if (error !== undefined) {
    recordError(engine, request, { error, nowMs })
    return
  }
  if (usage.table === undefined || !hasTableMetrics(request.operation)) return
  recordSuccess(engine, request, usage.table, nowMs)
  if (usage.otherTables === undefined) return
  for (const table of usage.otherTables) recordSuccess(engine, request, table, nowMs)
}

function recordSuccess(engine: MeteredEngine, { operation, usage, latencyMs }: AnsweredRequest, table: Table, nowMs: number): void {
  const series = seriesOfTable(engine, table)
  series.of('SuccessfulRequestLatency', operation).add(latencyMs, nowMs)
  if (usage.returnedItems !== undefined && countsReturned(operation)) {
    series.of('ReturnedItemCount', operation).add(usage.returnedItems, nowMs)
  }
}

/**
 * Whether it was refused for want of capacity, or would have been if limits were enforced: a batch when none of its members got
 * through, anything else when one did not (metrics-and-iam.md §1).
 */
function isThrottled({ operation, usage: { refusedMembers, admittedMembers } }: AnsweredRequest): boolean {
  return refusedMembers > 0 && (admittedMembers === 0 || !operation.startsWith('Batch'))
}

function recordThrottle(engine: MeteredEngine, { operation, usage }: AnsweredRequest, nowMs: number): void {
  for (const table of tablesOf(usage)) {
    seriesOfTable(engine, table).of('ThrottledRequests', operation).add(1, nowMs)
  }
}

interface Failure {
  readonly error: ServiceError | 'fault'
  readonly nowMs: number
}

function recordError(engine: MeteredEngine, request: AnsweredRequest, { error, nowMs }: Failure): void {
  const tables = hasTableMetrics(request.operation) ? tablesOf(request.usage) : []
  if (error === 'fault' || exceptions[error.exception].status >= 500) {
    for (const table of tables) seriesOfTable(engine, table).of('SystemErrors', request.operation).add(1, nowMs)
    if (tables.length === 0) seriesOf(engine, 'SystemErrors', { Operation: request.operation }).add(1, nowMs)
    return
  }
  const { conditionsFailed, conflicts, others } = contentsOf(error)
  if (others > 0) seriesOf(engine, 'UserErrors', {}).add(1, nowMs)
  // Reasons name no tables: in a transaction of several tables they are counted in the first. [I]
  const [table] = tables
  if (table === undefined) return
  for (let at = 0; at < conditionsFailed; at += 1) seriesOfTable(engine, table).of('ConditionalCheckFailedRequests').add(1, nowMs)
  for (let at = 0; at < conflicts; at += 1) seriesOfTable(engine, table).of('TransactionConflict').add(1, nowMs)
}

interface ErrorContents {
  throttles: number
  conditionsFailed: number
  conflicts: number
  others: number
}

type Content = keyof ErrorContents

const contentOfExceptions: { readonly [Name in ExceptionName]?: Content } = {
  ConditionalCheckFailedException: 'conditionsFailed',
  ProvisionedThroughputExceededException: 'throttles',
  RequestLimitExceeded: 'throttles',
  ThrottlingException: 'throttles',
  TransactionConflictException: 'conflicts',
}

const contentOfReasons: ReadonlyMap<unknown, Content | undefined> = new Map([
  ['None', undefined],
  ['ConditionalCheckFailed', 'conditionsFailed'],
  ['ProvisionedThroughputExceeded', 'throttles'],
  ['RequestLimitExceeded', 'throttles'],
  ['ThrottlingError', 'throttles'],
  ['TransactionConflict', 'conflicts'],
])

function contentsOf({ exception, members }: ServiceError): ErrorContents {
  const contents = { throttles: 0, conditionsFailed: 0, conflicts: 0, others: 0 }
  const { CancellationReasons: reasons } = members
  if (exception !== 'TransactionCanceledException' || !Array.isArray(reasons)) {
    contents[contentOfExceptions[exception] ?? 'others'] = 1
    return contents
  }
  for (const { Code: code } of reasons as readonly { readonly Code?: unknown }[]) {
    const content = contentOfReasons.has(code) ? contentOfReasons.get(code) : 'others'
    if (content !== undefined) contents[content] += 1
  }
  return contents
}

/** Operations on items, and none on tables or their settings. */
const tiersWithTableMetrics: readonly Tier[] = ['DP', 'TX', 'PQ', 'VS']

const operationsWithTableMetrics: ReadonlySet<OperationName> = new Set([
  ...Object.values(operations)
    .filter(({ tier }) => tiersWithTableMetrics.includes(tier))
    .map(({ name }) => name),
  'GetRecords',
])

function hasTableMetrics(operation: OperationName): boolean {
  return operationsWithTableMetrics.has(operation)
}

function countsReturned(operation: OperationName): boolean {
  return operation === 'Query' || operation === 'Scan' || operation === 'ExecuteStatement'
}

function tablesOf({ table, otherTables = [] }: RequestUsage): readonly Table[] {
  return table === undefined ? [] : [table, ...otherTables]
}

/** The series of one table, each found without joining its dimensions. */
class TableSeries {
  readonly #metrics: Metrics
  readonly #dimensions: Dimensions
  readonly #streamLabel: string | undefined
  readonly #byOperation = new Map<MetricName, Map<OperationName | undefined, Series>>()

  constructor({ metering: { metrics }, catalog }: MeteredEngine, { name, streamLabel }: Table) {
    this.#metrics = metrics
    this.#dimensions = { region: catalog.region, TableName: name }
    this.#streamLabel = streamLabel
  }

  of(name: MetricName, operation?: OperationName): Series {
    const known = this.#byOperation.get(name)?.get(operation)
    if (known !== undefined) return known
    const series = this.#metrics.series(name, {
      ...this.#dimensions,
      ...(operation !== undefined && { Operation: operation }),
      ...(operation === 'GetRecords' && this.#streamLabel !== undefined && { StreamLabel: this.#streamLabel }),
    })
    const ofName = this.#byOperation.get(name) ?? new Map()
    this.#byOperation.set(name, ofName.set(operation, series))
    return series
  }
}

/** By tables as they are, so what belongs to one that changed or went is gone with it. */
const seriesOfTables = new WeakMap<Table, TableSeries>()

function seriesOfTable(engine: MeteredEngine, table: Table): TableSeries {
  let series = seriesOfTables.get(table)
  if (series === undefined) {
    series = new TableSeries(engine, table)
    seriesOfTables.set(table, series)
  }
  return series
}

function seriesOf({ metering: { metrics }, catalog }: MeteredEngine, name: MetricName, dimensions: Omit<Dimensions, 'region'>): Series {
  return metrics.series(name, { region: catalog.region, ...dimensions })
}
