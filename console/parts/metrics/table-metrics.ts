/** What CloudWatch's API tells of a table: a chart for each group of metrics, and the alarms. */
import type { ClockReading } from '../../../src/server/control/server-clock.ts'
import { call, control, monitoring } from '../../server/ask.ts'
import type { Line } from '../../widgets/chart.tsx'

export interface ChartOfMetrics {
  readonly title: string
  readonly unit: string
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** By name: whose alarms belong here. */
  readonly metrics: readonly string[]
}

export interface Alarm {
  readonly name: string
  readonly metric: string
  readonly threshold: number
  readonly state: string
  readonly reason: string
}

interface Wanted {
  readonly label: string
  readonly colour: string
  readonly metric: string
  readonly stat: string
  /** Summed over the period and told for a second. */
  readonly isRate?: true
  readonly dimensions?: Readonly<Record<string, string>>
  readonly isDashed?: true
}

const groups: readonly { readonly title: string; readonly unit: string; readonly wanted: readonly Wanted[] }[] = [
  {
    title: 'Reads',
    unit: 'units a second',
    wanted: [
      { label: 'consumed', colour: '--read', metric: 'ConsumedReadCapacityUnits', stat: 'Sum', isRate: true },
      { label: 'provisioned', colour: '--soft', metric: 'ProvisionedReadCapacityUnits', stat: 'Average', isDashed: true },
    ],
  },
  {
    title: 'Writes',
    unit: 'units a second',
    wanted: [
      { label: 'consumed', colour: '--write', metric: 'ConsumedWriteCapacityUnits', stat: 'Sum', isRate: true },
      { label: 'provisioned', colour: '--soft', metric: 'ProvisionedWriteCapacityUnits', stat: 'Average', isDashed: true },
    ],
  },
  {
    title: 'Latency of Query',
    unit: 'milliseconds',
    wanted: ['p50', 'p90', 'p99'].map((stat, at) => latency('Query', stat, at)),
  },
  {
    title: 'Latency of PutItem',
    unit: 'milliseconds',
    wanted: ['p50', 'p90', 'p99'].map((stat, at) => latency('PutItem', stat, at)),
  },
  {
    title: 'Throttles',
    unit: 'events a period',
    wanted: [
      { label: 'reads', colour: '--read', metric: 'ReadThrottleEvents', stat: 'Sum' },
      { label: 'writes', colour: '--write', metric: 'WriteThrottleEvents', stat: 'Sum' },
    ],
  },
  {
    title: 'Refusals and deletions',
    unit: 'events a period',
    wanted: [
      { label: 'conditions', colour: '--warn', metric: 'ConditionalCheckFailedRequests', stat: 'Sum' },
      { label: 'conflicts', colour: '--bad', metric: 'TransactionConflict', stat: 'Sum' },
      { label: 'expired', colour: '--soft', metric: 'TimeToLiveDeletedItemCount', stat: 'Sum' },
    ],
  },
]

function latency(operation: string, stat: string, at: number): Wanted {
  const colour = ['--good', '--read', '--bad'][at] ?? '--soft'
  return { label: stat, colour, metric: 'SuccessfulRequestLatency', stat, dimensions: { Operation: operation } }
}

interface MetricData {
  readonly MetricDataResults: readonly { readonly Id: string; readonly Timestamps: readonly number[]; readonly Values: readonly number[] }[]
}

const minuteSeconds = 60
/** Longer spans have longer periods, so that there are no more points than pixels. */
const pointsMax = 240

export async function chartsOf(table: string, hours: number, signal: AbortSignal): Promise<readonly ChartOfMetrics[]> {
  const { nowMs } = await control<ClockReading>('GET', 'clock', {}, signal)
  const period = Math.ceil((hours * 60) / pointsMax) * minuteSeconds
  const end = Math.ceil(nowMs / 1000 / period) * period
  const times = Array.from(
    { length: Math.ceil((hours * 3600) / period) },
    (_, at) => end - (Math.ceil((hours * 3600) / period) - at) * period,
  )
  const queries = groups.flatMap(({ wanted }, group) => wanted.map((each, at) => queryOf(table, each, period, `m${group}_${at}`)))
  const input = { MetricDataQueries: queries, StartTime: times[0], EndTime: end, ScanBy: 'TimestampAscending' }
  const { MetricDataResults } = await call<MetricData>('GetMetricData', input, monitoring, signal)
  const byId = new Map(
    MetricDataResults.map(({ Id, Timestamps, Values }) => [Id, new Map(Timestamps.map((time, at) => [time, Values[at] ?? 0]))]),
  )
  return groups.map(({ title, unit, wanted }, group) => ({
    title,
    unit,
    times: times.map((seconds) => seconds * 1000),
    metrics: wanted.map(({ metric }) => metric),
    lines: wanted.map(({ label, colour, isRate, isDashed, stat }, at) => {
      const found = byId.get(`m${group}_${at}`)
      const missing = stat === 'Sum' ? 0 : null
      const values = times.map((seconds) => {
        const value = found?.get(seconds)
        return value === undefined ? missing : isRate ? value / period : value
      })
      return { label, colour, values, ...(isDashed && { isDashed }) }
    }),
  }))
}

function queryOf(table: string, { metric, stat, dimensions = {} }: Wanted, period: number, id: string): object {
  const Dimensions = Object.entries({ TableName: table, ...dimensions }).map(([Name, Value]) => ({ Name, Value }))
  return { Id: id, MetricStat: { Metric: { Namespace: 'AWS/DynamoDB', MetricName: metric, Dimensions }, Period: period, Stat: stat } }
}

interface AlarmList {
  readonly MetricAlarms?: readonly {
    readonly AlarmName: string
    readonly MetricName?: string
    readonly Threshold?: number
    readonly StateValue: string
    readonly StateReason?: string
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[]
  }[]
}

export async function alarmsOf(table: string, signal: AbortSignal): Promise<readonly Alarm[]> {
  const { MetricAlarms = [] } = await call<AlarmList>('DescribeAlarms', {}, monitoring, signal)
  return MetricAlarms.filter(({ Dimensions = [] }) => Dimensions.some(({ Name, Value }) => Name === 'TableName' && Value === table)).map(
    ({ AlarmName, MetricName = '', Threshold = 0, StateValue, StateReason = '' }) => ({
      name: AlarmName,
      metric: MetricName,
      threshold: Threshold,
      state: StateValue,
      reason: StateReason,
    }),
  )
}
